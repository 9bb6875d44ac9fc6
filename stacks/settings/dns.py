"""The settings of the public DNS zone."""

from __future__ import annotations

from typing import Literal

from stacks.settings.section import Section
from stacks.settings.types import Email


class Dmarc(Section):
    """What receivers do with mail that claims to come from the platform's own domain and does not (RFC 7489)."""

    policy: Literal["none", "quarantine", "reject"] = "quarantine"
    """What they do with it: deliver it, put it aside, refuse it."""
    reports: Email | None = None
    """The mail address that gets their daily reports. Its own domain must allow that (docs/runbooks/mail.md). Left out:
    nobody gets any."""


class Dns(Section):
    """The public DNS zone."""

    adopt: str | None = None
    """The resource id of a live zone to take over. Left out: the zone is created."""
    dmarc: Dmarc = Dmarc()
    """What receivers do with mail that claims to come from `mail.domain` and does not."""
    certificate_contact: Email | None = None
    """The mail address that authorities tell of certificates they refused to sign. Left out: nobody is told."""
