"""Logs, telemetry and notification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import applicationinsights, monitor, operationalinsights

from components.common import Locks, Surroundings, surround


@dataclass(frozen=True)
class WorkspaceArgs:
    """A workspace; ``retention_days`` 30 to 730, ``daily_cap_gb`` gigabytes a day, ``None`` for no cap."""

    resource_group: pulumi.Input[str]
    location: str
    name: str
    retention_days: int
    daily_cap_gb: float | None
    tags: Mapping[str, str]


class Workspace(pulumi.ComponentResource):
    """The one Log Analytics workspace of an environment (S1-008), which also takes the record of who asks it what.

    The rest of a stack's surroundings needs its id, so that it takes only the stack's ``locks``.

    Keys cannot send data to it: Entra only.
    """

    TOKEN = "mystira:monitoring:Workspace"
    id: pulumi.Output[str]

    def __init__(
        self, name: str, args: WorkspaceArgs, locks: Locks, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        cap = operationalinsights.WorkspaceCappingArgs(daily_quota_gb=args.daily_cap_gb)
        workspace = operationalinsights.Workspace(
            name,
            workspace_name=args.name,
            resource_group_name=args.resource_group,
            location=args.location,
            sku={"name": "PerGB2018"},
            retention_in_days=args.retention_days,
            features={"disable_local_auth": True, "enable_log_access_using_only_resource_permissions": True},
            workspace_capping=cap if args.daily_cap_gb is not None else None,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        surround(self, workspace, "log-analytics-workspace", Surroundings(workspace.id, None, locks))
        self.id = workspace.id
        self.register_outputs({"id": self.id})


@dataclass(frozen=True)
class TelemetryArgs:
    """Application Insights of one service. ``local_auth`` lets an instrumentation key alone send telemetry."""

    resource_group: pulumi.Input[str]
    location: str
    name: str
    workspace_id: pulumi.Input[str]
    local_auth: bool
    tags: Mapping[str, str]


class Telemetry(pulumi.ComponentResource):
    """Workspace-based Application Insights (estate O3: one per service, and each one is used).

    Its connection string and its key are secrets in the state; the SDK marks neither.
    """

    TOKEN = "mystira:monitoring:Telemetry"
    id: pulumi.Output[str]
    connection_string: pulumi.Output[str]

    def __init__(self, name: str, args: TelemetryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        component = applicationinsights.Component(
            name,
            resource_name_=args.name,
            resource_group_name=args.resource_group,
            location=args.location,
            application_type="web",
            kind="web",
            ingestion_mode="LogAnalytics",
            workspace_resource_id=args.workspace_id,
            disable_local_auth=not args.local_auth,
            tags=args.tags,
            opts=pulumi.ResourceOptions(
                parent=self, additional_secret_outputs=["connectionString", "instrumentationKey"]
            ),
        )
        self.id = component.id
        self.connection_string = pulumi.Output.secret(component.connection_string)
        self.register_outputs({"id": self.id})


@dataclass(frozen=True)
class NotificationArgs:
    """An action group: ``short_name`` at most 12 characters, ``receivers`` maps a display name to an e-mail address."""

    resource_group: pulumi.Input[str]
    name: str
    short_name: str
    receivers: Sequence[tuple[str, str]]
    tags: Mapping[str, str]


class Notification(pulumi.ComponentResource):
    """Who is told when an alert fires, in the common alert schema."""

    TOKEN = "mystira:monitoring:Notification"
    id: pulumi.Output[str]

    def __init__(self, name: str, args: NotificationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        group = monitor.ActionGroup(
            name,
            action_group_name=args.name,
            resource_group_name=args.resource_group,
            location="global",
            enabled=True,
            group_short_name=args.short_name,
            email_receivers=[
                {"name": receiver, "email_address": address, "use_common_alert_schema": True}
                for receiver, address in args.receivers
            ],
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.id = group.id
        self.register_outputs({"id": self.id})
