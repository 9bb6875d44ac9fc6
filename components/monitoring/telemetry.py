"""Application Insights of a service."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import applicationinsights

from components.monitoring.spec import TelemetrySpec
from components.placement import Placement


class Telemetry(pulumi.ComponentResource):
    """Workspace-based Application Insights (estate O3: one per service, and each one is used).

    Its connection string and its key are secrets in the state; the SDK marks neither.
    """

    TOKEN = "mystira:monitoring:Telemetry"
    id: pulumi.Output[str]
    connection_string: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        spec: TelemetrySpec,
        place: Placement,
        *,
        workspace_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        component = applicationinsights.Component(
            name,
            resource_name_=spec.name,
            resource_group_name=place.resource_group,
            location=place.location,
            application_type="web",
            kind="web",
            ingestion_mode="LogAnalytics",
            workspace_resource_id=workspace_id,
            disable_local_auth=not spec.local_auth,
            tags=place.tags,
            opts=pulumi.ResourceOptions(
                parent=self, additional_secret_outputs=["connectionString", "instrumentationKey"]
            ),
        )
        self.id = component.id
        self.connection_string = pulumi.Output.secret(component.connection_string)
        self.register_outputs({"id": self.id})
