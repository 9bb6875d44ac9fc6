"""Tier 3: what all environments use, and the one typed contract through which they read it (S3-017)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_azure_native as azure_native

from components.common import Locks, Surroundings
from components.compute import Registry, RegistryArgs
from components.edge import PublicZone, PublicZoneArgs
from components.monitoring import Workspace, WorkspaceArgs
from stacks.build.groups import build_groups
from stacks.build.scopes import Scopes
from stacks.plan import SharedPlan

CONTRACT = "contract"
"""The stack output that holds what the environments may read."""


@dataclass(frozen=True)
class SharedOutputs:
    """What ``shared`` offers. The keys of the contract are the names of these fields."""

    registry_id: pulumi.Output[str]
    registry_login_server: pulumi.Output[str]
    zone_id: pulumi.Output[str]
    zone_group: pulumi.Output[str]

    @classmethod
    def read(cls, stack: str) -> SharedOutputs:
        """Read the contract of another stack. Ends the run with one line where it is not what this code expects."""
        reference = pulumi.StackReference(stack)
        contract = pulumi.Output.all(stack, reference.outputs).apply(lambda both: _checked(cls, *both))
        return cls(**{field: contract[field] for field in cls.__dataclass_fields__})


def _checked(contract: type[SharedOutputs], stack: str, outputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The contract with all its fields. At preview a stack that was never up has no outputs: nothing to read yet."""
    found = outputs.get(CONTRACT)
    fields = set(contract.__dataclass_fields__)
    missing = fields - set(found or {})
    if missing:
        seen = "no outputs" if not outputs else f"without {', '.join(sorted(missing))}"
        raise pulumi.RunError(
            f"the stack {stack} must be up before this one; seen: {seen}; run `pulumi up` there first"
        )
    return {field: found[field] for field in fields} if found else {}


def build_shared(plan: SharedPlan, provider: azure_native.Provider) -> dict[str, object]:
    """Register the shared stack and return its outputs."""
    options = pulumi.ResourceOptions(provider=provider)
    groups = build_groups(plan, options)
    locks = Locks(plan.protection)
    workspace = Workspace(
        "shared",
        WorkspaceArgs(
            groups["acr"],
            plan.region,
            plan.logs.workspace,
            plan.logs.retention_days,
            plan.logs.daily_cap_gb,
            _tags(plan, "acr"),
        ),
        locks,
        options,
    )
    surroundings = Surroundings(workspace.id, None, locks)
    registry = Registry(
        "registry",
        RegistryArgs(
            resource_group=groups["acr"],
            location=plan.region,
            name=plan.registry.name,
            sku=plan.registry.sku,
            public_access=plan.registry.public_access,
            allowed_ranges=plan.registry.allowed_ranges,
            zone_redundant=plan.registry.zone_redundant,
            retention_days=plan.registry.retention_days,
            replicas=plan.registry.replicas,
            tags=_tags(plan, "acr"),
        ),
        surroundings,
        options,
    )
    zone = PublicZone(
        "domain",
        PublicZoneArgs(resource_group=groups["dns"], domain=plan.domain, tags=_tags(plan, "dns")),
        surroundings,
        options,
    )
    granted = Scopes(resources={"registry": registry.id, "workspace": workspace.id}).build(plan, plan.grants, options)
    locks.put((each.kind, granted[each.key]) for each in plan.grants)
    contract = SharedOutputs(registry.id, registry.login_server, zone.id, groups["dns"])
    return {
        CONTRACT: {field: getattr(contract, field) for field in SharedOutputs.__dataclass_fields__},
        "name_servers": zone.name_servers,
        "registry_login_server": registry.login_server,
        "manual_steps": {
            "registrar": {
                "do": f"enter the name servers of {plan.domain} at the registrar",
                "check": f"dig +short NS {plan.domain}",
                "values": zone.name_servers,
            }
        },
    }


def _tags(plan: SharedPlan, key: str) -> Mapping[str, str]:
    return next(group.tags for group in plan.groups if group.key == key)
