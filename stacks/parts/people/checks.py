"""What is wrong with the groups of people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from components.problems import Problem
from stacks.context import Context
from stacks.settings.people import People

READ = "docs/runbooks/identity.md"


def groups_of(people: People) -> Mapping[str, str]:
    """The object ids of the groups that there are, by what they are."""
    groups = {"platform": people.platform, "developers": people.developers, "readers": people.readers}
    return {key: str(id) for key, id in groups.items() if id is not None}


def people_problems(context: Context[Any]) -> Iterator[Problem]:
    """One group for two: Azure adds their rights up, and who was meant to have fewer has them all."""
    seen: dict[str, str] = {}
    for key, id in groups_of(context.settings.people).items():
        if id in seen:
            what = f"the group of people.{seen[id]} too"
            yield Problem(context.path(f"people.{key}"), what, id, "a group of its own, or none", READ)
        seen.setdefault(id, key)
