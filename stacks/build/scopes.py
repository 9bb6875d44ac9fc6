"""From the plan's plain keys to resources: who is granted what, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pulumi
from pulumi_azure_native import authorization

from components.common import GrantArgs, grant
from stacks.plan import StackPlan
from stacks.plan.model import GrantPlan


@dataclass
class Scopes:
    """What the keys of the plan stand for. Fill it as resources are made, then ask for the grants."""

    principals: dict[str, pulumi.Input[str]] = field(default_factory=dict)
    resources: dict[str, pulumi.Input[str]] = field(default_factory=dict)

    def build(
        self, plan: StackPlan, grants: Iterable[GrantPlan], options: pulumi.ResourceOptions
    ) -> Mapping[str, authorization.RoleAssignment]:
        """Register grants, by key. A principal that is no key of ours is the object id of somebody outside."""
        return {
            each.key: grant(
                GrantArgs(
                    key=each.key,
                    name=each.name,
                    role=each.role,
                    principal_id=self.principals.get(each.principal, each.principal),
                    principal_type=each.principal_type,
                    scope=self.resources[each.scope],
                    subscription_id=plan.subscription_id,
                ),
                options,
            )
            for each in grants
        }
