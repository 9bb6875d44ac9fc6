"""What `mystira:adopt` may say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from components.facts.ids import is_import_id, path_values
from components.facts.model import PATHS, DirectoryType, KubernetesType, ResourceType
from components.facts.types import REGISTERED_TYPES
from components.guard.phases import EVERY
from components.naming.environments import environment_of
from components.problems import Problem
from stacks.context import Context
from stacks.parts.part import AnyPart
from stacks.settings.loading import SHARED
from stacks.settings.models import Settings
from stacks.settings.others import OtherStack

READ = "docs/runbooks/adoption.md"
RECORDS = "dns-record-set"
"""An environment has records in the zone of the domain, which is in the subscription of ``shared``."""


def adoption_problems(context: Context[Settings]) -> Iterator[Problem]:
    """Unknown types, ids of another type, of another subscription or environment, one id for two resources."""
    settings, own = context.settings, str(context.settings.azure.subscription_id)
    of_zone = context.others.get(SHARED, OtherStack()).azure.subscription_id.lower() or own
    owners: dict[str, str] = {}
    for key, id in settings.adopt.items():
        path = context.path(f"adopt.{key}")
        kind, _, name = key.partition("/")
        row = REGISTERED_TYPES.get(kind)
        if row is None or not name:
            yield Problem(path, "not a type and a logical name", key, "for example virtual-network/core", READ)
            continue
        # Objects of several kinds may have one name in a cluster, and their ids say no more.
        meant = f"{kind} {id}" if isinstance(row, KubernetesType) else id
        other = owners.setdefault(meant.lower(), key)
        if other != key:
            yield Problem(path, "the same id is also that of another resource", other, "one resource an id", READ)
        if isinstance(row, KubernetesType) and row.suffixed:
            allowed = "no entry: the stack makes its own beside it"
            yield Problem(path, f"every change recreates a {kind} under a new name", id, allowed, READ)
            continue
        if isinstance(row, DirectoryType | KubernetesType):
            if not is_import_id(row, id):
                yield Problem(path, f"not the id of a {kind}", id, row.import_id, READ)
            continue
        if not isinstance(row, ResourceType):
            continue
        values = path_values(row, id)
        if not values:
            yield Problem(path, f"not the id of a {kind}", id, row.id_template, READ)
            continue
        subscription = id.split("/")[2] if id.lower().startswith("/subscriptions/") else ""
        # What is about another resource lies where that does: a role at the shared registry, in its subscription.
        about_another = any(name in values for name in PATHS)
        allowed = dict.fromkeys((own, of_zone) if kind == RECORDS else (own,))
        if about_another:
            continue
        if subscription.lower() not in allowed:
            yield Problem(path, "the id of another subscription", subscription, " or ".join(allowed), READ)
            continue
        # Environments may share a subscription; what is in another one's group is never this stack's.
        group = values.get("resourceGroupName", "")
        other = environment_of(group)
        if other not in ("", context.environment) and kind != RECORDS:
            allowed = f"a group of {context.environment}"
            yield Problem(path, f"in a resource group of {other}", group, allowed, READ)


def phase_problems(context: Context[Settings], parts: Sequence[AnyPart]) -> Iterator[Problem]:
    """Parts that the stack does not have."""
    known = sorted({part.key for part in parts} | {EVERY})
    for key in context.settings.adoption:
        if key not in known:
            yield Problem(context.path(f"adoption.{key}"), "no part of this stack", key, ", ".join(known), READ)
