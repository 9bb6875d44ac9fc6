"""What ``mystira:replacements`` may say: what a change replaces or deletes although it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from components.facts.keeping import KEPT
from components.facts.types import REGISTERED_TYPES
from components.problems import Problem
from stacks.context import Context

READ = "docs/runbooks/protection.md"


def replacement_problems(context: Context[Any]) -> Iterator[Problem]:
    """Types that do not exist, types that need no waiver, waivers whose last day has passed.

    Whether a resource of that name is replaced only a preview knows: the gate says where none is.
    """
    for key, waiver in context.settings.replacements.items():
        path = context.path(f"replacements.{key}")
        kind, _, name = key.partition("/")
        if kind not in REGISTERED_TYPES or not name:
            yield Problem(path, "not a type and a logical name", key, "for example postgresql-server/core", READ)
        elif kind not in KEPT:
            yield Problem(path, f"a {kind} may be replaced without a waiver", key, "no such entry", READ)
        elif waiver.ended(context.today):
            what = "the waiver has ended, and the resource is protected again"
            yield Problem(
                f"{path}.until", what, str(waiver.until), f"no such entry, or a day from {context.today}", READ
            )
