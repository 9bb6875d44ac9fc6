"""Where mail may be kept, and which domains it may come from."""

from __future__ import annotations

from collections.abc import Iterator

from components.facts.types import RESOURCE_TYPES
from components.mail.facts import DATA_LOCATIONS
from components.naming.rules import check_name
from components.problems import Problem
from stacks.context import Context
from stacks.settings.models import SharedSettings

READ = "docs/runbooks/mail.md"


def mail_problems(context: Context[SharedSettings]) -> Iterator[Problem]:
    """An unknown data location, and a domain whose records no zone of this platform can hold."""
    mail, zone = context.settings.mail, context.settings.domain.name
    if mail.data_location not in DATA_LOCATIONS:
        path, allowed = context.path("mail.data_location"), ", ".join(DATA_LOCATIONS)
        yield Problem(path, "Azure keeps no mail there", mail.data_location, allowed, READ)
    if mail.domain is None:
        return
    path, name = context.path("mail.domain.name"), mail.domain.name
    if not f".{name}".endswith(f".{zone}"):
        yield Problem(path, "outside the zone", name, f"{zone}, or a domain below it", READ)
    else:
        yield from check_name(RESOURCE_TYPES["email-domain"], name, path)
