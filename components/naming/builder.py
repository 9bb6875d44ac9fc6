"""The one place where physical names are made."""

from __future__ import annotations

import re
from dataclasses import dataclass

from components.facts.model import Naming, Scope
from components.facts.regions import REGIONS
from components.facts.types import RESOURCE_TYPES
from components.naming.rules import ENVIRONMENTS, INSTANCE, ORGANISATIONS, READ, check_name
from components.problems import InvalidInput, Problem

SHORT_LIMIT = 24
"""At or below this maximum length a project is named by its short code (docs/naming.md)."""


@dataclass(frozen=True)
class Project:
    """The project part of a name.

    ``code`` is the full code; ``short`` replaces it where Azure allows 24 characters or less; ``tight`` does so when an
    instance token takes room as well: no live name has to be kept in a second instance.
    """

    code: str
    short: str = ""
    tight: str = ""


@dataclass(frozen=True)
class Names:
    """Names of one environment: ``Names("mys", "prod", "southafricanorth").name(core, "virtual-network")``.

    ``region`` is Azure's name of the region. ``instance`` (up to two lower-case letters or digits, empty for the live
    platform) makes every globally unique name different, so that a second tenant or a rehearsal can exist next to it.
    """

    org: str
    environment: str
    region: str
    instance: str = ""

    def __post_init__(self) -> None:
        checks = (
            ("org", self.org, self.org in ORGANISATIONS, ", ".join(ORGANISATIONS)),
            ("environment", self.environment, self.environment in ENVIRONMENTS, ", ".join(ENVIRONMENTS)),
            ("region", self.region, self.region in REGIONS, ", ".join(REGIONS)),
            ("instance", self.instance, bool(re.fullmatch(INSTANCE, self.instance)), INSTANCE),
        )
        problems = [
            Problem(path, "unknown", repr(seen), allowed, READ) for path, seen, good, allowed in checks if not good
        ]
        if problems:
            raise InvalidInput(problems)

    def name(self, project: Project, key: str, *, role: str = "", region: str = "") -> str:
        """The name of a resource of type ``key``; a second one of a type fuses its ``role`` into the project part.

        Raises :class:`~components.problems.InvalidInput` when Azure or the convention refuses the result: a name that
        is too long is an error, never shortened.
        """
        row = RESOURCE_TYPES[key]
        unique = row.rule.scope is Scope.GLOBAL
        org = self.org + (self.instance if unique else "")
        code = self._code(project, row.rule.maximum, unique=unique) + role
        place = REGIONS[region or self.region].code
        if row.naming is Naming.FIVE_PART:
            result = "-".join((org, self.environment, code, row.abbreviation, place))
        elif row.naming is Naming.COMPACT and code == row.abbreviation:
            # Tier 3 names its projects after the type they hold: the registry of `acr` is `myssharedacr` (ADR-0017).
            result = org + self.environment + code
        elif row.naming is Naming.COMPACT:
            result = org + self.environment + code + row.abbreviation + place
        else:
            raise ValueError(f"a {key} is named {row.naming.value}, not after a project")
        self._check(key, result)
        return result

    def child(self, key: str, name: str) -> str:
        """A name inside a parent, or one that Azure or the domain prescribes, once it has been checked."""
        self._check(key, name)
        return name

    def _code(self, project: Project, maximum: int, *, unique: bool) -> str:
        if maximum > SHORT_LIMIT:
            return project.code
        if unique and self.instance and project.tight:
            return project.tight
        return project.short or project.code

    def _check(self, key: str, name: str) -> None:
        problems = check_name(RESOURCE_TYPES[key], name, f"name of {key}")
        if problems:
            raise InvalidInput(problems)
