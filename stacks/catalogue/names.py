"""Every name that the catalogue can lead to, made once when it loads: what is too long shows here, not at Azure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from components.facts.model import Naming, Scope
from components.facts.resource_types import RESOURCE_TYPES
from components.naming import ENVIRONMENTS, Names, Project
from components.naming.kubernetes import check_object_name, namespace
from components.problems import InvalidInput, Problem

CORE = Project("core", tight="cor")
"""Tier 1: what the services of an environment share."""

REGION = "southafricanorth"
INSTANCES = ("", "xx")
"""The live platform, and one with the longest instance token."""

_NAMED_BY_PROJECT = (Naming.FIVE_PART, Naming.COMPACT)


def name_problems(projects: Iterable[tuple[str, Project]]) -> Iterator[Problem]:
    """Problems of ``projects`` (service key, project) over all types, environments and instances."""
    owners: dict[tuple[str, str], str] = {}
    kinds = [row for row in RESOURCE_TYPES.values() if row.naming in _NAMED_BY_PROJECT]
    for key, project in projects:
        if key:
            yield from check_object_name(f"mys-{key}", f"catalogue: {key}")
        for environment, instance, row in product(ENVIRONMENTS, INSTANCES, kinds):
            try:
                name = Names("mys", environment, REGION, instance).name(project, row.key)
            except InvalidInput as error:
                for problem in error.problems:
                    yield Problem(f"catalogue: {key or project.code}", problem.what, problem.seen, problem.allowed)
                continue
            owner = owners.setdefault((row.key, name.lower()), f"{project.code}/{environment}/{instance}")
            if row.rule.scope is Scope.GLOBAL and owner != f"{project.code}/{environment}/{instance}":
                yield Problem(f"catalogue: {key or project.code}", f"the name {name} is also that of {owner}")
    for environment in ENVIRONMENTS:
        namespace(environment)
