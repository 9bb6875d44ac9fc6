"""The container registry: where images come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import containerregistry

from components.common import Surroundings, surround


@dataclass(frozen=True)
class RegistryArgs:
    """A container registry.

    ``sku`` is Basic, Standard or Premium. ``public_access`` off, ``allowed_ranges``, ``zone_redundant``,
    ``retention_days`` and ``replicas`` (regions) need Premium (estate B1).
    """

    resource_group: pulumi.Input[str]
    location: str
    name: str
    sku: str
    public_access: bool
    allowed_ranges: Sequence[str]
    zone_redundant: bool
    retention_days: int | None
    replicas: Sequence[tuple[str, str]]
    tags: Mapping[str, str]


class Registry(pulumi.ComponentResource):
    """The registry of all environments: no admin user, no anonymous pull."""

    TOKEN = "mystira:compute:Registry"
    id: pulumi.Output[str]
    login_server: pulumi.Output[str]

    def __init__(
        self, name: str, args: RegistryArgs, surroundings: Surroundings, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        premium = args.sku == "Premium"
        registry = containerregistry.Registry(
            name,
            registry_name=args.name,
            resource_group_name=args.resource_group,
            location=args.location,
            sku={"name": args.sku},
            admin_user_enabled=False,
            anonymous_pull_enabled=False,
            public_network_access="Enabled" if args.public_access else "Disabled",
            network_rule_bypass_options="AzureServices",
            network_rule_set=self._rules(args) if premium and args.public_access else None,
            policies=self._policies(args) if premium else None,
            zone_redundancy="Enabled" if args.zone_redundant else "Disabled",
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        replicas = [
            containerregistry.Replication(
                f"{name}-{location}",
                replication_name=replica,
                registry_name=registry.name,
                resource_group_name=args.resource_group,
                location=location,
                region_endpoint_enabled=True,
                zone_redundancy="Disabled",
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=registry),
            )
            for location, replica in args.replicas
        ]
        surround(self, registry, "container-registry", surroundings, inside=replicas, others_below=True)
        self.id = registry.id
        self.login_server = registry.login_server
        self.register_outputs({"loginServer": self.login_server})

    @staticmethod
    def _rules(args: RegistryArgs) -> containerregistry.NetworkRuleSetArgs:
        ranges = [
            containerregistry.IPRuleArgs(action="Allow", i_p_address_or_range=each) for each in args.allowed_ranges
        ]
        return containerregistry.NetworkRuleSetArgs(
            default_action="Deny" if args.allowed_ranges else "Allow", ip_rules=ranges
        )

    @staticmethod
    def _policies(args: RegistryArgs) -> containerregistry.PoliciesArgs | None:
        if args.retention_days is None:
            return None
        return containerregistry.PoliciesArgs(
            retention_policy=containerregistry.RetentionPolicyArgs(days=args.retention_days, status="enabled")
        )
