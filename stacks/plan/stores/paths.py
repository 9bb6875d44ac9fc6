"""How stores are reached: through the subnet of private endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from components.problems import Problem
from stacks.settings import EnvironmentSettings
from stacks.settings.loading import file_name

ENDPOINTS = "private-endpoints"


def path_problems(stack: str, settings: EnvironmentSettings) -> Iterator[Problem]:
    """No subnet for private endpoints: no path. Every store that needs one says the same, so it is told once."""
    if ENDPOINTS not in settings.network.subnets:
        path = f"{file_name(stack)}: mystira:network.subnets.{ENDPOINTS}"
        yield Problem(path, "missing: the stores have no path without it", "", "a range for private endpoints")
