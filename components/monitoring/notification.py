"""An action group."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import monitor

from components.monitoring.spec import ActionGroupSpec
from components.placement import Placement


class Notification(pulumi.ComponentResource):
    """Who is notified when an alert fires, in the common alert schema. ``addresses`` are those of its webhooks by name,
    secrets: whoever knows one posts there."""

    TOKEN = "mystira:monitoring:Notification"
    id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        spec: ActionGroupSpec,
        place: Placement,
        *,
        addresses: Mapping[str, pulumi.Input[str]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        group = monitor.ActionGroup(
            name,
            action_group_name=spec.name,
            resource_group_name=place.resource_group,
            location="global",
            enabled=True,
            group_short_name=spec.short_name,
            email_receivers=[
                {"name": each.name, "email_address": each.email, "use_common_alert_schema": True}
                for each in spec.receivers
            ],
            webhook_receivers=[
                {"name": each.name, "service_uri": (addresses or {})[each.name], "use_common_alert_schema": True}
                for each in spec.webhooks
            ]
            or None,
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.id = group.id
        self.register_outputs({"id": self.id})
