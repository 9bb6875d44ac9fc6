"""Where everything lies: resource groups in three tiers, and components that own what they register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from components.facts.types import BY_TOKEN
from tests.harness.build import every
from tests.harness.compose import Composition, Registered
from tests.harness.settings import ENVIRONMENTS, every_environment, every_stack

OF_A_SERVICE = {
    "user-assigned-identity",
    "federated-credential",
    "application-insights",
    "web-test",
    "key-vault",
    "key-vault-secret",
    "key-vault-key",
    "private-endpoint",
    "private-dns-zone-group",
    "resource-group",
    "app-service-plan",
    "static-site",
    "web-app",
    "web-app-settings",
    "web-app-sticky-names",
    "web-app-scm-allowed",
    "web-app-ftp-allowed",
}
"""What the group of a service holds: its identity, its telemetry, its vault and the way there, its site."""

WITH_A_SLOT = {
    "autoscale-setting",
    "web-app-slot",
    "web-app-slot-settings",
    "web-app-slot-scm-allowed",
    "web-app-slot-ftp-allowed",
}
"""What else the group of a site holds where its plan is larger than Basic."""

OF_THE_ENVIRONMENT = {
    "virtual-network",
    "nat-gateway",
    "private-dns-zone",
    "log-analytics-workspace",
    "action-group",
    "kubernetes-cluster",
    "postgresql-server",
    "redis",
    "service-bus-namespace",
    "cosmos-account",
    "storage-account",
}
"""What services share: in the core group, and in no other."""


def key(each: Registered) -> str:
    return BY_TOKEN[each.type].key


def groups(composition: Composition) -> dict[str, str]:
    """The name of every resource group, with the tier that makes it."""
    return {each.inputs["resourceGroupName"]: each.parent for each in every(composition, "resource-group")}


def placed(composition: Composition) -> list[tuple[str, str]]:
    """Type and resource group of everything that lies in one."""
    return [
        (key(each), each.inputs["resourceGroupName"])
        for each in composition.azure()
        if "resourceGroupName" in each.inputs
    ]


ZONES_GROUP = "mys-shared-dns-rg-glob"
"""The group of the domain's zone, in which environments keep records."""


@every_stack
@pytest.mark.requirement("S0-04", "S0-39")
def test_every_resource_lies_in_a_group_of_its_stack(stack: str, composed: Mapping[str, Composition]) -> None:
    """Records apart, in the zone that all stacks use."""
    own = groups(composed[stack])
    elsewhere = {each for each in placed(composed[stack]) if each[1] not in own}
    assert elsewhere == (set() if stack == "shared" else {("dns-record-set", ZONES_GROUP)})


@every_environment
@pytest.mark.requirement("S3-015")
def test_what_services_share_is_in_tier_one_and_what_is_their_own_in_tier_two(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    tiers = groups(composed[stack])
    found = [(tiers[group], kind) for kind, group in placed(composed[stack]) if group != ZONES_GROUP]
    more = set() if stack == "dev" else WITH_A_SLOT
    assert {kind for tier, kind in found if tier == "tier-2-services"} == OF_A_SERVICE | more
    assert {tier for tier, kind in found if kind in OF_THE_ENVIRONMENT} == {"tier-1-core"}
    assert {kind for _, kind in found} >= OF_THE_ENVIRONMENT


@every_environment
@pytest.mark.requirement("S3-003", "S3-016")
def test_tier_two_is_these_five(stack: str, composed: Mapping[str, Composition]) -> None:
    services = {name for name, tier in groups(composed[stack]).items() if tier == "tier-2-services"}
    assert services == {f"mys-{stack}-{group}-rg-san" for group in ("chain", "publisher", "story", "admin", "app")}


@pytest.mark.requirement("S3-018")
def test_environments_have_the_same_groups(composed: Mapping[str, Composition]) -> None:
    dev, staging, prod = ({name.replace(stack, "") for name in groups(composed[stack])} for stack in ENVIRONMENTS)
    assert dev == staging == prod
    assert dev


@every_stack
@pytest.mark.requirement("S3-014")
def test_groups_are_made_by_the_component_of_their_tier(stack: str, composed: Mapping[str, Composition]) -> None:
    found = every(composed[stack], "resource-group")
    assert {each.parent_type for each in found} == {"mystira:groups:Tier"}
    tiers = {each.parent for each in found}
    assert tiers == ({"tier-3-shared"} if stack == "shared" else {"tier-1-core", "tier-2-services"})


COMPONENTS = {
    "resource-group": "mystira:groups:Tier",
    "virtual-network": "mystira:network:VirtualNetwork",
    "private-dns-zone": "mystira:network:PrivateDns",
    "log-analytics-workspace": "mystira:monitoring:Workspace",
    "action-group": "mystira:monitoring:Notification",
    "application-insights": "mystira:monitoring:Telemetry",
    "metric-alert": "mystira:monitoring:Alerts",
    "web-test": "mystira:monitoring:Alerts",
    "workbook": "mystira:monitoring:Dashboards",
    "query-pack": "mystira:monitoring:Dashboards",
    "query": "mystira:monitoring:Dashboards",
    "alert-processing-rule": "mystira:monitoring:Alerts",
    "smart-detector-alert-rule": "mystira:monitoring:Alerts",
    "user-assigned-identity": "mystira:identity:ServiceIdentity",
    "kubernetes-cluster": "mystira:compute:Cluster",
    "key-vault": "mystira:vaults:Vault",
    "postgresql-server": "mystira:data:Postgresql",
    "cosmos-account": "mystira:data:CosmosAccount",
    "storage-account": "mystira:data:StorageAccount",
    "redis": "mystira:data:Redis",
    "service-bus-namespace": "mystira:data:ServiceBus",
    "web-app": "mystira:hosting:WebApp",
}
"""Whose child each is."""

WITHOUT_COMPONENT = {"role-assignment", "private-endpoint"}
"""Roles, and the endpoint of a registry that is another stack's, belong to no component of their stack."""


@every_environment
@pytest.mark.requirement("S1-004", "S3-007", "S3-008", "S3-009", "S3-109")
def test_every_resource_belongs_to_a_component(stack: str, composed: Mapping[str, Composition]) -> None:
    found = composed[stack].azure()
    at_the_top = [each for each in found if each.parent_type == "pulumi:pulumi:Stack"]
    assert {key(each) for each in at_the_top} <= WITHOUT_COMPONENT
    assert [each.name for each in at_the_top if key(each) == "private-endpoint"] == ["registry"]
    owners = {key(each): each.parent_type for each in found if key(each) in COMPONENTS}
    assert owners == COMPONENTS


@every_environment
@pytest.mark.requirement("S3-007", "S3-008", "S3-009")
def test_a_product_that_all_services_share_is_one_component(stack: str, composed: Mapping[str, Composition]) -> None:
    components = Counter(each.type for each in composed[stack].resources)
    for kind in ("kubernetes-cluster", "postgresql-server", "cosmos-account", "redis", "service-bus-namespace"):
        assert (kind, components[COMPONENTS[kind]], len(every(composed[stack], kind))) == (kind, 1, 1)
    assert components["mystira:monitoring:Workspace"] == 1


@pytest.mark.requirement("S1-058")
def test_staging_and_prod_share_nothing(composed: Mapping[str, Composition]) -> None:
    """No group, network, vault or server, and no subscription."""
    kinds = ("resource-group", "virtual-network", "key-vault", "postgresql-server", "kubernetes-cluster")
    names = {
        stack: {
            str(each.inputs[BY_TOKEN[each.type].name_input]) for kind in kinds for each in every(composed[stack], kind)
        }
        for stack in ENVIRONMENTS
    }
    assert not names["staging"] & names["prod"]
    assert all(f"-{stack}-" in name for stack, found in names.items() for name in found)
    subscriptions = {composed[stack].subscription for stack in ENVIRONMENTS}
    assert len(subscriptions) == len(ENVIRONMENTS)
