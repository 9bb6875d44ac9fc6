"""An AI account and a search service with all that is around them; settings change the model behind a name, and
whether keys are accepted."""

import pulumi
import pulumi_azure_native as azure_native

from components.ai.account import AiAccount
from components.ai.spec import AiSpec, DeploymentSpec
from components.facts.private_link import ZONES
from components.placement import Placement
from components.search.service import SearchService
from components.search.spec import SearchSpec
from components.surroundings.locks import Locks
from components.surroundings.private_path import PrivatePath
from components.surroundings.surround import Surroundings
from tests.engine.ground import REGION, prepared

settings = pulumi.Config()
ground = prepared()
TAGS, group, options = ground.tags, ground.group, ground.options
place = Placement(group, REGION, TAGS)

workspace = azure_native.operationalinsights.Workspace(
    "core",
    workspace_name="mys-dev-core-log-san",
    resource_group_name=group,
    location=REGION,
    tags=TAGS,
    opts=options,
)
network = azure_native.network.VirtualNetwork(
    "core",
    virtual_network_name="mys-dev-core-vnet-san",
    resource_group_name=group,
    location=REGION,
    address_space={"address_prefixes": ["10.0.0.0/16"]},
    subnets=[{"name": "private-endpoints", "address_prefix": "10.0.4.0/24"}],
    tags=TAGS,
    opts=options,
)
around = Surroundings(workspace.id, pulumi.Output.concat(network.id, "/subnets/private-endpoints"), Locks(wanted=False))


def private(name: str, group_id: str, product: str) -> PrivatePath:
    """A private endpoint with the zones of a product."""
    zones = {
        zone: azure_native.privatedns.PrivateZone(
            zone,
            private_zone_name=zone,
            resource_group_name=group,
            location="global",
            tags=TAGS,
            opts=options,
        ).id
        for zone in ZONES[product]
    }
    return PrivatePath(name, group_id, zones, place)


keys = settings.get("keys") == "yes"
model = settings.get("model") or "gpt-5.6-terra"
account = AiAccount(
    "core",
    AiSpec(
        name="mys-dev-core-aif-san",
        policy="mystira",
        severity="Medium",
        deployments=(
            DeploymentSpec("gpt-4o", model, "2026-07-09", "GlobalStandard", 20, "NoAutoUpgrade", filtered=True),
            DeploymentSpec(
                "gpt-4o-mini", "gpt-5.6-luna", "2026-07-09", "GlobalStandard", 20, "NoAutoUpgrade", filtered=True
            ),
        ),
        project="mystira",
        public_access=False,
        allowed_ranges=(),
        local_auth=keys,
        store_key="primary",
        recover=settings.get("recover") == "yes",
        private_endpoint="mys-dev-coreai-pe-san",
    ),
    place,
    around,
    private=private("mys-dev-coreai-pe-san", "account", "ai"),
    opts=options,
)
search = SearchService(
    "core",
    SearchSpec(
        name="mys-dev-core-search-san",
        sku="basic",
        replicas=1,
        partitions=1,
        semantic="disabled",
        public_access=False,
        allowed_ranges=(),
        local_auth=keys,
        store_key="primary",
        private_endpoint="mys-dev-coresearch-pe-san",
    ),
    place,
    around,
    private=private("mys-dev-coresearch-pe-san", "searchService", "search"),
    opts=options,
)
pulumi.export("handed out", [each for each in (account.key, search.key) if each is not None])
