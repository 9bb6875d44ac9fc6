"""Azure AI Search."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import search

from components.placement import Placement
from components.search.spec import SearchSpec
from components.surroundings.private_path import PrivatePath
from components.surroundings.surround import Surroundings, surround


class SearchService(pulumi.ComponentResource):
    """A service that only the network and ``allowed_ranges`` reach.

    Clients log in with their identity at ``endpoint``. ``key`` is secret and exists only with ``local_auth``.
    """

    TOKEN = "mystira:data:SearchService"
    id: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    key: pulumi.Output[str] | None

    def __init__(
        self,
        name: str,
        spec: SearchSpec,
        place: Placement,
        surroundings: Surroundings,
        *,
        private: PrivatePath,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        service = search.Service(
            name,
            search_service_name=spec.name,
            resource_group_name=place.resource_group,
            location=place.location,
            sku=search.SkuArgs(name=search.SkuName(spec.sku)),
            replica_count=spec.replicas,
            partition_count=spec.partitions,
            semantic_search=search.SearchSemanticSearch(spec.semantic),
            disable_local_auth=not spec.local_auth,
            auth_options=_identities_and_keys() if spec.local_auth else None,
            public_network_access="Enabled" if spec.public_access else "Disabled",
            network_rule_set=search.NetworkRuleSetArgs(
                bypass=search.SearchBypass.NONE,
                ip_rules=[search.IpRuleArgs(value=each) for each in spec.allowed_ranges],
            ),
            tags=place.tags,
            # The SDK sends `Default` where nothing is given, and Azure answers `default`.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["hostingMode"]),
        )
        surround(self, service, "search-service", surroundings, private=private)
        self.id = service.id
        # Older answers of Azure lack the endpoint (tests/evidence/search-service.yaml).
        self.endpoint = pulumi.Output.concat("https://", service.name, ".search.windows.net")
        self.key = None
        if spec.local_auth:
            keys = search.list_admin_key_output(
                search_service_name=service.name,
                resource_group_name=place.resource_group,
                opts=pulumi.InvokeOutputOptions(parent=service),
            )
            self.key = pulumi.Output.secret(keys.primary_key if spec.store_key == "primary" else keys.secondary_key)
        self.register_outputs({"endpoint": self.endpoint})


def _identities_and_keys() -> search.DataPlaneAuthOptionsArgs:
    """Without this a service that accepts keys accepts nothing else."""
    failure = search.AadAuthFailureMode.HTTP401_WITH_BEARER_CHALLENGE
    return search.DataPlaneAuthOptionsArgs(
        aad_or_api_key=search.DataPlaneAadOrApiKeyAuthOptionArgs(aad_auth_failure_mode=failure)
    )
