"""The rule that tells of changes by others."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import monitor

from components.placement import Placement
from components.subscription.spec import ChangesSpec


class ChangesByOthers(pulumi.ComponentResource):
    """A question to the workspace about the activity log, which an activity log alert cannot ask: its conditions have
    no negation (S1-093)."""

    TOKEN = "mystira:subscription:ChangesByOthers"

    def __init__(
        self,
        name: str,
        spec: ChangesSpec,
        place: Placement,
        *,
        workspace_id: pulumi.Input[str],
        query: pulumi.Input[str],
        action_group_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        monitor.ScheduledQueryRule(
            name,
            rule_name=spec.name,
            resource_group_name=place.resource_group,
            location=place.location,
            kind="LogAlert",
            display_name=spec.name,
            description=spec.description,
            enabled=True,
            severity=spec.severity,
            scopes=[workspace_id],
            evaluation_frequency=spec.frequency,
            window_size=spec.window,
            criteria={
                "all_of": [
                    {
                        "query": query,
                        "time_aggregation": "Count",
                        "operator": "GreaterThan",
                        "threshold": 0,
                        "resource_id_column": "_ResourceId",
                        "failing_periods": {"number_of_evaluation_periods": 1, "min_failing_periods_to_alert": 1},
                    }
                ]
            },
            # It ends by itself, so that one change is told once although several looks see it.
            auto_mitigate=True,
            # A new workspace has no table of activities before the first of them.
            skip_query_validation=True,
            actions={"action_groups": [action_group_id]},
            tags=place.tags,
            # azure-native updates in place, and Azure refuses: "Scope can not be updated" (pulumi-azure-native #4839).
            opts=pulumi.ResourceOptions(parent=self, replace_on_changes=["scopes"], delete_before_replace=True),
        )
        self.register_outputs({})
