"""The container registry: where images come from."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import containerregistry

from components.placement import Placement
from components.registry.spec import RegistrySpec
from components.surroundings.surround import Surroundings, surround


class Registry(pulumi.ComponentResource):
    """The registry of all environments: no admin user, no anonymous pull."""

    TOKEN = "mystira:compute:Registry"
    id: pulumi.Output[str]
    login_server: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        spec: RegistrySpec,
        place: Placement,
        surroundings: Surroundings,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        premium = spec.sku == "Premium"
        registry = containerregistry.Registry(
            name,
            registry_name=spec.name,
            resource_group_name=place.resource_group,
            location=place.location,
            sku={"name": spec.sku},
            admin_user_enabled=False,
            anonymous_pull_enabled=False,
            public_network_access="Enabled" if spec.public_access else "Disabled",
            network_rule_bypass_options="AzureServices",
            network_rule_set=self._rules(spec) if premium and spec.public_access else None,
            policies=self._policies(spec) if premium else None,
            # Hosts of the registry alone instead of all of *.blob.core.windows.net in clients' firewalls.
            data_endpoint_enabled=premium,
            zone_redundancy="Enabled" if spec.zone_redundant else "Disabled",
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        replicas = [
            containerregistry.Replication(
                f"{name}-{location}",
                replication_name=replica.name,
                registry_name=registry.name,
                resource_group_name=place.resource_group,
                location=location,
                region_endpoint_enabled=True,
                zone_redundancy="Enabled" if replica.zone_redundant else "Disabled",
                tags=place.tags,
                opts=pulumi.ResourceOptions(parent=registry),
            )
            for location, replica in spec.replicas.items()
        ]
        surround(self, registry, "container-registry", surroundings, inside=replicas, others_below=True)
        self.id = registry.id
        self.login_server = registry.login_server
        self.register_outputs({"loginServer": self.login_server})

    @staticmethod
    def _rules(spec: RegistrySpec) -> containerregistry.NetworkRuleSetArgs:
        ranges = [
            containerregistry.IPRuleArgs(action="Allow", i_p_address_or_range=each) for each in spec.allowed_ranges
        ]
        return containerregistry.NetworkRuleSetArgs(
            default_action="Deny" if spec.allowed_ranges else "Allow", ip_rules=ranges
        )

    @staticmethod
    def _policies(spec: RegistrySpec) -> containerregistry.PoliciesArgs | None:
        if spec.retention_days is None:
            return None
        return containerregistry.PoliciesArgs(
            retention_policy=containerregistry.RetentionPolicyArgs(days=spec.retention_days, status="enabled")
        )
