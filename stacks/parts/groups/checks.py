"""Names that the settings make impossible."""

from __future__ import annotations

from collections.abc import Iterator

from components.naming.rules import READ
from components.problems import Problem
from stacks.catalogue.names import HOME, impossible
from stacks.context import Context
from stacks.settings.models import EnvironmentSettings


def naming_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Names that are too long: the home region and every instance token fit, longer region codes need not."""
    if context.settings.azure.region == HOME:
        return
    path = context.path("azure.region")
    projects = context.catalogue.projects
    found = [problem for _, project in projects for problem in impossible(context.names, project, path)]
    if found:
        seen = "; ".join(sorted(problem.seen for problem in found))
        yield Problem(
            path, "the region's code makes names too long", seen, "a region whose code has three letters", READ
        )
