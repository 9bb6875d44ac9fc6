"""What is wrong about who hears of alerts."""

from __future__ import annotations

from collections.abc import Iterator

from components.problems import Problem
from stacks.context import Context
from stacks.parts.monitoring.routes import ROUTES
from stacks.settings.models import EnvironmentSettings, SharedSettings

READ = "docs/runbooks/alerts.md"


def receiver_problems(context: Context[EnvironmentSettings] | Context[SharedSettings]) -> Iterator[Problem]:
    """Two receivers of one name: an action group tells them apart by it (Microsoft: Action Groups - Create Or Update,
    "Names must be unique across all receivers within a tenant action group")."""
    seen: set[str] = set()
    for number, each in enumerate(context.settings.monitoring.receivers):
        if each.name in seen:
            path = context.path(f"monitoring.receivers.{number}.name")
            yield Problem(path, "another receiver has this name", each.name, "a name of its own")
        seen.add(each.name)


def route_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Receivers that a route names and nobody knows, and webhooks with the name of a receiver."""
    yield from receiver_problems(context)
    known = [each.name for each in context.settings.monitoring.receivers]
    for route in ROUTES:
        for number, name in enumerate(getattr(context.settings.alerts.routes, route) or ()):
            if name not in known:
                path = context.path(f"alerts.routes.{route}.{number}")
                yield Problem(path, "no such receiver in mystira:monitoring.receivers", name, ", ".join(known), READ)
    for name in context.settings.alerts.webhooks:
        if name in known:
            path = context.path(f"alerts.webhooks.{name}")
            yield Problem(path, "a receiver of mystira:monitoring has this name", name, "a name of its own", READ)
