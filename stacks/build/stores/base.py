"""What building a store needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from components.common import PrivatePathArgs, Surroundings
from components.facts.private_link import ZONES
from components.identity import Identity
from components.vaults import Vault
from stacks.build.scopes import Scopes
from stacks.plan import EnvironmentPlan


@dataclass(frozen=True)
class Site:
    """Where stores are built: the plan, what is there already by key, and the options of every component.

    ``scopes`` is filled by each store with what it says it has (``Store.scopes``), ``vaults`` by the vaults,
    ``outputs`` with what a store wants the stack to say.
    """

    plan: EnvironmentPlan
    groups: Mapping[str, pulumi.Output[str]]
    subnet_ids: Mapping[str, pulumi.Output[str]]
    zone_ids: Mapping[str, pulumi.Output[str]]
    identities: Mapping[str, Identity]
    surroundings: Surroundings
    scopes: Scopes
    options: pulumi.ResourceOptions
    oidc_issuer: pulumi.Output[str]
    """Who signs the tokens of the cluster's service accounts."""
    outbound_ips: Sequence[pulumi.Output[str]] = ()
    """The public addresses from which everything in the network goes out."""
    outputs: dict[str, object] = field(default_factory=dict)
    vaults: dict[str, Vault] = field(default_factory=dict)

    def private(self, name: str, group: str, zones: str, resource_group: str = "core") -> PrivatePathArgs:
        """A private endpoint named ``name`` to ``group`` of its target; ``zones`` is a key of facts/private_link."""
        return PrivatePathArgs(
            name=name,
            location=self.plan.region,
            resource_group=self.groups[resource_group],
            group=group,
            zones={zone: self.zone_ids[zone] for zone in ZONES[zones]},
            tags=self.plan.tags,
        )
