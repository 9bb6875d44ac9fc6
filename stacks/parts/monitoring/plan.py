"""Where logs go, who is notified, and the telemetry of each service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.facts.regions import GLOBAL
from components.monitoring.spec import ActionGroupSpec, ReceiverSpec, TelemetrySpec, WorkspaceSpec
from components.naming.builder import Project
from stacks.catalogue.model import Service
from stacks.catalogue.names import CORE
from stacks.catalogue.needs.telemetry import Telemetry as Need
from stacks.context import Context
from stacks.parts.part import Part
from stacks.settings.models import EnvironmentSettings, Logs, Settings, SharedSettings

WORKSPACE = "workspace"
"""The workspace, as the plan refers to it."""

ACTION_GROUP = "action-group"
"""Who is notified, as the plan refers to it."""

APPLICATION_INSIGHTS = "application-insights"


@dataclass(frozen=True)
class LogsPlan:
    """The workspace of a stack, in one of its groups, and its action group where it has one."""

    key: str
    """Logical name of the workspace."""
    group: str
    workspace: WorkspaceSpec
    notification: ActionGroupSpec | None


def _workspace(context: Context[Settings], settings: Logs, project: Project) -> WorkspaceSpec:
    return WorkspaceSpec(
        name=context.names.name(project, "log-analytics-workspace"),
        retention_days=settings.retention_days,
        daily_cap_gb=settings.daily_cap_gb,
    )


class EnvironmentLogs(Part[EnvironmentSettings, LogsPlan]):
    """The one workspace of an environment (S1-008), and whom alerts notify."""

    key = "monitoring"

    def plan(self, context: Context[EnvironmentSettings]) -> LogsPlan:
        settings = context.settings.monitoring
        notification = ActionGroupSpec(
            name=context.names.name(CORE, "action-group", region=GLOBAL),
            short_name=settings.action_group_short_name,
            receivers=tuple(ReceiverSpec(each.name, each.email) for each in settings.receivers),
        )
        return LogsPlan("core", "core", _workspace(context, settings, CORE), notification)

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {WORKSPACE: "log-analytics-workspace"}


class SharedLogs(Part[SharedSettings, LogsPlan]):
    """The workspace for the logs of what all environments use."""

    key = "monitoring"

    def plan(self, context: Context[SharedSettings]) -> LogsPlan:
        workspace = _workspace(context, context.settings.monitoring, Project("acr"))
        return LogsPlan("shared", "acr", workspace, None)

    def scopes(self, context: Context[SharedSettings]) -> Mapping[str, str]:
        return {WORKSPACE: "log-analytics-workspace"}


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
