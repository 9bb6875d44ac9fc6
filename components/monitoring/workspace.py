"""A Log Analytics workspace."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import operationalinsights

from components.monitoring.spec import WorkspaceSpec
from components.placement import Placement
from components.surroundings.locks import Locks
from components.surroundings.surround import Surroundings, surround


class Workspace(pulumi.ComponentResource):
    """The one Log Analytics workspace of an environment (S1-008), which also takes the record of who asks it what.

    Surroundings need its id, so it takes only the stack's ``locks``. Keys cannot send data to it: Entra only.
    """

    TOKEN = "mystira:monitoring:Workspace"
    id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        spec: WorkspaceSpec,
        place: Placement,
        locks: Locks,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        cap = operationalinsights.WorkspaceCappingArgs(daily_quota_gb=spec.daily_cap_gb)
        workspace = operationalinsights.Workspace(
            name,
            workspace_name=spec.name,
            resource_group_name=place.resource_group,
            location=place.location,
            sku={"name": "PerGB2018"},
            retention_in_days=spec.retention_days,
            features={"disable_local_auth": True, "enable_log_access_using_only_resource_permissions": True},
            workspace_capping=cap if spec.daily_cap_gb is not None else None,
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        surround(self, workspace, "log-analytics-workspace", Surroundings(workspace.id, None, locks))
        self.id = workspace.id
        self.register_outputs({"id": self.id})
