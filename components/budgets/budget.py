"""A budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_azure_native import consumption

from components.budgets.spec import BudgetSpec


class Budget(pulumi.ComponentResource):
    """What some resource groups of a subscription may cost in a month, and who hears of it (S1-072, S3-195).

    It belongs to the subscription, since AKS keeps the nodes in a group of their own. It stops nothing.
    """

    TOKEN = "mystira:budgets:Budget"
    id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        spec: BudgetSpec,
        *,
        subscription_id: str,
        node_groups: Sequence[pulumi.Input[str]],
        contacts: Mapping[int, pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """``node_groups`` are the names of further groups that count, ``contacts`` the ids of the action groups by the
        severity that they are notified of."""
        super().__init__(self.TOKEN, name, None, opts)
        budget = consumption.Budget(
            name,
            budget_name=spec.name,
            scope=f"/subscriptions/{subscription_id}",
            amount=spec.amount,
            category="Cost",
            time_grain="Monthly",
            time_period={"start_date": f"{spec.start.isoformat()}T00:00:00Z"},
            filter=_filter(spec, node_groups),
            notifications={
                each.key: {
                    "enabled": True,
                    "operator": "GreaterThan",
                    "threshold": each.percent,
                    "threshold_type": each.kind,
                    # The API wants the list even where it is empty; people are in the groups.
                    "contact_emails": [],
                    "contact_groups": [contacts[each.severity]],
                }
                for each in spec.thresholds
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.id = budget.id
        self.register_outputs({"id": self.id})


def _filter(spec: BudgetSpec, node_groups: Sequence[pulumi.Input[str]]) -> Any:
    """What counts. Azure takes ``and`` only of two conditions or more."""
    groups = {"dimensions": _one_of("ResourceGroupName", [*spec.groups, *node_groups])}
    tags = [{"tags": _one_of(name, [value])} for name, value in spec.tags.items()]
    return {"and_": [groups, *tags]} if tags else groups


def _one_of(name: str, values: Sequence[pulumi.Input[str]]) -> Mapping[str, Any]:
    return {"name": name, "operator": "In", "values": list(values)}
