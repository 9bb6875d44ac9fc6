"""What watches a subscription."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pulumi
from pulumi_azure_native import costmanagement, monitor, security

from components.placement import Placement
from components.subscription.facts import ANOMALY_VIEW, CATEGORIES, CONTACT
from components.subscription.spec import AnomalySpec, ConditionSpec, SignalSpec, SubscriptionSpec


class SubscriptionWatch(pulumi.ComponentResource):
    """The activity log of a subscription in a workspace, alerts about what is in it, the security contact and the
    alert about anomalies of cost (S1-093).

    Plans of Microsoft Defender are not part of it: they always exist, so that none can be created.
    """

    TOKEN = "mystira:subscription:SubscriptionWatch"

    def __init__(
        self,
        name: str,
        spec: SubscriptionSpec,
        place: Placement,
        *,
        workspace_id: pulumi.Input[str],
        contacts: Mapping[int, pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """``contacts`` are the ids of the action groups by the severity that they are notified of."""
        super().__init__(self.TOKEN, name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        scope = f"/subscriptions/{spec.id}"
        monitor.SubscriptionDiagnosticSetting(
            name,
            name=spec.setting,
            workspace_id=workspace_id,
            logs=[{"category": each, "enabled": True} for each in CATEGORIES],
            opts=self._child,
        )
        for each in spec.signals:
            self._signal(each, scope, place, contacts[each.severity])
        security.SecurityContact(
            name,
            security_contact_name=CONTACT,
            emails=";".join(spec.contacts),
            is_enabled=True,
            notifications_by_role={"state": "On", "roles": ["Owner"]},
            notifications_sources=[
                security.NotificationsSourceAlertArgs(source_type="Alert", minimal_severity="Medium"),
                security.NotificationsSourceAttackPathArgs(source_type="AttackPath", minimal_risk_level="High"),
            ],
            opts=self._child,
        )
        if spec.anomalies is not None:
            self._anomalies(name, spec.anomalies, scope)
        self.register_outputs({})

    def _signal(self, spec: SignalSpec, scope: str, place: Placement, group: pulumi.Input[str]) -> None:
        monitor.ActivityLogAlert(
            spec.key,
            activity_log_alert_name=spec.name,
            resource_group_name=place.resource_group,
            # Azure refuses a request without it (LocationRequired), whatever the SDK's default is.
            location="global",
            scopes=[scope],
            condition=monitor.AlertRuleAllOfConditionArgs(all_of=[_condition(each) for each in spec.conditions]),
            actions={"action_groups": [{"action_group_id": group}]},
            description=spec.description,
            enabled=True,
            tags=place.tags,
            opts=self._child,
        )

    def _anomalies(self, name: str, spec: AnomalySpec, scope: str) -> None:
        """Every change replaces it: an update would need its ETag, for which the SDK has no input."""
        costmanagement.ScheduledActionByScope(
            name,
            name=spec.name,
            scope=scope,
            kind="InsightAlert",
            display_name=spec.display_name,
            status="Enabled",
            view_id=f"{scope}/providers/Microsoft.CostManagement/views/{ANOMALY_VIEW}",
            notification={"subject": spec.subject, "to": list(spec.receivers)},
            notification_email=spec.receivers[0],
            schedule={"frequency": "Daily", "start_date": _midnight(spec.first), "end_date": _midnight(spec.last)},
            opts=pulumi.ResourceOptions(parent=self, replace_on_changes=["*"], delete_before_replace=True),
        )


def _condition(spec: ConditionSpec) -> monitor.AlertRuleAnyOfOrLeafConditionArgs:
    if len(spec.values) == 1:
        return monitor.AlertRuleAnyOfOrLeafConditionArgs(field=spec.field, equals=spec.values[0])
    leaves = [monitor.AlertRuleLeafConditionArgs(field=spec.field, equals=each) for each in spec.values]
    return monitor.AlertRuleAnyOfOrLeafConditionArgs(any_of=leaves)


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
