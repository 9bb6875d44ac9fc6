"""Every consumer reaches everything that it needs in exactly one way; none and two are one clear error each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.facts.private_link import ZONES
from components.network.spec import SecurityRule
from components.problems import Problem
from stacks.catalogue.model import Catalogue, HostKind
from stacks.catalogue.needs.base import Need
from stacks.catalogue.needs.database import Database
from stacks.context import Context
from stacks.parts.all import ENVIRONMENT_PARTS
from stacks.parts.doors import Consumer, Target, private
from stacks.parts.network.subnets import ENDPOINTS, GATEWAY_PORT, ROLES, gateway_address, rules_of
from stacks.parts.part import AnyPart, Part
from stacks.parts.postgresql.plan import MIGRATOR, POSTGRESQL_SERVER
from stacks.parts.registry.plan import KUBELET
from stacks.parts.vaults.plan import VAULTS
from stacks.plan import network_paths as network_paths_module
from stacks.plan.model import StackPlan
from stacks.plan.network_paths import network_path_problems, proven, zones_of
from stacks.plan.security_rules import INTERNET, PROBES, Address, Pods, Tag, admits
from stacks.settings.models import EnvironmentSettings
from stacks.settings.network import Network
from tests.harness.compose import Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, context, edit, edited_plan, every_environment, problems, waived
from tests.platform.catalogue import CATALOGUE

ENDPOINT = "azure-native:network:PrivateEndpoint"
ZONE_GROUP = "azure-native:network:PrivateDnsZoneGroup"
RULE_SET = "azure-native:servicebus:NamespaceNetworkRuleSet"
LINK = "azure-native:privatedns:VirtualNetworkLink"

WANTED = {
    ("app", "cosmos"),
    ("app", "storage"),
    ("app", "postgresql"),
    ("app", "redis/core"),
    ("app", "service-bus"),
    ("app", "vault/app"),
    ("app", "gateway/chain"),
    ("admin-api", "cosmos"),
    ("admin-api", "postgresql"),
    ("admin-api", "redis/core"),
    ("admin-api", "service-bus"),
    ("admin-api", "vault/admin-api"),
    ("story-generator", "ai"),
    ("story-generator", "search"),
    ("story-generator", "postgresql"),
    ("story-generator", "redis/core"),
    ("story-generator", "service-bus"),
    ("story-generator", "vault/story-generator"),
    ("publisher", "postgresql"),
    ("publisher", "service-bus"),
    ("publisher", "vault/publisher"),
    ("chain", "service-bus"),
    ("chain", "vault/chain"),
    ("data-migration", "cosmos"),
    ("data-migration", "postgresql"),
    ("analytics", "postgresql"),
    ("training-export", "postgresql"),
    ("training-export", "storage"),
    (MIGRATOR, "postgresql"),
    (KUBELET, "registry"),
    ("nodes", "nodes"),
    ("nodes", "pods"),
    ("pods", "nodes"),
    ("pods", "pods"),
}
"""Consumer and target, as the service table of the design has them."""


@every_environment
@pytest.mark.requirement("S2-022")
def test_each_pair_has_exactly_one_path(stack: str, plans: Mapping[str, StackPlan]) -> None:
    paths = plans[stack].paths
    assert Counter((each.consumer, each.target) for each in paths) == Counter(dict.fromkeys(WANTED, 1))
    assert {each.target.partition("/")[0]: each.kind for each in paths} == {
        **dict.fromkeys(("ai", "cosmos", "storage", "redis", "search", "vault", "registry"), "private endpoint"),
        "postgresql": "delegated subnet",
        **dict.fromkeys(("nodes", "pods"), "inside the cluster"),
        "gateway": "the cluster's gateway",
        "service-bus": "private endpoint" if stack == "prod" else "public",
    }
    assert {(each.target.partition("/")[0], each.port) for each in paths if each.consumer != MIGRATOR} == {
        *((target, "443") for target in ("ai", "cosmos", "search", "storage", "vault", "registry", "gateway")),
        ("postgresql", "5432" if stack == "dev" else "6432"),
        ("redis", "10000, 8500-8599"),
        ("service-bus", "5671"),
        *((target, "1-65535 (Tcp, Udp)") for target in ("nodes", "pods")),
    }
    assert {each.port for each in paths if each.consumer == MIGRATOR} == {"5432"}


@every_environment
@pytest.mark.requirement("S2-094")
def test_public_paths_are_waived_by_name(stack: str, plans: Mapping[str, StackPlan]) -> None:
    public = [each for each in plans[stack].paths if each.kind == "public"]
    assert {each.target for each in public} == (set() if stack == "prod" else {"service-bus"})
    for each in public:
        assert each.via.rpartition(" ")[2] in context(stack).settings.waivers


@every_environment
@pytest.mark.requirement("S2-017", "S2-022")
def test_the_paths_are_really_built(
    stack: str, plans: Mapping[str, StackPlan], composed: Mapping[str, Composition]
) -> None:
    """The plan against what is registered: endpoints, complete zone groups, linked zones, the firewall of the bus."""
    found, plan = composed[stack], plans[stack]
    linked = {each.inputs["privateZoneName"] for each in found.of(LINK)}
    groups = {
        each.inputs["privateEndpointName"]: {
            zone["privateDnsZoneId"].rpartition("/")[2] for zone in each.inputs["privateDnsZoneConfigs"]
        }
        for each in found.of(ZONE_GROUP)
    }
    vaults = {f"vault/{each.service}": each.spec for each in plan.of(VAULTS).vaults}
    names = {
        "ai": f"mys-{stack}-coreai-pe-san",
        "search": f"mys-{stack}-coresearch-pe-san",
        "cosmos": f"mys-{stack}-corecosmos-pe-san",
        "storage": f"mys-{stack}-coreblob-pe-san",
        "redis/core": f"mys-{stack}-coreredis-pe-san",
        "service-bus": f"mys-{stack}-coreservicebus-pe-san",
        "registry": f"mys-{stack}-coreregistry-pe-san",
        **{key: spec.private_endpoint for key, spec in vaults.items()},
    }
    private = {each.target for each in plan.paths if each.kind == "private endpoint"}
    sites = {f"mys-{stack}-appsites-pe-san", *([] if stack == "dev" else [f"mys-{stack}-appsitesstaging-pe-san"])}
    built = {each.inputs["privateEndpointName"] for each in found.of(ENDPOINT)}
    assert {names[target] for target in private} | sites == built == set(groups), "people reach sites, services do not"
    assert {zone for name in sites for zone in groups[name]} == set(ZONES["sites"]) <= linked
    for target in private:
        kind = target.partition("/")[0]
        assert groups[names[target]] == set(ZONES["blob" if kind == "storage" else kind]) <= linked
    assert plan.of(POSTGRESQL_SERVER).zone in linked
    rules = found.of(RULE_SET)
    assert len(rules) == (0 if stack == "prod" else 1)
    addresses = len(found.of("azure-native:network:PublicIPAddress"))
    assert all(len(each.inputs["ipRules"]) >= addresses for each in rules)


# No path, two paths.

OPEN = ["0.0.0.0/0"]
SUBNETS = "network.subnets"
MISTAKES = [
    Mistake("prod", {f"{SUBNETS}.private-endpoints": GONE}, f"{SUBNETS}.private-endpoints", "missing: no path without"),
    Mistake("dev", {f"{SUBNETS}.private-endpoints": GONE}, f"{SUBNETS}.private-endpoints", "missing: no path without"),
    Mistake("dev", {f"{SUBNETS}.postgresql": GONE}, f"{SUBNETS}.postgresql", "missing: no path without"),
    Mistake("dev", {f"{SUBNETS}.app-service": GONE}, f"{SUBNETS}.app-service", "missing: no path without"),
    Mistake("dev", {f"{SUBNETS}.private-link": GONE}, f"{SUBNETS}.private-link", "missing: no path without"),
    Mistake("dev", {f"{SUBNETS}.aks-nodes": GONE}, f"{SUBNETS}.aks-nodes", "missing: no path without"),
    # The public side admits the environment next to its private endpoint.
    Mistake("dev", {"cosmos.allowed_ranges": OPEN}, "cosmos.allowed_ranges", "two paths: private endpoint and public"),
    Mistake("dev", {"cosmos.allowed_ranges": ["0.0.0.0/32"]}, "cosmos.allowed_ranges", "two paths"),
    Mistake("dev", {"storage.allowed_ranges": ["0.0.0.0/1", "128.0.0.0/1"]}, "storage.allowed_ranges", "two paths"),
    Mistake("dev", {"vaults.allowed_ranges": GONE}, "vaults.public_access", "two paths"),
    # The firewall admits offices only, or there is no way in at all.
    Mistake("dev", {"vaults.private_endpoint": False}, "vaults.private_endpoint", "the firewall does not admit"),
    Mistake("prod", {"vaults.private_endpoint": False}, "vaults.private_endpoint", "no path: there is no way in"),
]


@each_mistake(MISTAKES)
def test_no_path_and_two_paths_are_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)


def test_the_pairs_without_a_path_are_named_and_then_counted(folder: Path) -> None:
    (problem,) = problems(folder, "dev", {f"{SUBNETS}.app-service": GONE})
    pairs, _, more = problem.seen.partition(" and ")
    assert set(pairs.split(", ")) < {f"app → {target}" for who, target in WANTED if who == "app"}
    assert len(pairs.split(", ")) == 4
    assert more == "3 more"


def test_missing_subnets_are_reported_once_each(folder: Path) -> None:
    gone = ("private-endpoints", "private-link", "postgresql", "app-service")
    found = problems(folder, "dev", {f"{SUBNETS}.{each}": GONE for each in gone})
    assert [problem.path.rpartition(".")[2] for problem in found] == sorted(gone)


def found(context: Context[EnvironmentSettings], parts: tuple[AnyPart, ...] = ENVIRONMENT_PARTS) -> list[Problem]:
    return list(network_path_problems(context, parts, proven(context, parts)))


@pytest.mark.parametrize("group", ["cosmos", "redis", "registry", "service-bus", "vault", "postgresql"])
def test_without_private_endpoints_there_is_one_error_in_every_case(group: str, folder: Path) -> None:
    """Also where services need little: images still come through a private endpoint."""
    edit(folder, "prod", {f"{SUBNETS}.private-endpoints": GONE})
    few = (replace(each, needs=tuple(need for need in each.needs if group in need.zones)) for each in CATALOGUE)
    left = context("prod", folder, catalogue=replace(CATALOGUE, services=tuple(few)))
    assert [problem.path for problem in found(left)] == ["Pulumi.prod.yaml: mystira:network.subnets.private-endpoints"]


NOBODY: Catalogue = replace(CATALOGUE, services=tuple(replace(each, needs=()) for each in CATALOGUE))


def test_what_is_in_the_network_always_has_its_zones() -> None:
    """Stores are built whether or not somebody needs them: their endpoints must not lack a zone."""
    nobody = context("prod", catalogue=NOBODY)
    groups = ("registry", "cosmos", "blob", "redis", "service-bus", "ai", "search", "sites")
    assert set(zones_of(nobody, ENVIRONMENT_PARTS)) == {
        *(zone for group in groups for zone in ZONES[group]),
        "mys-prod-core.private.postgres.database.azure.com",
        "chain-k8s.mystira.app",
    }
    assert found(nobody) == []


class SecondVault(Part[EnvironmentSettings, None]):
    """A target of the group of the vaults that answers in a zone of its own."""

    key = "second-vault"

    def targets(self, context: Context[EnvironmentSettings]) -> list[Target]:
        door, zones = private("vaults.private_endpoint", "true"), ("privatelink.second.example",)
        setting = f"network.subnets.{ENDPOINTS}"
        return [Target("vault/second", "vault", ("app",), ("443",), (door,), setting, "a range", zones)]


@pytest.mark.parametrize("first", [True, False])
def test_a_zone_that_is_not_in_the_network_is_no_path(first: bool) -> None:
    """One zone of several leaves the other names of a product public (estate W12)."""
    parts = (SecondVault(), *ENVIRONMENT_PARTS) if first else (*ENVIRONMENT_PARTS, SecondVault())
    (problem,) = found(context("prod"), parts)
    lost = "privatelink.second.example" if first else "privatelink.vaultcore.azure.net"
    assert problem.path == "plan: zones of vault"
    assert problem.what == f"no path: the zone {lost} is not in the network"
    assert "app → vault/" in problem.seen


# The rules of the subnets' security groups.


def change_role(monkeypatch: pytest.MonkeyPatch, key: str, **changes: Any) -> None:
    monkeypatch.setitem(ROLES, key, replace(ROLES[key], **changes))


def without(key: str, port: str) -> tuple[SecurityRule, ...]:
    rules = ROLES[key].rules
    return tuple(replace(each, ports=tuple(own for own in each.ports if own != port) or ("1",)) for each in rules)


@pytest.mark.parametrize(
    ("stack", "subnet", "port", "pair"),
    [
        ("dev", "private-endpoints", "10000", "app → redis/core"),
        ("dev", "private-endpoints", "8500-8599", "app → redis/core"),
        ("prod", "private-endpoints", "5671", "chain → service-bus"),
        ("dev", "private-endpoints", "443", "app → cosmos"),
        ("dev", "postgresql", "5432", f"{MIGRATOR} → postgresql"),
        ("prod", "postgresql", "6432", "app → postgresql"),
    ],
)
def test_a_port_that_the_rules_close_is_no_path(
    stack: str, subnet: str, port: str, pair: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_role(monkeypatch, subnet, rules=without(subnet, port))
    problems = found(context(stack))
    assert {problem.path for problem in problems} == {f"subnet role {subnet}"}
    assert {problem.what for problem in problems} <= {
        f"no path: port {port} is not admitted from {each}" for each in ("app-service", "aks-nodes")
    }
    assert any(pair in problem.seen for problem in problems)


def test_rules_do_not_hold_for_private_endpoints_without_their_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    change_role(monkeypatch, "private-endpoints", rules=without("private-endpoints", "443"), endpoint_policies=False)
    assert found(context("dev")) == []


def test_a_subnet_that_lets_nothing_out_is_no_path(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = SecurityRule("DenyAllOutbound", 4096, "Outbound", "Deny", "*", "*", "*", ("*",), "")
    change_role(monkeypatch, "app-service", rules=(*ROLES["app-service"].rules, closed))
    problems = found(context("dev"))
    assert {problem.path for problem in problems} == {"subnet role app-service"}
    pairs = {pair for problem in problems for pair in problem.seen.split(", ")}
    assert pairs >= {"app → service-bus", "app → redis/core"}


def test_pods_have_no_path_by_the_tag_of_the_network_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No document says that VirtualNetwork covers the range of the pods, so it proves nothing."""
    monkeypatch.setattr(network_paths_module, "rules_of", lambda key, _: ROLES[key].rules)
    problems = found(context("dev"))
    pairs = {pair for each in problems if each.path == "subnet role aks-nodes" for pair in each.seen.split(", ")}
    assert pairs == {"nodes → nodes", "nodes → pods", "pods → nodes", "pods → pods", TO_CHAIN}


@pytest.mark.parametrize("subnet", ["app-service", "aks-nodes"])
def test_without_the_nat_gateway_a_firewall_admits_nobody(subnet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    change_role(monkeypatch, subnet, outbound=False)
    (problem,) = found(context("dev"))
    assert problem.path == f"subnet role {subnet}"
    assert problem.what == "no path: it does not go out through the NAT gateway"
    assert "→ service-bus" in problem.seen
    assert found(context("prod")) == []


class Unserved(Need):
    """A need for Redis that its store does not know."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("redis",)


def test_a_consumer_that_its_store_forgets_has_no_path() -> None:
    chain = CATALOGUE.by_key["chain"]
    needy = (replace(each, needs=(*each.needs, Unserved())) if each is chain else each for each in CATALOGUE)
    (problem,) = found(context("dev", catalogue=replace(CATALOGUE, services=tuple(needy))))
    assert (problem.path, problem.seen) == ("plan: redis", "chain → redis")


@pytest.mark.parametrize("key", [MIGRATOR, KUBELET, "pods"])
def test_a_service_cannot_have_the_name_of_a_part_of_the_platform(key: str) -> None:
    named = tuple(replace(each, key=key) if each.key == "chain" else each for each in CATALOGUE)
    problems = found(context("dev", catalogue=replace(CATALOGUE, services=named)))
    assert f"catalogue: {key}" in {problem.path for problem in problems}


# The cluster's gateway.

TO_CHAIN = "app → gateway/chain"


@every_environment
@pytest.mark.requirement("S1-031")
def test_app_reaches_chain_through_the_gateway_and_nothing_else_does(
    stack: str, plans: Mapping[str, StackPlan]
) -> None:
    paths = [each for each in plans[stack].paths if each.target == "gateway/chain"]
    address = {"dev": "10.0.6.14", "staging": "10.1.6.14", "prod": "10.2.6.14"}[stack]
    host = "chain-k8s.mystira.app" if stack == "prod" else f"{stack}.chain-k8s.mystira.app"
    assert [(each.consumer, each.port) for each in paths] == [("app", "443")]
    assert paths[0].via == f"app-service → private-link {address} → aks-nodes, {host}"


@every_environment
def test_only_app_service_and_private_links_come_to_the_gateway(stack: str) -> None:
    network = context(stack).settings.network
    gateway = IPv4Network(str(gateway_address(network)))
    for guard in ("aks-nodes", "private-link"):
        rules = rules_of(guard, network)
        entered = {
            source
            for source, range in network.subnets.items()
            if admits(rules, "Inbound", range, gateway, GATEWAY_PORT)
        }
        assert entered == {"app-service", "private-link"}, guard
        for source in entered:
            here = network.subnets[source]
            assert not any(admits(rules, "Inbound", here, gateway, port) for port in ("80", "442", "444", "30303"))
            assert not admits(rules, "Inbound", here, gateway, GATEWAY_PORT, "Udp")
        assert not admits(rules, "Inbound", INTERNET, gateway, GATEWAY_PORT)


@every_environment
def test_health_probes_reach_every_port_of_the_nodes(stack: str) -> None:
    """A probe goes to a node's own address, with or without floating IP."""
    network = context(stack).settings.network
    nodes = network.subnets["aks-nodes"]
    assert admits(rules_of("aks-nodes", network), "Inbound", PROBES, nodes, "1-65535")
    assert not admits(rules_of("app-service", network), "Inbound", PROBES, network.subnets["app-service"], "443")


@every_environment
def test_nobody_but_nodes_and_pods_comes_to_nodes_and_pods(stack: str) -> None:
    """The addresses of the nodes, as a load balancer without floating IP would pass them on, are closed as well."""
    network = context(stack).settings.network
    pods, rules = Pods(network.pod_cidr), rules_of("aks-nodes", network)
    sources: dict[str, Address] = {**network.subnets, "pods": pods, "everywhere else": network.address_space}
    for there in (network.subnets["aks-nodes"], pods):
        entered = {name for name, source in sources.items() if admits(rules, "Inbound", source, there, "1-65535")}
        assert entered == {"aks-nodes", "pods"}
        others = set(sources) - entered
        assert not any(admits(rules, "Inbound", sources[name], there, GATEWAY_PORT) for name in others)


@every_environment
@pytest.mark.requirement("S1-031")
def test_chain_goes_out_over_https_and_has_a_vault(stack: str, plans: Mapping[str, StackPlan]) -> None:
    """Story Protocol is outside Azure; the key for it has a place."""
    network = context(stack).settings.network
    assert admits(rules_of("aks-nodes", network), "Outbound", network.subnets["aks-nodes"], INTERNET, "443")
    assert ROLES["aks-nodes"].outbound
    assert ("chain", "vault/chain") in {(each.consumer, each.target) for each in plans[stack].paths}


@pytest.mark.parametrize("guard", ["aks-nodes", "private-link"])
def test_a_security_group_that_forgets_the_gateway_is_no_path(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(key: str, network: Network) -> tuple[SecurityRule, ...]:
        return tuple(each for each in rules_of(key, network) if key != guard or "Gateway" not in each.name)

    monkeypatch.setattr(network_paths_module, "rules_of", forgetful)
    (problem,) = found(context("dev"))
    assert (problem.path, problem.seen) == (f"subnet role {guard}", TO_CHAIN)
    assert problem.what == "no path: port 443 is not admitted from app-service"


def test_a_caller_in_the_cluster_reaches_the_gateway_without_an_entrance() -> None:
    """The nodes answer the load balancer's address themselves, so that no security group is asked."""
    inside = replace(CATALOGUE.by_key["app"], workload=CATALOGUE.by_key["admin-api"].workload)
    services = tuple(inside if each.key == "app" else each for each in CATALOGUE)
    (path,) = [
        each
        for each in proven(context("dev", catalogue=replace(CATALOGUE, services=services)), ENVIRONMENT_PARTS).paths
        if each.target == "gateway/chain"
    ]
    assert path.via == "aks-nodes → private-link 10.0.6.14 → aks-nodes, dev.chain-k8s.mystira.app"


# What the settings change.


def test_readers_go_to_the_replicas_and_owners_to_the_server(folder: Path) -> None:
    paths = edited_plan(folder, "prod", {"postgresql.replicas": 2}).paths
    assert {(each.consumer, each.target) for each in paths if each.target.startswith("postgresql")} == {
        *((who, "postgresql") for who in ("app", "admin-api", "story-generator", "publisher", MIGRATOR)),
        ("data-migration", "postgresql"),
        *((who, "postgresql/replicas") for who in ("admin-api", "story-generator", "analytics", "training-export")),
    }
    readers = {
        service.key for service in CATALOGUE for need in service.needs if isinstance(need, Database) and need.read_only
    }
    assert readers == {"admin-api", "story-generator", "analytics", "training-export"}


def test_public_stores_have_a_waived_path(folder: Path) -> None:
    changes = {
        "redis.public_access": True,
        "waivers.redis-public-access": waived(),
        "vaults.private_endpoint": False,
        "vaults.public_access": True,
        "waivers.vault-public-access": waived(),
    }
    paths = {(each.consumer, each.target): each for each in edited_plan(folder, "prod", changes).paths}
    assert paths["app", "redis/core"].via == "app-service → NAT gateway → no firewall, waiver redis-public-access"
    assert paths["chain", "vault/chain"].via == "aks-nodes → NAT gateway → no firewall, waiver vault-public-access"


def test_an_enterprise_clustered_instance_needs_no_shard_ports(folder: Path) -> None:
    paths = edited_plan(folder, "prod", {"redis.clustering": "EnterpriseCluster"}).paths
    assert {each.port for each in paths if each.target == "redis/core"} == {"10000"}


RANGES = st.sampled_from([[], ["203.0.113.0/24"], OPEN])


@given(st.booleans(), st.booleans(), RANGES, st.sets(st.sampled_from(sorted(ROLES))))
def test_any_doors_and_subnets_give_one_path_or_an_error(
    endpoint: bool, public: bool, ranges: list[str], gone: set[str]
) -> None:
    """Whatever the settings say: exactly one path a pair, or a problem that names the pair."""
    dev = context("dev")
    settings: EnvironmentSettings = dev.settings
    allowed = tuple(IPv4Network(each) for each in ranges)
    doors = {"private_endpoint": endpoint, "public_access": public, "allowed_ranges": allowed}
    subnets = {key: cidr for key, cidr in settings.network.subnets.items() if key not in gone}
    changed = settings.model_copy(
        update={
            "vaults": settings.vaults.model_copy(update=doors),
            "cosmos": settings.cosmos.model_copy(update={"allowed_ranges": allowed}),
            **{key: getattr(settings, key).model_copy(update={"allowed_ranges": ()}) for key in ("ai", "search")},
            "network": settings.network.model_copy(update={"subnets": subnets}),
        }
    )
    changed_context = replace(dev, settings=changed)
    paths = {(each.consumer, each.target) for each in proven(changed_context, ENVIRONMENT_PARTS).paths}
    problems = found(changed_context)
    assert paths <= WANTED
    assert (paths == WANTED) is (not problems)
    missing = {each.path.rpartition("subnets.")[2] for each in problems if each.what.startswith("missing")}
    assert missing == gone
    if not gone:
        everybody = ranges == OPEN
        ways = int(endpoint) + int(public and (everybody or not ranges))
        assert (("app", "vault/app") in paths) is (ways == 1)
        assert (("app", "cosmos") in paths) is not everybody
    assert all(problem.allowed and problem.seen for problem in problems)


def consumers(context: Context[EnvironmentSettings]) -> list[Consumer]:
    return [consumer for part in ENVIRONMENT_PARTS for consumer in part.consumers(context)]


def test_every_workload_goes_out_from_a_subnet_with_the_nat_gateway() -> None:
    subnets = {each.name: each.subnet for each in consumers(context("dev"))}
    assert subnets == {
        **{
            service.key: "app-service" if service.workload.kind is HostKind.APP_SERVICE else "aks-nodes"
            for service in CATALOGUE
            if service.workload
        },
        MIGRATOR: "aks-nodes",
        **dict.fromkeys((KUBELET, "nodes", "pods"), "aks-nodes"),
    }
    assert {ROLES[each].outbound for each in subnets.values()} == {True}


# A security group.

SOURCE, THERE = IPv4Network("10.0.8.0/22"), IPv4Network("10.0.4.0/24")


def rule(
    priority: int, access: str, source: str, *ports: str, direction: str = "Inbound", protocol: str = "Tcp"
) -> SecurityRule:
    return SecurityRule("r", priority, direction, access, protocol, source, "*", ports, "")


DENY_ALL = rule(4096, "Deny", "*", "*")


@pytest.mark.parametrize(
    ("rules", "port", "passes"),
    [
        ((), "443", True),
        ((DENY_ALL,), "443", False),
        ((rule(100, "Allow", "VirtualNetwork", "443"), DENY_ALL), "443", True),
        ((rule(100, "Allow", "VirtualNetwork", "443"), DENY_ALL), "444", False),
        ((DENY_ALL, rule(100, "Allow", "10.0.0.0/16", "443")), "443", True),
        ((rule(100, "Allow", "10.0.8.0/24", "443"), DENY_ALL), "443", False),
        ((rule(100, "Deny", "10.0.8.0/24", "443"),), "443", False),
        ((rule(100, "Allow", "Internet", "443"), DENY_ALL), "443", False),
        ((rule(100, "Allow", "AzureLoadBalancer", "443"), DENY_ALL), "443", False),
        ((rule(100, "Allow", "*", "8500-8550"), DENY_ALL), "8500-8599", False),
        ((rule(100, "Allow", "*", "8000-9000"), DENY_ALL), "8500-8599", True),
        ((rule(100, "Allow", "*", "443", protocol="Udp"), DENY_ALL), "443", False),
        ((rule(100, "Deny", "*", "*", direction="Outbound"),), "443", True),
    ],
)
def test_the_first_rule_that_matches_decides(rules: tuple[SecurityRule, ...], port: str, passes: bool) -> None:
    assert admits(rules, "Inbound", SOURCE, THERE, port) is passes


def test_a_range_of_ports_is_open_only_where_all_of_it_is() -> None:
    gap = (rule(100, "Allow", "*", "1-8000", "8002-65535"), DENY_ALL)
    assert not admits(gap, "Inbound", SOURCE, THERE, "1-65535")
    assert admits((*gap, rule(101, "Allow", "*", "8001")), "Inbound", SOURCE, THERE, "1-65535")


def test_the_internet_is_reached_by_default_and_does_not_come_in() -> None:
    assert admits((), "Outbound", SOURCE, INTERNET, "443")
    assert not admits((), "Inbound", INTERNET, THERE, "443")
    assert not admits((rule(100, "Deny", "*", "443", direction="Outbound"),), "Outbound", SOURCE, INTERNET, "443")


def test_a_service_tag_is_what_a_rule_calls_it() -> None:
    assert admits((), "Inbound", PROBES, THERE, "443")
    assert not admits((DENY_ALL,), "Inbound", PROBES, THERE, "443")
    assert admits((rule(100, "Allow", "AzureLoadBalancer", "443"), DENY_ALL), "Inbound", PROBES, THERE, "443")
    front_door = (rule(100, "Allow", "AzureFrontDoor.Backend", "443"), DENY_ALL)
    assert admits(front_door, "Inbound", Tag("AzureFrontDoor.Backend"), THERE, "443")
    assert not admits(front_door, "Inbound", INTERNET, THERE, "443")
    assert not admits(front_door, "Inbound", SOURCE, THERE, "443")


@pytest.mark.parametrize("range", ["0.0.0.0/0", "203.0.113.0/24"])
def test_a_range_that_is_closed_may_be_one_that_a_service_tag_covers(range: str) -> None:
    closed = (replace(rule(100, "Deny", "*", "443", direction="Outbound"), destination=range),)
    assert not admits(closed, "Outbound", SOURCE, INTERNET, "443")
    opened = (rule(100, "Allow", range, "443"), DENY_ALL)
    assert admits(opened, "Inbound", INTERNET, THERE, "443") is (range == "0.0.0.0/0")
