"""Every name that the catalogue can lead to, made once: what is too long or taken fails here, not at Azure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

from components.facts.model import Naming, ResourceType, Scope
from components.facts.types import RESOURCE_TYPES
from components.naming.builder import Names, Project
from components.naming.kubernetes import PREFIX, check_object_name
from components.naming.rules import ENVIRONMENTS
from components.problems import InvalidInput, Problem

CORE = Project("core", tight="cor")
"""Tier 1: what the services of an environment share."""

HOME = "southafricanorth"
INSTANCES = ("", "xx")
"""The live platform, and one with the longest instance token."""

KINDS: tuple[ResourceType, ...] = tuple(
    row for row in RESOURCE_TYPES.values() if row.naming in (Naming.FIVE_PART, Naming.COMPACT)
)


@cache
def name_problems(projects: tuple[tuple[str, Project], ...]) -> tuple[Problem, ...]:
    """Problems of ``projects`` (service key, project): all types, environments and instances in the home region.

    Thousands of names, and half of the time of a plan, so the same projects are checked once.
    """
    return tuple(_name_problems(projects))


def _name_problems(projects: tuple[tuple[str, Project], ...]) -> Iterator[Problem]:
    owners: dict[tuple[str, str], str] = {}
    for key, project in projects:
        where = f"catalogue: {key or project.code}"
        if key:
            yield from check_object_name(PREFIX + key, where)
        for environment, instance in product(ENVIRONMENTS, INSTANCES):
            names = Names("mys", environment, HOME, instance)
            yield from impossible(names, project, where)
            for row in KINDS:
                if row.rule.scope is Scope.GLOBAL:
                    who = f"{project.code} in {environment} {instance}".strip()
                    owner = owners.setdefault((row.key, unchecked(names, project, row.key)), who)
                    if owner != who:
                        yield Problem(where, f"its {row.key} has the name of that of {owner}", who, "another code")


def impossible(names: Names, project: Project, path: str) -> Iterator[Problem]:
    """The names of a project that Azure would refuse."""
    for row in KINDS:
        try:
            names.name(project, row.key)
        except InvalidInput as error:
            yield from (Problem(path, each.what, each.seen, each.allowed, each.read) for each in error.problems)


def unchecked(names: Names, project: Project, kind: str) -> str:
    """The name of a project's resource, also where Azure would refuse it: that is reported as a problem elsewhere."""
    try:
        return names.name(project, kind)
    except InvalidInput as error:
        return error.problems[0].seen
