"""What containers print, and the events of their cluster, in the Log Analytics workspace."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import monitor

from components.cluster_telemetry.facts import INTERVAL, LOG_STREAMS, LOGS_ASSOCIATION
from components.cluster_telemetry.spec import ContainerLogsSpec
from components.placement import Placement

DESTINATION = "workspace"


class ContainerLogs(pulumi.ComponentResource):
    """The rule by which the log agent of a cluster sends to a Log Analytics workspace (ContainerLogV2)."""

    TOKEN = "mystira:monitoring:ContainerLogs"

    def __init__(
        self,
        name: str,
        spec: ContainerLogsSpec,
        place: Placement,
        *,
        workspace_id: pulumi.Input[str],
        cluster_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        streams = list(LOG_STREAMS)
        collected = {
            "interval": INTERVAL,
            "namespaceFilteringMode": "Exclude",
            "namespaces": list(spec.without),
            "enableContainerLogV2": True,
        }
        rule = monitor.DataCollectionRule(
            f"{name}-logs",
            data_collection_rule_name=spec.rule,
            resource_group_name=place.resource_group,
            location=place.location,
            kind="Linux",
            description="Logs of the cluster's containers, to its Log Analytics workspace",
            data_sources={
                "extensions": [
                    {
                        "name": LOGS_ASSOCIATION,
                        "extension_name": "ContainerInsights",
                        "streams": streams,
                        "extension_settings": {"dataCollectionSettings": collected},
                    }
                ]
            },
            destinations={"log_analytics": [{"name": DESTINATION, "workspace_resource_id": workspace_id}]},
            data_flows=[{"streams": streams, "destinations": [DESTINATION]}],
            tags=place.tags,
            opts=child,
        )
        monitor.DataCollectionRuleAssociation(
            f"{name}-logs",
            association_name=LOGS_ASSOCIATION,
            resource_uri=cluster_id,
            data_collection_rule_id=rule.id,
            opts=child,
        )
        self.register_outputs({})
