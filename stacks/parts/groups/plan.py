"""The resource groups of a stack, tier by tier (ADR-0017)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.facts.regions import GLOBAL
from components.groups.spec import GroupSpec
from components.naming.builder import Project
from components.problems import Problem
from stacks.catalogue.names import CORE
from stacks.context import Context
from stacks.parts.groups.checks import naming_problems
from stacks.parts.part import Part
from stacks.settings.models import EnvironmentSettings, Settings, SharedSettings

SHARED_GROUPS = (("acr", False), ("terraform", False), ("comms", True), ("dns", True))
"""Tier 3: project code, and whether the group is global by name. Its metadata still needs a region."""

INGRESS_GROUP = "ingress"
"""The group of the private link service of the cluster's gateway. Kubernetes makes it, and in the cluster's own group,
which is locked, nobody could approve Front Door's connection (Microsoft: Deploy a fully managed resource group using
node resource group lockdown)."""

EDGE_GROUP = "frontdoor"
"""The group of Front Door and its firewall, global by name; its metadata needs a region all the same."""

PIPELINES_GROUP = "cicd"
"""The group of the pipelines' identities, where there are pipelines."""


@dataclass(frozen=True)
class TierPlan:
    """The groups of one tier: 1 core, 2 services, 3 shared."""

    number: int
    name: str
    """Logical name of its component."""
    groups: tuple[GroupSpec, ...]


def group_scope(key: str) -> str:
    """A resource group, as the plan refers to it. Only pipelines have roles there, and in that of
    the gateway the cluster, which makes what is in it."""
    return f"resource-group/{key}"


def group_keys(tiers: tuple[TierPlan, ...]) -> tuple[str, ...]:
    """The groups of all tiers."""
    return tuple(group.key for tier in tiers for group in tier.groups)


def _scopes(tiers: tuple[TierPlan, ...]) -> Mapping[str, str]:
    return {group_scope(key): "resource-group" for key in group_keys(tiers)}


def _group(context: Context[Settings], code: str, project: Project, region: str = "") -> GroupSpec:
    name = context.names.name(project, "resource-group", region=region)
    return GroupSpec(code, name, context.settings.azure.region, context.tags(code))


class Groups(Part[EnvironmentSettings, tuple[TierPlan, ...]]):
    """Tiers 1 and 2: what the services of an environment share, and one group for each group of services."""

    key = "groups"

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        """What does not fit together in the catalogue, and names that nothing of it could have."""
        yield from context.catalogue.problems
        yield from naming_problems(context)

    def plan(self, context: Context[EnvironmentSettings]) -> tuple[TierPlan, ...]:
        services = tuple(_group(context, code, Project(code)) for code in context.catalogue.groups)
        edge = (_group(context, EDGE_GROUP, Project(EDGE_GROUP), GLOBAL),) if context.settings.edge.enabled else ()
        return (
            TierPlan(
                1,
                "tier-1-core",
                (_group(context, CORE.code, CORE), _group(context, INGRESS_GROUP, Project(INGRESS_GROUP)), *edge),
            ),
            TierPlan(2, "tier-2-services", services),
        )

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return _scopes(self.plan(context))


class SharedGroups(Part[SharedSettings, tuple[TierPlan, ...]]):
    """Tier 3: what all environments use."""

    key = "groups"

    def plan(self, context: Context[SharedSettings]) -> tuple[TierPlan, ...]:
        wanted = (*SHARED_GROUPS, *(((PIPELINES_GROUP, False),) if context.settings.ci else ()))
        groups = (_group(context, code, Project(code), GLOBAL if is_global else "") for code, is_global in wanted)
        return (TierPlan(3, "tier-3-shared", tuple(groups)),)

    def scopes(self, context: Context[SharedSettings]) -> Mapping[str, str]:
        return _scopes(self.plan(context))


GROUPS = Groups()
SHARED_TIER = SharedGroups()
