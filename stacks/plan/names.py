"""The names of this environment, in its region and with its instance token."""

from __future__ import annotations

from collections.abc import Iterator

from components.naming import Names
from components.naming.rules import READ
from components.problems import Problem
from stacks.catalogue import Catalogue
from stacks.catalogue.names import HOME, impossible
from stacks.settings import Settings
from stacks.settings.loading import file_name


def naming_problems(stack: str, settings: Settings, catalogue: Catalogue) -> Iterator[Problem]:
    """Names that the settings make too long: the home region and every instance token fit, longer codes need not."""
    if settings.azure.region == HOME:
        return
    names = Names(settings.naming.org, stack, settings.azure.region, settings.naming.instance)
    path = f"{file_name(stack)}: mystira:azure.region"
    found = [problem for _, project in catalogue.projects for problem in impossible(names, project, path)]
    if found:
        seen = "; ".join(sorted(problem.seen for problem in found))
        allowed = "a region whose code has three letters"
        yield Problem(path, "the region's code makes names too long", seen, allowed, READ)
