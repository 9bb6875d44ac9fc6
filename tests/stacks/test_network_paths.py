"""Every consumer reaches every store in exactly one way; what would leave none or two is one clear error."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from ipaddress import IPv4Network
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.facts.private_link import ZONES
from components.facts.subnets import ROLES, Rule
from components.naming import Names
from components.problems import InvalidInput, Problem
from offline.engine.home import PROJECT
from stacks.__main__ import plan_of
from stacks.catalogue import CATALOGUE, Catalogue, HostKind
from stacks.catalogue.needs import Database, Need
from stacks.plan import EnvironmentPlan, StackPlan, make_plan, network_paths
from stacks.plan.network_paths import KUBELET, consumers_of, network_path_problems
from stacks.plan.security_rules import INTERNET, admits
from stacks.plan.stores.postgresql import MIGRATOR
from stacks.settings import EnvironmentSettings, from_file
from tests.conftest import STACKS, TODAY
from tests.harness import Composition
from tests.harness.settings import GONE, edited, one_problem, planned

ENVIRONMENTS = STACKS[1:]
ENDPOINT = "azure-native:network:PrivateEndpoint"
ZONE_GROUP = "azure-native:network:PrivateDnsZoneGroup"
RULE_SET = "azure-native:servicebus:NamespaceNetworkRuleSet"
LINK = "azure-native:privatedns:VirtualNetworkLink"
every_environment = pytest.mark.parametrize("stack", ENVIRONMENTS)

WANTED = {
    ("app", "cosmos"),
    ("app", "storage"),
    ("app", "postgresql"),
    ("app", "redis/core"),
    ("app", "service-bus"),
    ("app", "vault/app"),
    ("admin-api", "postgresql"),
    ("admin-api", "redis/core"),
    ("admin-api", "service-bus"),
    ("admin-api", "vault/admin-api"),
    ("story-generator", "postgresql"),
    ("story-generator", "redis/core"),
    ("story-generator", "service-bus"),
    ("story-generator", "vault/story-generator"),
    ("publisher", "postgresql"),
    ("publisher", "service-bus"),
    ("publisher", "vault/publisher"),
    ("chain", "service-bus"),
    ("chain", "vault/chain"),
    (MIGRATOR, "postgresql"),
    (KUBELET, "registry"),
}
"""Consumer and store, as the service table of the design has them."""


def environment(plans: dict[str, StackPlan], stack: str) -> EnvironmentPlan:
    plan = plans[stack]
    assert isinstance(plan, EnvironmentPlan)
    return plan


def settings_of(stack: str, folder: Path = PROJECT) -> EnvironmentSettings:
    settings = from_file(stack, folder)
    assert isinstance(settings, EnvironmentSettings)
    return settings


@every_environment
def test_each_pair_has_exactly_one_path(stack: str, plans: dict[str, StackPlan]) -> None:
    paths = environment(plans, stack).paths
    assert Counter((each.consumer, each.store) for each in paths) == Counter(dict.fromkeys(WANTED, 1))
    kinds = {each.store.partition("/")[0]: each.kind for each in paths}
    assert kinds == {
        **dict.fromkeys(("cosmos", "storage", "redis", "vault", "registry"), "private endpoint"),
        "postgresql": "delegated subnet",
        "service-bus": "private endpoint" if stack == "prod" else "public",
    }
    ports = {(each.store.partition("/")[0], each.port) for each in paths if each.consumer != MIGRATOR}
    assert ports == {
        *((store, "443") for store in ("cosmos", "storage", "vault", "registry")),
        ("postgresql", "5432" if stack == "dev" else "6432"),
        ("redis", "10000, 8500-8599"),
        ("service-bus", "5671"),
    }
    assert {each.port for each in paths if each.consumer == MIGRATOR} == {"5432"}


@every_environment
@pytest.mark.requirement("S2-094")
def test_public_paths_are_waived_by_name(stack: str, plans: dict[str, StackPlan]) -> None:
    public = [each for each in environment(plans, stack).paths if each.kind == "public"]
    assert {each.store for each in public} == (set() if stack == "prod" else {"service-bus"})
    for each in public:
        assert each.via.rpartition(" ")[2] in settings_of(stack).waivers


@every_environment
@pytest.mark.requirement("S2-017", "S2-022")
def test_the_paths_are_really_built(stack: str, plans: dict[str, StackPlan], composed: dict[str, Composition]) -> None:
    """The table against what is registered: endpoints, complete zone groups, linked zones, the firewall of the bus."""
    found = composed[stack]
    linked = {each.inputs["privateZoneName"] for each in found.of(LINK)}
    groups = {
        each.inputs["privateEndpointName"]: {
            zone["privateDnsZoneId"].rpartition("/")[2] for zone in each.inputs["privateDnsZoneConfigs"]
        }
        for each in found.of(ZONE_GROUP)
    }
    plan = environment(plans, stack)
    names = {
        "cosmos": f"mys-{stack}-corecosmos-pe-san",
        "storage": f"mys-{stack}-coreblob-pe-san",
        "redis/core": f"mys-{stack}-coreredis-pe-san",
        "service-bus": f"mys-{stack}-coreservicebus-pe-san",
        "registry": f"mys-{stack}-coreregistry-pe-san",
        **{f"vault/{each.service}": each.endpoint for each in plan.stores.vaults.vaults},
    }
    zones = {"storage": "blob"}
    private = {each.store for each in plan.paths if each.kind == "private endpoint"}
    assert (
        {names[store] for store in private}
        == {each.inputs["privateEndpointName"] for each in found.of(ENDPOINT)}
        == set(groups)
    )
    for store in private:
        kind = store.partition("/")[0]
        assert groups[names[store]] == set(ZONES[zones.get(kind, kind)]) <= linked
    assert plan.stores.postgresql.zone in linked
    own = found.of(RULE_SET)
    assert len(own) == (0 if stack == "prod" else 1)
    addresses = len(found.of("azure-native:network:PublicIPAddress"))
    assert all(len(each.inputs["ipRules"]) >= addresses for each in own)


@every_environment
def test_the_page_shows_every_path(stack: str, plans: dict[str, StackPlan]) -> None:
    lines = (PROJECT / "docs/network-paths.md").read_text().splitlines()
    shown = [line for line in lines if line.startswith(f"| {stack} |")]
    paths = environment(plans, stack).paths
    assert shown == [
        f"| {stack} | {each.consumer} | {each.store} | {each.kind} | {each.port} | {each.via} |" for each in paths
    ]


# No path, two paths.

OPEN = ["0.0.0.0/0"]
SUBNETS = "network.subnets."
BROKEN = [
    # A subnet that is missing is told once, with the pairs that it stops.
    ("prod", {SUBNETS + "private-endpoints": GONE}, SUBNETS + "private-endpoints", "missing", "app → cosmos"),
    ("dev", {SUBNETS + "private-endpoints": GONE}, SUBNETS + "private-endpoints", "missing", "app → cosmos"),
    ("dev", {SUBNETS + "postgresql": GONE}, SUBNETS + "postgresql", "missing", "app → postgresql"),
    ("dev", {SUBNETS + "app-service": GONE}, SUBNETS + "app-service", "missing", "app → cosmos"),
    ("dev", {SUBNETS + "aks-nodes": GONE}, SUBNETS + "aks-nodes", "missing", "admin-api → postgresql"),
    # The public side lets the environment in beside the private endpoint.
    ("dev", {"cosmos.allowed_ranges": OPEN}, "cosmos.allowed_ranges", "two paths", "app → cosmos"),
    ("dev", {"cosmos.allowed_ranges": ["0.0.0.0/32"]}, "cosmos.allowed_ranges", "two paths", "app → cosmos"),
    (
        "dev",
        {"storage.allowed_ranges": ["0.0.0.0/1", "128.0.0.0/1"]},
        "storage.allowed_ranges",
        "two paths: private endpoint and public",
        "app → storage",
    ),
    ("dev", {"vaults.allowed_ranges": GONE}, "vaults.public_access", "two paths", "admin-api → vault/admin-api"),
    # The firewall is for offices only, and there is nothing else; or nothing at all.
    (
        "dev",
        {"vaults.private_endpoint": False},
        "vaults.private_endpoint",
        "the firewall does not admit",
        "app → vault",
    ),
    ("prod", {"vaults.private_endpoint": False}, "vaults.private_endpoint", "no way in", "app → vault/app"),
]


@pytest.mark.parametrize(("stack", "changes", "path", "what", "pair"), BROKEN, ids=[f"{c[0]} {c[2]}" for c in BROKEN])
def test_no_path_and_two_paths_are_one_clear_error(
    folder: Path, stack: str, changes: dict[str, Any], path: str, what: str, pair: str
) -> None:
    problem = one_problem(folder, stack, changes)
    assert problem.path == f"Pulumi.{stack}.yaml: mystira:{path}"
    assert what in problem.what
    assert pair in problem.seen
    assert problem.allowed


@pytest.mark.parametrize("store", ["cosmos", "redis", "registry", "service-bus", "vault", "postgresql"])
def test_without_private_endpoints_there_is_one_error_in_every_case(folder: Path, store: str) -> None:
    """Also where a service needs nothing: images still come through a private endpoint."""
    edited(folder, "prod", {SUBNETS + "private-endpoints": GONE})
    left = Catalogue(
        tuple(replace(each, needs=tuple(need for need in each.needs if store in need.zones)) for each in CATALOGUE)
    )
    names = Names("mys", "prod", "southafricanorth")
    found = network_path_problems("prod", settings_of("prod", folder), left, names)
    assert [problem.path for problem in found] == ["Pulumi.prod.yaml: mystira:network.subnets.private-endpoints"]


def problems(stack: str, catalogue: Catalogue = CATALOGUE) -> list[Problem]:
    names = Names("mys", stack, "southafricanorth")
    return list(network_path_problems(stack, settings_of(stack), catalogue, names))


def leave_out(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    """The network has this zone no more."""
    whole = network_paths.zones_of

    def less(*args: Any) -> tuple[str, ...]:
        return tuple(each for each in whole(*args) if each != zone)

    monkeypatch.setattr(network_paths, "zones_of", less)


@pytest.mark.parametrize("zone", ["privatelink.redis.azure.net", "mys-dev-core.private.postgres.database.azure.com"])
def test_a_zone_that_is_not_in_the_network_is_no_path(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_out(monkeypatch, zone)
    (problem,) = problems("dev")
    assert problem.what == f"no path: the zone {zone} is not in the network"
    assert "app → " in problem.seen


def test_a_product_with_several_zones_needs_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """One zone leaves the other names of the product public (estate W12)."""
    second = "privatelink.second.example"
    monkeypatch.setitem(ZONES, "vault", (*ZONES["vault"], second))
    leave_out(monkeypatch, second)
    (problem,) = problems("prod")
    assert problem.path == "plan: zones of vault"


def test_what_stands_in_the_network_always_has_its_zones() -> None:
    """Stores are built whether or not somebody needs them: their endpoints must not lack a zone."""
    nobody = Catalogue(tuple(replace(each, needs=()) for each in CATALOGUE))
    names = Names("mys", "prod", "southafricanorth")
    found = network_paths.zones_of(settings_of("prod"), nobody, names)
    groups = ("registry", "cosmos", "blob", "redis", "service-bus")
    assert set(found) == {zone for group in groups for zone in ZONES[group]} | {
        "mys-prod-core.private.postgres.database.azure.com"
    }
    assert problems("prod", nobody) == []


def role(monkeypatch: pytest.MonkeyPatch, key: str, **changes: Any) -> None:
    monkeypatch.setitem(ROLES, key, replace(ROLES[key], **changes))


def without(key: str, port: str) -> tuple[Rule, ...]:
    rules = ROLES[key].rules
    return tuple(replace(each, ports=tuple(own for own in each.ports if own != port) or ("1",)) for each in rules)


@pytest.mark.parametrize(
    ("stack", "subnet", "port", "pair"),
    [
        ("dev", "private-endpoints", "10000", "app → redis/core"),
        ("dev", "private-endpoints", "8500-8599", "app → redis/core"),
        ("prod", "private-endpoints", "5671", "chain → service-bus"),
        ("dev", "private-endpoints", "443", "app → cosmos"),
        ("dev", "postgresql", "5432", "db-migrator → postgresql"),
        ("prod", "postgresql", "6432", "app → postgresql"),
    ],
)
def test_a_port_that_the_rules_close_is_no_path(
    stack: str, subnet: str, port: str, pair: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    role(monkeypatch, subnet, rules=without(subnet, port))
    found = problems(stack)
    assert {problem.path for problem in found} == {f"facts: subnets/{subnet}"}
    allowed = {f"no path: port {port} is not admitted from {each}" for each in ("app-service", "aks-nodes")}
    assert {problem.what for problem in found} <= allowed
    assert any(pair in problem.seen for problem in found)


def test_rules_do_not_hold_for_private_endpoints_without_their_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    role(monkeypatch, "private-endpoints", rules=without("private-endpoints", "443"), endpoint_policies=False)
    assert problems("dev") == []


def test_a_subnet_that_lets_nothing_out_is_no_path(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Rule("DenyAllOutbound", 4096, "Outbound", "Deny", "*", "*", "*", ("*",), "")
    role(monkeypatch, "app-service", rules=(*ROLES["app-service"].rules, closed))
    found = problems("dev")
    assert {problem.path for problem in found} == {"facts: subnets/app-service"}
    assert {pair for problem in found for pair in problem.seen.split(", ")} >= {"app → service-bus", "app → redis/core"}


@pytest.mark.parametrize("subnet", ["app-service", "aks-nodes"])
def test_without_the_nat_gateway_a_firewall_admits_nobody(subnet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    role(monkeypatch, subnet, outbound=False)
    (problem,) = problems("dev")
    assert (problem.path, problem.what) == (
        f"facts: subnets/{subnet}",
        "no path: it does not go out through the NAT gateway",
    )
    assert "→ service-bus" in problem.seen
    assert problems("prod") == []


class Unserved(Need):
    """A need for Redis of which the store knows nothing."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("redis",)


def test_a_consumer_that_its_store_forgets_has_no_path() -> None:
    app = CATALOGUE.by_key["chain"]
    lost = Catalogue(tuple(replace(app, needs=(*app.needs, Unserved())) if each is app else each for each in CATALOGUE))
    (problem,) = problems("dev", lost)
    assert (problem.path, problem.seen) == ("plan: redis", "chain → redis")


@pytest.mark.parametrize("key", [MIGRATOR, KUBELET])
def test_a_service_cannot_be_called_like_a_part_of_the_platform(key: str) -> None:
    named = Catalogue(tuple(replace(each, key=key) if each.key == "chain" else each for each in CATALOGUE))
    assert f"catalogue: {key}" in {problem.path for problem in problems("dev", named)}


def test_readers_go_to_the_replicas_and_owners_to_the_server(folder: Path) -> None:
    plan = planned(folder, "prod", {"postgresql.replicas": 2})
    databases = {(each.consumer, each.store) for each in plan.paths if each.store.startswith("postgresql")}
    assert databases == {
        *((who, "postgresql") for who in ("app", "admin-api", "story-generator", "publisher", MIGRATOR)),
        ("admin-api", "postgresql/replicas"),
    }
    readers = [need for need in CATALOGUE.by_key["admin-api"].needs if isinstance(need, Database) and need.read_only]
    assert len(readers) == 1


def test_public_stores_have_a_waived_path(folder: Path) -> None:
    changes = {
        "redis.public_access": True,
        "waivers.redis-public-access": "a reason",
        "vaults.private_endpoint": False,
        "vaults.public_access": True,
        "waivers.vault-public-access": "a reason",
    }
    paths = {(each.consumer, each.store): each for each in planned(folder, "prod", changes).paths}
    assert paths["app", "redis/core"].via == "app-service → NAT gateway → no firewall, waiver redis-public-access"
    assert paths["chain", "vault/chain"].via == "aks-nodes → NAT gateway → no firewall, waiver vault-public-access"


def test_an_enterprise_clustered_instance_needs_no_shard_ports(folder: Path) -> None:
    plan = planned(folder, "prod", {"redis.clustering": "EnterpriseCluster"})
    assert {each.port for each in plan.paths if each.store == "redis/core"} == {"10000"}


def test_what_is_removed_has_no_path(folder: Path) -> None:
    plan = planned(folder, "prod", {"cosmos.lifecycle": "removed", "cosmos.export_container": "archives"})
    assert not [each for each in plan.paths if each.store == "cosmos"]


RANGES = st.sampled_from([[], ["203.0.113.0/24"], OPEN])


@given(st.booleans(), st.booleans(), RANGES, st.sets(st.sampled_from(sorted(ROLES))))
def test_any_doors_and_subnets_give_one_path_or_an_error(
    endpoint: bool, public: bool, ranges: list[str], gone: set[str]
) -> None:
    """Whatever the settings say: exactly one path a pair, or a problem that names the pair."""
    settings = settings_of("dev")
    vaults = settings.vaults.model_copy(
        update={"private_endpoint": endpoint, "public_access": public, "allowed_ranges": tuple(ranges)}
    )
    cosmos = settings.cosmos.model_copy(update={"allowed_ranges": tuple(ranges)})
    subnets = {key: cidr for key, cidr in settings.network.subnets.items() if key not in gone}
    network = settings.network.model_copy(update={"subnets": subnets})
    changed = settings.model_copy(update={"vaults": vaults, "cosmos": cosmos, "network": network})
    names = Names("mys", "dev", "southafricanorth")
    paths = {(each.consumer, each.store) for each in network_paths.network_paths(changed, CATALOGUE, names)}
    found = list(network_path_problems("dev", changed, CATALOGUE, names))
    assert paths <= WANTED
    assert (paths == WANTED) is (not found)
    assert {problem.path.rpartition("subnets.")[2] for problem in found if problem.what.startswith("missing")} == gone
    if not gone:
        everybody = ranges == OPEN
        doors = int(endpoint) + int(public and (everybody or not ranges))
        assert (("app", "vault/app") in paths) is (doors == 1)
        assert (("app", "cosmos") in paths) is not everybody
    assert all(problem.allowed and problem.seen for problem in found)


# The rules of a security group.

SOURCE, THERE = IPv4Network("10.0.8.0/22"), IPv4Network("10.0.4.0/24")


def rule(
    priority: int, access: str, source: str, *ports: str, direction: str = "Inbound", protocol: str = "Tcp"
) -> Rule:
    return Rule("r", priority, direction, access, protocol, source, "*", ports, "")


@pytest.mark.parametrize(
    ("rules", "port", "passes"),
    [
        ((), "443", True),
        ((rule(4096, "Deny", "*", "*"),), "443", False),
        ((rule(100, "Allow", "VirtualNetwork", "443"), rule(4096, "Deny", "*", "*")), "443", True),
        ((rule(100, "Allow", "VirtualNetwork", "443"), rule(4096, "Deny", "*", "*")), "444", False),
        ((rule(4096, "Deny", "*", "*"), rule(100, "Allow", "10.0.0.0/16", "443")), "443", True),
        ((rule(100, "Allow", "10.0.8.0/24", "443"), rule(4096, "Deny", "*", "*")), "443", False),
        ((rule(100, "Deny", "10.0.8.0/24", "443"),), "443", False),
        ((rule(100, "Allow", "Internet", "443"), rule(4096, "Deny", "*", "*")), "443", False),
        ((rule(100, "Allow", "AzureLoadBalancer", "443"), rule(4096, "Deny", "*", "*")), "443", False),
        ((rule(100, "Allow", "*", "8500-8550"), rule(4096, "Deny", "*", "*")), "8500-8599", False),
        ((rule(100, "Allow", "*", "8000-9000"), rule(4096, "Deny", "*", "*")), "8500-8599", True),
        ((rule(100, "Allow", "*", "443", protocol="Udp"), rule(4096, "Deny", "*", "*")), "443", False),
        ((rule(100, "Deny", "*", "*", direction="Outbound"),), "443", True),
    ],
)
def test_the_first_rule_that_matches_decides(rules: tuple[Rule, ...], port: str, passes: bool) -> None:
    assert admits(rules, "Inbound", SOURCE, THERE, port) is passes


def test_the_internet_is_reached_by_default_and_does_not_come_in() -> None:
    assert admits((), "Outbound", SOURCE, INTERNET, "443")
    assert not admits((), "Inbound", INTERNET, THERE, "443")
    assert not admits((rule(100, "Deny", "*", "443", direction="Outbound"),), "Outbound", SOURCE, INTERNET, "443")


def test_every_workload_goes_out_from_a_subnet_with_the_nat_gateway() -> None:
    found = {each.name: each.subnet for each in consumers_of(CATALOGUE)}
    for service in CATALOGUE:
        if service.workload:
            kind = "app-service" if service.workload.kind is HostKind.APP_SERVICE else "aks-nodes"
            assert found[service.key] == kind
    assert {ROLES[each].outbound for each in found.values()} == {True}
    assert set(found) == {service.key for service in CATALOGUE if service.workload} | {MIGRATOR, KUBELET}


def test_all_problems_of_a_file_come_together(folder: Path) -> None:
    gone = ("private-endpoints", "postgresql", "app-service")
    edited(folder, "dev", {SUBNETS + each: GONE for each in gone})
    with pytest.raises(InvalidInput) as caught:
        plan_of("dev", folder, TODAY)
    paths = [problem.path.rpartition(".")[2] for problem in caught.value.problems]
    assert paths == sorted(gone)
    for one, two in combinations(caught.value.problems, 2):
        assert one.path != two.path


def test_the_plan_of_a_catalogue_without_needs_is_whole() -> None:
    nobody = Catalogue(tuple(replace(each, needs=()) for each in CATALOGUE))
    plan = make_plan(settings_of("dev"), nobody, stack="dev", today=TODAY)
    assert isinstance(plan, EnvironmentPlan)
    assert {each.consumer for each in plan.paths} == {MIGRATOR, KUBELET}
