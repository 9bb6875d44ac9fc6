"""What becomes of live resources: each once, with one reason, whatever the order, never another environment's."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from components.facts.types import RESOURCE_TYPES
from stacks.adopt import match as module
from stacks.adopt.files import source_in
from stacks.adopt.live import Live, group_of
from stacks.adopt.match import matches
from stacks.adopt.names import purpose_of
from stacks.adopt.outcome import Stacks
from stacks.adopt.reasons import Match, Reason
from stacks.build.recording import Planned
from stacks.plan.model import StackPlan
from tests.adopt.estate import (
    BUS,
    CACHE,
    CLUSTER,
    NETWORK,
    RECORDS,
    RESOURCES,
    SECRETS_USER,
    STORY,
    SUBSCRIPTION,
    VAULT,
    ZONE,
    assignment,
    group,
    id_of,
    resource,
)
from tests.harness.build import everything

DEV = Stacks("dev", SUBSCRIPTION)
PROD = "00000000-0000-4000-8000-000000000003"
PROD_STACK = Stacks("prod", SUBSCRIPTION)


@pytest.fixture(scope="module")
def planned(plans: Mapping[str, StackPlan]) -> Sequence[Planned]:
    return everything(plans["dev"])


def live(folder: Path, *resources: Mapping[str, Any]) -> tuple[Live, ...]:
    """What a state of these resources holds."""
    file = folder / "live.tfstate"
    file.write_text(json.dumps({"version": 4, "resources": resources}))
    return source_in(file).live


def at(*ids: str) -> list[Live]:
    return [Live(id=id) for id in ids]


def by_id(found: Sequence[Match]) -> dict[str, Match]:
    return {match.id: match for match in found}


def test_every_instance_has_one_reason(planned: Sequence[Planned], tmp_path: Path) -> None:
    told = matches(live(tmp_path, *RESOURCES), planned, DEV)
    assert len(told) == len({match.id for match in told}) == sum(len(each["instances"]) for each in RESOURCES)
    found = by_id(told)
    role = f"{VAULT}/providers/Microsoft.Authorization/roleAssignments/one"
    keys = {match.id: match.key for match in told if match.key}
    assert keys == {
        group("mys-dev-core-rg-san"): "resource-group/core",
        group("mys-dev-story-rg-san"): "resource-group/story",
        group("mys-dev-app-rg-san"): "resource-group/app",
        NETWORK: "virtual-network/core",
        STORY: "user-assigned-identity/story-generator",
        VAULT: "key-vault/story-generator",
        f"{VAULT}/secrets/postgres-connection-string": "key-vault-secret/story-generator-postgres-connection-string",
        BUS: "service-bus-namespace/core",
        f"{BUS}/queues/publisher-events": "service-bus-queue/publisher-events",
        f"{BUS}/queues/app-events": "service-bus-queue/app-events",
        role: "role-assignment/story-generator-key-vault-secrets-user-vault-story-generator",
        ZONE: "private-dns-zone/privatelink.vaultcore.azure.net",
        f"{ZONE}/virtualNetworkLinks/old-link": "private-dns-zone-link/privatelink.vaultcore.azure.net",
        id_of("app", "Microsoft.Web/serverfarms/mys-dev-asp-san"): "app-service-plan/app",
        "/applications/o-api": "application/admin-api",
        "/servicePrincipals/s-api": "service-principal/admin-api",
    }
    parity = "docs/parity.md, "
    reasons = {
        id: (match.reason, match.where.removeprefix(parity), match.stack)
        for id, match in found.items()
        if not match.key
    }
    other, none = Reason.OTHER_STACK, Reason.NO_SUCCESSOR
    workspace = id_of("core", "Microsoft.OperationalInsights/workspaces/mys-dev-core-log")
    registry = f"{group('mys-shared-acr-rg-san')}/providers/Microsoft.ContainerRegistry/registries/myssharedacr"
    assert reasons == {
        f"{NETWORK}/subnets/aks-subnet": (Reason.ADOPTED, "", ""),
        f"{NETWORK}/subnets/chain-subnet": (none, "Subnets", ""),
        f"{VAULT}/secrets/redis-connection-string": (none, "Secrets", ""),
        f"{workspace}/providers/Microsoft.Authorization/roleAssignments/two": (none, "Telemetry role", ""),
        CACHE: (none, "Redis", ""),
        f"{RECORDS}/CNAME/dev.api": (Reason.OUTSIDE, "docs/runbooks/adoption.md, The zone of the domain", ""),
        f"{RECORDS}/CNAME/staging.api": (other, "", "staging"),
        id_of("app", "Microsoft.Web/staticSites/mys-dev-swa-eus2"): (none, "Static sites", ""),
        registry: (other, "", "shared"),
        "/applications/o-cicd": (none, "Pipelines", ""),
        "o-cicd/federatedIdentityCredential/f": (none, "Pipelines", ""),
    }
    assert found[id_of("app", "Microsoft.Web/staticSites/mys-dev-swa-eus2")].detail == (
        "not static-site/app: it is in eastus2, the plan's in westeurope (docs/runbooks/moves/places.md)"
    )


def test_a_subnet_of_a_planned_range_keeps_its_name(planned: Sequence[Planned], tmp_path: Path) -> None:
    subnet = by_id(matches(live(tmp_path, *RESOURCES), planned, DEV))[f"{NETWORK}/subnets/aks-subnet"]
    assert (subnet.within, subnet.setting) == ("virtual-network/core", ("aks-nodes", "aks-subnet"))


def test_the_order_of_the_source_changes_nothing(planned: Sequence[Planned], tmp_path: Path) -> None:
    first = matches(live(tmp_path, *RESOURCES), planned, DEV)
    for seed in range(5):
        shuffled = random.Random(seed).sample(RESOURCES, len(RESOURCES))
        assert matches(live(tmp_path, *shuffled), planned, DEV) == first
        mixed = random.Random(seed).sample(live(tmp_path, *RESOURCES), len(first))
        assert matches(mixed, planned, DEV) == first


OTHERS = [
    group("mys-prod-core-rg-san"),
    id_of("core", "Microsoft.DBforPostgreSQL/flexibleServers/mys-prod-core-db", "prod"),
    id_of("app", "Microsoft.KeyVault/vaults/mys-prod-app-kv-san", "prod"),
    id_of("core", "Microsoft.OperationalInsights/workspaces/mys-staging-core-log", "staging"),
    f"{group('MC_mys-prod-core-rg-san_mys-prod-core-aks-san_southafricanorth')}/providers/Microsoft.Network/publicIPAddresses/a",
]


def test_nothing_of_another_environment_is_taken(planned: Sequence[Planned]) -> None:
    """The estate's environments share one subscription; dev has no vault for app, which its plan wants."""
    for order in (OTHERS, OTHERS[::-1]):
        found = matches(at(*order), planned, DEV)
        assert {match.reason for match in found} == {Reason.OTHER_STACK}
        assert {match.id: match.stack for match in found} == dict(
            zip(OTHERS, ["prod", "prod", "prod", "staging", "prod"], strict=True)
        )


def test_what_lies_in_another_stacks_subscription_is_that_stacks(planned: Sequence[Planned]) -> None:
    id = id_of("core", "Microsoft.Network/virtualNetworks/strange").replace(SUBSCRIPTION, PROD)
    (match,) = matches(at(id), planned, Stacks("dev", SUBSCRIPTION, {PROD: "prod"}))
    assert (match.reason, match.stack) == (Reason.OTHER_STACK, "prod")


@pytest.mark.parametrize(
    "one",
    [
        Live(id=id_of("core", "Microsoft.KeyVault/vaults/mys-prod-app-kv-san")),
        Live(id=id_of("app", "Microsoft.KeyVault/vaults/mys-dev-app-kv-old"), environment="prod"),
        Live(id=f"{group('somebody-elses')}/providers/Microsoft.KeyVault/vaults/mys-dev-app-kv-old"),
    ],
)
def test_a_strange_name_tag_or_group_is_not_matched_by_convention(one: Live, planned: Sequence[Planned]) -> None:
    assert [match.reason for match in matches([one], planned, DEV) if match.live is one] == [Reason.UNKNOWN]


def test_an_exact_id_wins_over_one_that_only_looks_like_it(planned: Sequence[Planned]) -> None:
    logs = id_of("core", "Microsoft.OperationalInsights/workspaces")
    found = by_id(matches(at(f"{logs}/mys-dev-core-log", f"{logs}/mys-dev-core-log-san"), planned, DEV))
    assert found[f"{logs}/mys-dev-core-log-san"].key == "log-analytics-workspace/core"
    assert found[f"{logs}/mys-dev-core-log"].reason is Reason.UNKNOWN


def test_of_two_that_could_be_one_neither_is(planned: Sequence[Planned]) -> None:
    logs = id_of("core", "Microsoft.OperationalInsights/workspaces")
    found = by_id(matches(at(f"{logs}/mys-dev-core-log", f"{logs}/mys-dev-core-log-old-san"), planned, DEV))
    assert found[f"{logs}/mys-dev-core-log"].key == "log-analytics-workspace/core"
    two = matches(at(f"{logs}/mys-dev-core-log", f"{logs}/nl-dev-core-log"), planned, DEV)
    told = [match for match in two if not match.live.implied]
    assert {match.reason for match in told} == {Reason.UNKNOWN}
    assert {match.detail for match in told} == {
        "one of 2 that could be log-analytics-workspace/core: write the entry by hand"
    }


def test_an_entry_of_the_settings_decides(planned: Sequence[Planned]) -> None:
    logs = id_of("core", "Microsoft.OperationalInsights/workspaces")
    entries = {"log-analytics-workspace/core": f"{logs}/MINE"}
    found = by_id(matches(at(f"{logs}/mys-dev-core-log-san", f"{logs}/mine"), planned, DEV, entries))
    assert found[f"{logs}/mine"].key == "log-analytics-workspace/core"
    kept = by_id(matches(at(f"{logs}/mys-dev-core-log-san"), planned, DEV, entries))[f"{logs}/mys-dev-core-log-san"]
    assert (kept.reason, kept.detail) == (
        Reason.UNKNOWN,
        "mystira:adopt.log-analytics-workspace/core names another id",
    )


def test_a_group_is_taken_over_although_the_source_lists_only_what_is_in_it(planned: Sequence[Planned]) -> None:
    """`az resource list` lists no groups."""
    found = matches(at(NETWORK), planned, DEV)
    assert {match.id: (match.key, match.live.implied) for match in found} == {
        NETWORK: ("virtual-network/core", False),
        group("mys-dev-core-rg-san"): ("resource-group/core", True),
    }


def test_a_role_is_matched_by_scope_role_and_principal_alone(planned: Sequence[Planned], tmp_path: Path) -> None:
    identity = resource("azurerm_user_assigned_identity", "a", {"id": STORY, "principal_id": "P-Story"})
    vault = resource("azurerm_key_vault", "a", {"id": VAULT})
    parent = resource("azurerm_resource_group", "a", {"id": group("mys-dev-story-rg-san")})

    def of(principal: str, role: str, *others: Mapping[str, Any]) -> Match:
        given = assignment(VAULT, role, principal, "x")
        found = matches(
            live(tmp_path, parent, vault, resource("azurerm_role_assignment", "r", given), *others), planned, DEV
        )
        return by_id(found)[given["id"]]

    assert of("p-story", SECRETS_USER, identity).key.startswith(
        "role-assignment/story-generator-key-vault-secrets-user"
    )
    assert of("p-other", SECRETS_USER, identity).reason is Reason.NO_SUCCESSOR
    assert of("p-story", SECRETS_USER).key == ""
    assert of("p-story", "00000000-0000-0000-0000-00000000000f", identity).reason is Reason.UNKNOWN


def test_the_role_of_another_environment_at_what_all_use_is_its_own(planned: Sequence[Planned], tmp_path: Path) -> None:
    registry = f"{group('mys-shared-acr-rg-san')}/providers/Microsoft.ContainerRegistry/registries/myssharedacr"
    pull = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
    clusters = [
        {"id": each, "identity": [{"principal_id": principal}]}
        for each, principal in ((CLUSTER, "p-dev"), (CLUSTER.replace("dev", "prod"), "p-prod"))
    ]
    roles = [assignment(registry, pull, principal, principal) for principal in ("p-dev", "p-prod")]
    given = [resource("azurerm_kubernetes_cluster", "c", *clusters), resource("azurerm_role_assignment", "r", *roles)]
    found = {match.id.rpartition("/")[2]: match for match in matches(live(tmp_path, *given), planned, DEV)}
    assert (found["p-dev"].reason, found["p-dev"].where) == (Reason.NO_SUCCESSOR, "docs/parity.md, Image pulls")
    assert (found["p-prod"].reason, found["p-prod"].stack) == (Reason.OTHER_STACK, "prod")


def test_the_only_link_of_a_zone_needs_no_network(planned: Sequence[Planned]) -> None:
    """A list of ids does not tell the network; two links could be of two networks."""
    links = [f"{ZONE}/virtualNetworkLinks/{name}" for name in ("one", "two")]
    assert by_id(matches(at(ZONE, links[0]), planned, DEV))[links[0]].key.startswith("private-dns-zone-link/")
    both = by_id(matches(at(ZONE, *links), planned, DEV))
    assert {both[link].reason for link in links} == {Reason.UNKNOWN}


def test_what_belongs_to_something_without_a_successor_has_its_line(planned: Sequence[Planned]) -> None:
    profile = id_of("core", "Microsoft.Cdn/profiles/mystira-nonprod-fd")
    route = f"{profile}/afdEndpoints/e/routes/r"
    found = by_id(matches(at(profile, route), planned, DEV))
    assert (found[route].where, found[route].above) == ("docs/parity.md, Front Door", "mystira-nonprod-fd")
    assert by_id(matches(at(route), planned, DEV))[route].reason is Reason.UNKNOWN


def test_a_type_that_the_plan_learns_is_matched_before_any_decision(planned: Sequence[Planned]) -> None:
    """The rows of decisions are for what has no counterpart: the type table and the plan come first."""
    redis = next(each for each in planned if each.row.key == "redis")
    old = type(redis)(
        **{**vars(redis), "row": RESOURCE_TYPES["storage-account"], "id": "", "physical": "mysdevchainst"}
    )
    live = id_of("core", "Microsoft.Storage/storageAccounts/mysdevchainstgsan")
    (match,) = (each for each in matches(at(live), planned, DEV) if each.id == live)
    assert (match.reason, match.where) == (Reason.NO_SUCCESSOR, "docs/parity.md, Chain data")
    (match,) = (each for each in matches(at(live), [*planned, old], DEV) if each.id == live)
    assert match.key == old.key


FRONT = id_of("core", "Microsoft.Cdn/profiles/mystira-prod-fd").replace("-dev-", "-prod-")
ENDPOINT = f"{FRONT}/afdEndpoints/mystira-prod"
POLICY = f"{FRONT}/securityPolicies/mystira-prod-waf-security-policy"


def _front(tier: str) -> list[dict[str, Any]]:
    """prod's profile as azurerm keeps it, with one host that is served here too and one that is not."""

    def one(kind: str, name: str, **attributes: Any) -> dict[str, Any]:
        return resource(f"azurerm_cdn_frontdoor_{kind}", name, attributes)

    parts = [one("profile", "main", id=FRONT, sku_name=tier), one("endpoint", "main", id=ENDPOINT)]
    for name in ("api", "chain"):
        group, domain = f"{FRONT}/originGroups/{name}-origin-group", f"{FRONT}/customDomains/mystira-prod-{name}-domain"
        parts += [
            one("origin_group", name, id=group),
            one("origin", name, id=f"{group}/origins/{name}-origin"),
            one("custom_domain", name, id=domain, host_name=f"{name}.mystira.app"),
            one("route", name, id=f"{ENDPOINT}/routes/{name}-route", cdn_frontdoor_custom_domain_ids=[domain]),
        ]
    waf = id_of("core", "Microsoft.Network/frontDoorWebApplicationFirewallPolicies/mystiraprodwaf", "prod")
    parts += [one("security_policy", "main", id=POLICY), one("firewall_policy", "main", id=waf, sku_name=tier)]
    return [resource("azurerm_resource_group", "main", {"id": group_of(FRONT)[0]}), *parts]


def test_an_upgraded_profile_is_taken_over_with_what_cannot_be_there_twice(
    plans: Mapping[str, StackPlan], tmp_path: Path
) -> None:
    """Domains by their host, a route by its domains, endpoint and policy as the only ones: a validated domain joins no
    second profile, and has one route and one policy. Origins are new: public and private ones never mix."""
    found = by_id(matches(live(tmp_path, *_front("Premium_AzureFrontDoor")), everything(plans["prod"]), PROD_STACK))
    waf = id_of("core", "Microsoft.Network/FrontDoorWebApplicationFirewallPolicies/mystiraprodwaf", "prod")
    assert {match.id: match.key for match in found.values() if match.key} == {
        group_of(FRONT)[0]: "resource-group/core",
        FRONT: "front-door-profile/core",
        ENDPOINT: "front-door-endpoint/core",
        POLICY: "front-door-security-policy/core",
        f"{FRONT}/customDomains/mystira-prod-api-domain": "front-door-custom-domain/api",
        f"{ENDPOINT}/routes/api-route": "front-door-route/api",
        waf: "waf-policy/core",
    }
    left = {(match.reason, match.where) for match in found.values() if not match.key}
    assert left == {(Reason.NO_SUCCESSOR, "docs/parity.md, Entrance")}


def test_a_profile_of_which_no_tier_is_told_is_not_taken(plans: Mapping[str, StackPlan]) -> None:
    """A list of ids tells none: the profile may still have to be upgraded."""
    found = by_id(matches(at(group_of(FRONT)[0], FRONT, ENDPOINT), everything(plans["prod"]), PROD_STACK))
    assert (found[FRONT].key, found[ENDPOINT].key) == ("", "")
    assert "of a tier that the source does not tell, the plan's Premium" in found[FRONT].detail


def test_a_budget_of_a_group_is_not_one_of_the_subscription(plans: Mapping[str, StackPlan]) -> None:
    old = id_of("app", "Microsoft.Consumption/budgets/mys-prod-budget", "prod")
    found = by_id(matches(at(group_of(old)[0], old), everything(plans["prod"]), PROD_STACK))[old]
    assert (found.reason, found.where) == (Reason.NO_SUCCESSOR, "docs/parity.md, Budget")
    assert found.detail == "not budget/app: it is of a resource group, the plan's of the subscription"


def test_a_profile_of_the_wrong_tier_waits_for_its_upgrade(plans: Mapping[str, StackPlan], tmp_path: Path) -> None:
    """Azure upgrades it, azure-native would replace it; a firewall policy keeps its tier."""
    found = by_id(matches(live(tmp_path, *_front("Standard_AzureFrontDoor")), everything(plans["prod"]), PROD_STACK))
    wrong = "it is Standard_AzureFrontDoor, the plan's Premium_AzureFrontDoor"
    assert (found[FRONT].reason, found[FRONT].detail) == (Reason.OUTSIDE, f"not front-door-profile/core: {wrong}")
    for id in (ENDPOINT, POLICY, f"{FRONT}/customDomains/mystira-prod-api-domain", f"{ENDPOINT}/routes/api-route"):
        assert (found[id].where, found[id].above) == (found[FRONT].where, "mystira-prod-fd")
    waf = next(match for match in found.values() if match.id.endswith("mystiraprodwaf"))
    assert (waf.reason, waf.where, waf.detail) == (
        Reason.NO_SUCCESSOR,
        "docs/parity.md, Front Door",
        f"not waf-policy/core: {wrong}",
    )


def test_records_are_taken_over_in_the_zone_that_shared_names(planned: Sequence[Planned]) -> None:
    """One domain has one zone: a record that lies in another would be half of it."""
    ours = next(each for each in planned if each.key == "dns-record-set/cname-dev.api")
    assert [match.key for match in matches(at(ours.id), planned, DEV)] == [ours.key]
    (other,) = matches(at(f"{RECORDS}/CNAME/dev.api"), planned, DEV)
    assert (other.reason, other.where) == (Reason.OUTSIDE, "docs/runbooks/adoption.md, The zone of the domain")
    assert f"mystira:dns.adopt of shared names {RECORDS} first" in other.detail


def test_objects_of_a_cluster_are_matched_by_kind_and_name(planned: Sequence[Planned]) -> None:
    def of(kind: str, id: str) -> Match:
        return matches([Live(id=id, kind=kind)], planned, DEV)[0]

    deployment = next(each for each in planned if each.row.key == "deployment")
    namespace = deployment.inputs["metadata"]["namespace"]
    assert of("deployment", f"{namespace}/{deployment.name}").key == deployment.key
    assert of("service", f"{namespace}/nobody").reason is Reason.UNKNOWN
    labels = {"matchLabels": {"app": "old"}}
    other = matches(
        [Live(id=f"{namespace}/{deployment.name}", kind="deployment", selector=json.dumps(labels))], planned, DEV
    )[0]
    assert (other.reason, other.detail) == (
        Reason.OUTSIDE,
        "its selector is another and cannot change: delete it first".join([f"not {deployment.key}: ", ""]),
    )
    same = json.dumps(deployment.inputs["spec"]["selector"])
    assert matches([Live(id=f"{namespace}/{deployment.name}", kind="deployment", selector=same)], planned, DEV)[0].key
    kept = of("config-map", f"{namespace}/{deployment.name}")
    assert (kept.reason, kept.where) == (Reason.OUTSIDE, "docs/runbooks/adoption.md, Objects in the cluster")


def test_pools_and_subnets_inside_an_adopted_resource_need_no_entry(planned: Sequence[Planned]) -> None:
    found = by_id(matches(at(CLUSTER, f"{CLUSTER}/agentPools/system", f"{CLUSTER}/agentPools/default"), planned, DEV))
    assert (found[f"{CLUSTER}/agentPools/system"].reason, found[f"{CLUSTER}/agentPools/system"].within) == (
        Reason.ADOPTED,
        "kubernetes-cluster/core",
    )
    assert found[f"{CLUSTER}/agentPools/default"].where == "docs/parity.md, Cluster"


def test_the_work_grows_with_the_number_of_ids(planned: Sequence[Planned], monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: how often a candidate of the plan is looked at."""
    looks = [0]
    apart, alike = module._apart, module._Matching._alike

    def counted_apart(*arguments: Any) -> str:
        looks[0] += 1
        return apart(*arguments)

    def counted_alike(self: Any, each: Live) -> Any:
        for found in alike(self, each):
            looks[0] += 1
            yield found

    monkeypatch.setattr(module, "_apart", counted_apart)
    monkeypatch.setattr(module._Matching, "_alike", counted_alike)

    def cost(count: int) -> int:
        looks[0] = 0
        many = [id_of("core", f"Microsoft.KeyVault/vaults/mys-dev-core{n}-kv-san") for n in range(count)]
        matches(at(NETWORK, *many, *(f"{id}/secrets/a" for id in many)), planned, DEV)
        return looks[0]

    assert cost(2000) <= 2 * cost(1000)


@pytest.mark.parametrize(
    ("kind", "name", "purpose"),
    [
        ("virtual-network", "mys-dev-core-vnet-san", "core"),
        ("log-analytics-workspace", "mys-dev-core-log", "core"),
        ("storage-account", "mysdevchainstgsan", "chain"),
        ("storage-account", "mysprodcorestsan", "core"),
        ("static-site", "mys-dev-admin-ui-swa-eus2", "admin-ui"),
        ("app-service-plan", "mys-prod-asp-san", ""),
        ("postgresql-server", "mys-staging-core-db", "core"),
        ("agent-pool", "system", "system"),
        ("container-registry", "strange", "strange"),
    ],
)
def test_what_a_name_is_for(kind: str, name: str, purpose: str) -> None:
    assert purpose_of(RESOURCE_TYPES[kind], name) == purpose
