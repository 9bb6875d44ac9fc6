"""Where logs go, who is notified, and the telemetry of each service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from components.facts.regions import GLOBAL
from components.monitoring.spec import ActionGroupSpec, ReceiverSpec, TelemetrySpec, WebhookSpec, WorkspaceSpec
from components.naming.builder import Project
from components.problems import Problem
from stacks.catalogue.model import Service
from stacks.catalogue.names import CORE
from stacks.catalogue.needs.telemetry import Telemetry as Need
from stacks.context import Context
from stacks.parts.monitoring.checks import READ, receiver_problems, route_problems
from stacks.parts.monitoring.routes import NOTIFY, ROUTES, group_key
from stacks.parts.part import Part, Step
from stacks.settings.models import EnvironmentSettings, Settings, SharedSettings
from stacks.settings.monitoring import Monitoring, Receiver

WORKSPACE = "workspace"
"""The workspace, as the plan refers to it."""

APPLICATION_INSIGHTS = "application-insights"


@dataclass(frozen=True)
class NotificationPlan:
    """An action group of a stack."""

    key: str
    """Its logical name."""
    routes: tuple[str, ...]
    """The routes that it serves."""
    spec: ActionGroupSpec


@dataclass(frozen=True)
class LogsPlan:
    """The workspace of a stack, in one of its groups, and its action groups."""

    key: str
    """Logical name of the workspace."""
    group: str
    workspace: WorkspaceSpec
    notifications: tuple[NotificationPlan, ...]

    @property
    def webhooks(self) -> Mapping[str, str]:
        """The webhooks of all groups, each with the setting that names it."""
        return {each.name: f"alerts.webhooks.{each.name}" for one in self.notifications for each in one.spec.webhooks}


def _workspace(context: Context[Settings], settings: Monitoring, project: Project) -> WorkspaceSpec:
    return WorkspaceSpec(
        name=context.names.name(project, "log-analytics-workspace"),
        retention_days=settings.retention_days,
        daily_cap_gb=settings.daily_cap_gb,
    )


class EnvironmentLogs(Part[EnvironmentSettings, LogsPlan]):
    """The one workspace of an environment (S1-008), and whom alerts notify: one action group a route.

    The group of an environment that had but one serves ``notify`` and keeps its name.
    """

    key = "monitoring"

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return route_problems(context)

    def plan(self, context: Context[EnvironmentSettings]) -> LogsPlan:
        settings = context.settings.monitoring
        groups = tuple(self._notification(context, route) for route in ROUTES)
        return LogsPlan("core", "core", _workspace(context, settings, CORE), groups)

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return _scopes()

    def steps(self, context: Context[EnvironmentSettings]) -> Iterator[Step]:
        yield _confirmation(context.stack)
        if names := ", ".join(context.settings.alerts.webhooks):
            yield Step(
                key="alert-flows",
                do=f"make what answers at the webhooks {names}, such as a flow of Teams that posts what it is sent: "
                "connectors are retired",
                check=f"mystira alerts test {context.stack}",
                read=READ,
            )

    def _notification(self, context: Context[EnvironmentSettings], route: str) -> NotificationPlan:
        settings, alerts = context.settings.monitoring, context.settings.alerts
        wanted = getattr(alerts.routes, route)
        role = "" if route == NOTIFY else route
        spec = ActionGroupSpec(
            name=context.names.name(CORE, "action-group", role=role, region=GLOBAL),
            short_name=settings.action_group_short_name,
            receivers=_receivers(each for each in settings.receivers if wanted is None or each.name in wanted),
            webhooks=tuple(WebhookSpec(name) for name, routes in alerts.webhooks.items() if route in routes),
        )
        return NotificationPlan(f"core-{role}" if role else "core", (route,), spec)


class SharedLogs(Part[SharedSettings, LogsPlan]):
    """The workspace for the logs of what all environments use, and one action group for every alert about it."""

    key = "monitoring"

    def problems(self, context: Context[SharedSettings]) -> Iterator[Problem]:
        return receiver_problems(context)

    def plan(self, context: Context[SharedSettings]) -> LogsPlan:
        settings, project = context.settings.monitoring, Project("acr")
        group = ActionGroupSpec(
            name=context.names.name(project, "action-group", region=GLOBAL),
            short_name=settings.action_group_short_name,
            receivers=_receivers(settings.receivers),
        )
        return LogsPlan(
            "shared", "acr", _workspace(context, settings, project), (NotificationPlan("shared", ROUTES, group),)
        )

    def scopes(self, context: Context[SharedSettings]) -> Mapping[str, str]:
        return _scopes()

    def steps(self, context: Context[SharedSettings]) -> Iterator[Step]:
        yield _confirmation(context.stack)


def _confirmation(stack: str) -> Step:
    return Step(
        key="alert-addresses",
        do="have every new address of mystira:monitoring.receivers confirm the code that Azure mails it, within 30 "
        "minutes after its action group was saved: until then it gets nothing",
        check=f"mystira alerts test {stack}",
        read=READ,
        values="action_groups",
    )


def _scopes() -> Mapping[str, str]:
    return {WORKSPACE: "log-analytics-workspace", **{group_key(route): "action-group" for route in ROUTES}}


def _receivers(receivers: Iterable[Receiver]) -> tuple[ReceiverSpec, ...]:
    return tuple(ReceiverSpec(each.name, each.email) for each in receivers)


@dataclass(frozen=True)
class TelemetryPlan:
    """Application Insights of one service, in its group."""

    service: str
    group: str
    spec: TelemetrySpec
    tags: Mapping[str, str]


class Telemetry(Part[EnvironmentSettings, tuple[TelemetryPlan, ...]]):
    """Application Insights of each service that needs it."""

    key = "telemetry"

    def plan(self, context: Context[EnvironmentSettings]) -> tuple[TelemetryPlan, ...]:
        return tuple(
            TelemetryPlan(
                service=service.key,
                group=service.group,
                spec=TelemetrySpec(
                    name=context.names.name(service.project, APPLICATION_INSIGHTS),
                    local_auth=context.settings.accepts_keys("monitoring"),
                ),
                tags=context.tags(service.key),
            )
            for service in _senders(context)
        )

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {f"telemetry/{service.key}": APPLICATION_INSIGHTS for service in _senders(context)}

    def products(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        return (Need.PRODUCT.format(service=service.key) for service in _senders(context))


def _senders(context: Context[EnvironmentSettings]) -> Iterator[Service]:
    return (service for service in context.catalogue if APPLICATION_INSIGHTS in service.parts)


LOGS = EnvironmentLogs()
SHARED_LOGS = SharedLogs()
TELEMETRY = Telemetry()
