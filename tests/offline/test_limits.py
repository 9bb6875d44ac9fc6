"""Quotas, resource providers, logins, names that are taken, and time."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from components.facts.quotas import QUOTAS, REGIONAL
from components.facts.subscriptions import ALWAYS_REGISTERED
from components.facts.types import RESOURCE_TYPES
from components.facts.vm_sizes import VM_SIZES
from components.guard.waiting import transient
from offline.azure.errors import ArmError
from offline.azure.provider import CLIENT_TOKEN, TAGS
from offline.azure.services.agent_pools import POOL
from offline.azure.services.aks import CLUSTER
from offline.azure.services.identity import IDENTITY
from offline.azure.subscription import access_token, namespace_of
from offline.rpc.protocol import ProviderError
from offline.world.limits import Login
from offline.world.store import World
from tests.harness.clusters import add_pool, cluster, made_cluster, pool
from tests.harness.compose import TENANT
from tests.harness.offline import GROUP, REGION, SUBSCRIPTION, Cloud, provider, token_of

FAMILY = VM_SIZES["Standard_D4ds_v5"].family


ADDRESS, STORE = token_of("public-ip-address"), token_of("storage-account")


OTHER = "00000000-0000-4000-8000-00000000000f"


def set_quota(cloud: Cloud, name: str, limit: int, region: str = REGION) -> None:
    with cloud.world.limits() as limits:
        limits.set_quota(region, name, limit)


def vcpus(profile: dict[str, Any]) -> int:
    return VM_SIZES[profile["vmSize"]].vcpus * profile["count"]


def test_every_size_counts_for_a_quota_that_is_known() -> None:
    assert {size.family for size in VM_SIZES.values()} <= set(QUOTAS)
    assert all(quota.limit > 0 and quota.source for quota in QUOTAS.values())


def test_a_cluster_needs_cores_of_its_family_and_of_the_region(cloud: Cloud) -> None:
    subnet = cloud.network()
    wanted = cluster(cloud, subnet)
    need = vcpus(wanted["agentPoolProfiles"][0])
    set_quota(cloud, FAMILY, need - 1)
    error = cloud.refused("ErrCode_InsufficientVCPUQuota", CLUSTER, **wanted)
    assert f"Insufficient vcpu quota requested {need}, remaining {need - 1} for family {FAMILY}" in str(error)
    assert f"for region {REGION}. " in str(error)
    set_quota(cloud, FAMILY, need)
    set_quota(cloud, REGIONAL, need - 1)
    error = cloud.refused("ErrCode_InsufficientVCPUQuota", CLUSTER, **wanted)
    assert f"left regional vcpu quota {need - 1}, requested quota {need}" in str(error)
    assert cloud.world.of_type(CLUSTER) == []
    set_quota(cloud, REGIONAL, need)
    cloud.make(CLUSTER, **wanted)


def test_pools_count_what_they_add_and_give_it_back(cloud: Cloud) -> None:
    _, made, subnet = made_cluster(cloud)
    system = vcpus(pool(subnet))
    one = VM_SIZES["Standard_D4ds_v5"].vcpus
    set_quota(cloud, FAMILY, system + 2 * one)
    inputs = {"vmSize": "Standard_D4ds_v5", "count": 2, "minCount": 1}
    services = add_pool(cloud, subnet, **inputs)
    with pytest.raises(ArmError, match=f"requested {one}, remaining 0 for family {FAMILY}"):
        add_pool(cloud, subnet, "chain", **{**inputs, "count": 1})
    grown = {**pool(subnet, "services", "User", **inputs), "count": 3}
    grown |= {"resourceGroupName": GROUP, "resourceName": "mys-dev-core-aks-san", "agentPoolName": "services"}
    del grown["name"]
    with pytest.raises(ArmError, match=f"requested {one}, remaining 0"):
        cloud.update(POOL, services.id, **grown)
    shrunk = {**grown, "count": 1}
    cloud.update(POOL, services.id, **shrunk)
    # The free node may be taken by another pool; a family that nobody uses, or another region, changes nothing.
    set_quota(cloud, VM_SIZES["Standard_E4ds_v5"].family, 0)
    set_quota(cloud, FAMILY, 0, "westeurope")
    add_pool(cloud, subnet, "chain", **{**inputs, "count": 1})
    cloud.delete(CLUSTER, made.id)
    set_quota(cloud, FAMILY, system)
    assert cloud.world.of_type(POOL) == []


def test_a_cluster_that_is_updated_asks_for_no_more_nodes(cloud: Cloud) -> None:
    wanted, made, _ = made_cluster(cloud)
    set_quota(cloud, FAMILY, 0)
    cloud.update(CLUSTER, made.id, **{**wanted, "tags": {"a": "b"}})


def address(name: str) -> dict[str, Any]:
    return {
        "publicIpAddressName": name,
        "location": REGION,
        "sku": {"name": "Standard"},
        "publicIPAllocationMethod": "Static",
    }


def test_addresses_and_accounts_are_counted_per_region(cloud: Cloud) -> None:
    set_quota(cloud, "PublicIPAddresses", 1)
    made = cloud.make(ADDRESS, **address("one"))
    error = cloud.refused("PublicIPCountLimitReached", ADDRESS, **address("two"))
    assert "Cannot create more than 1 public IP addresses" in str(error)
    cloud.update(ADDRESS, made.id, **address("one"))
    set_quota(cloud, "StorageAccounts", 0)
    inputs = {"accountName": "one1", "location": REGION, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    cloud.refused("MaxStorageAccountsCountPerSubscriptionExceeded", STORE, **inputs)
    cloud.make(STORE, **{**inputs, "location": "westeurope"})


def unregister(cloud: Cloud, namespace: str, *, locked: bool = False) -> None:
    with cloud.world.limits() as limits:
        limits.unregister(namespace, locked=locked)


def test_a_namespace_registers_itself_at_its_first_use(cloud: Cloud) -> None:
    unregister(cloud, "Microsoft.ManagedIdentity")
    cloud.identity("one")
    cloud.identity("two")
    registered = [row for row in cloud.world.operations() if row[0] == "register"]
    id = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.ManagedIdentity"
    assert registered == [("register", IDENTITY, id, "done")]
    # What a preview asks for is never sent.
    unregister(cloud, "Microsoft.ManagedIdentity", locked=True)
    cloud.azure.create("urn", IDENTITY, {"resourceGroupName": GROUP}, preview=True, timeout=0)


def test_a_login_that_may_not_register_meets_the_refusal_of_the_registration(cloud: Cloud) -> None:
    unregister(cloud, "Microsoft.ManagedIdentity", locked=True)
    with pytest.raises(ProviderError) as caught:
        cloud.identity("one")
    message = str(caught.value)
    assert "ERROR CODE: AuthorizationFailed" in message
    assert "'Microsoft.ManagedIdentity/register/action' over scope" in message
    assert "MissingSubscriptionRegistration" in message
    assert "az provider register --namespace Microsoft.ManagedIdentity" in message
    assert not transient(message), "nobody waits for a right that does not come"
    assert cloud.world.of_type(IDENTITY) == []
    assert len(cloud.world.refused()) == 1
    with cloud.world.limits() as limits:
        limits.register("microsoft.managedidentity")
    cloud.identity("one")


def test_azure_monitor_answers_so_that_nothing_registers_it(cloud: Cloud) -> None:
    workspace = cloud.workspace().id
    unregister(cloud, "Microsoft.Insights")
    inputs = {"name": "to-workspace", "resourceUri": workspace, "workspaceId": workspace}
    error = cloud.refused(
        "Conflict", token_of("diagnostic-setting"), **inputs, logs=[{"enabled": True, "category": "Audit"}]
    )
    assert f"The subscription '{SUBSCRIPTION}' is not registered to use microsoft.insights." in str(error)


def test_a_login_that_has_run_out_can_do_nothing(cloud: Cloud) -> None:
    made = cloud.identity("one")
    with cloud.world.limits() as limits:
        limits.set_login(Login(expired=True))
    inputs = {"resourceGroupName": GROUP, "resourceName": "one", "location": REGION}
    for attempt in (
        lambda: cloud.identity("two"),
        lambda: cloud.azure.read("urn", IDENTITY, made.id, {}, {}),
        lambda: cloud.update(IDENTITY, made.id, **inputs),
        lambda: cloud.delete(IDENTITY, made.id),
        lambda: cloud.azure.invoke(CLIENT_TOKEN, {}),
        lambda: cloud.azure.invoke("azure-native:storage:listStorageAccountKeys", {}),
    ):
        with pytest.raises(ProviderError, match="AADSTS700082"):
            attempt()
    assert [each.id for each in cloud.world.of_type(IDENTITY)] == [made.id]
    with cloud.world.limits() as limits:
        limits.set_login(Login())
    assert cloud.azure.invoke(TAGS, {})["name"] == "default"


def test_a_login_of_another_tenant_or_subscription(cloud: Cloud) -> None:
    with cloud.world.limits() as limits:
        limits.set_login(Login(tenant=OTHER))
    assert cloud.azure.invoke(CLIENT_TOKEN, {})["token"] == access_token(OTHER)
    with pytest.raises(ArmError, match="the wrong issuer"):
        cloud.azure.invoke(TAGS, {})
    with pytest.raises(ArmError, match="the wrong issuer") as refused:
        cloud.identity("one")
    assert (refused.value.code, refused.value.status) == ("InvalidAuthenticationTokenTenant", 401)
    with cloud.world.limits() as limits:
        limits.set_login(Login(subscription=OTHER))
    with pytest.raises(ProviderError, match=f"Subscription '{SUBSCRIPTION}' not found"):
        cloud.azure.invoke(CLIENT_TOKEN, {})
    # A service principal has a token all the same; Azure refuses what it asks for.
    with cloud.world.limits() as limits:
        limits.set_login(Login(subscription=OTHER, service=True))
    assert cloud.azure.invoke(CLIENT_TOKEN, {})["token"]
    for attempt in (lambda: cloud.azure.invoke(TAGS, {}), lambda: cloud.identity("one")):
        with pytest.raises(ArmError, match="does not have authorization") as refused:
            attempt()
        assert (refused.value.code, refused.value.status) == ("AuthorizationFailed", 403)
    with cloud.world.limits() as limits:
        limits.set_login(Login(subscription=SUBSCRIPTION.upper(), tenant=TENANT.upper()))
    cloud.identity("one")


TAKEN = [
    ("storage-account", "mysdevcorestsan", "StorageAccountAlreadyTaken"),
    ("key-vault", "mys-dev-app-kv-san", "VaultAlreadyExists"),
    ("cosmos-account", "mys-dev-core-cosmos-san", "BadRequest"),
    ("postgresql-server", "mys-dev-core-pg-san", "ServerNameAlreadyExists"),
    ("container-registry", "mysacrsan", "AlreadyInUse"),
    ("redis", "mys-dev-core-redis-san", "NameNotAvailable"),
    ("service-bus-namespace", "mys-dev-core-sb-san", "BadRequest"),
]


@pytest.mark.parametrize(("key", "name", "code"), TAKEN, ids=[case[0] for case in TAKEN])
def test_a_name_that_somebody_else_has(cloud: Cloud, key: str, name: str, code: str) -> None:
    row = RESOURCE_TYPES[key]
    cloud.world.take_name(name, row.token)
    error = cloud.refused(code, row.token, **{row.name_input: name, "location": REGION})
    assert "set mystira:naming.instance" in str(error)


class Clock:
    """A clock that goes on only when everybody who works here waits: who waits shortest goes first, alone."""

    def __init__(self, workers: int) -> None:
        self.asked: list[float] = []
        self._running = workers
        self._waiting: list[tuple[float, str]] = []
        self._turn = threading.Condition()

    def sleep(self, seconds: float) -> None:
        with self._turn:
            me = (seconds, threading.current_thread().name)
            self.asked.append(seconds)
            self._waiting.append(me)
            self._running -= 1
            self._turn.notify_all()
            assert self._turn.wait_for(lambda: self._running == 0 and min(self._waiting) == me, timeout=30)
            self._waiting.remove(me)
            self._running += 1

    def ended(self) -> None:
        with self._turn:
            self._running -= 1
            self._turn.notify_all()


def test_creates_end_in_the_order_of_their_usual_times(tmp_path: Path) -> None:
    kinds = {
        "key-vault": {"properties": {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"}}},
        "virtual-network": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}},
        "log-analytics-workspace": {},
        "storage-account": {"kind": "StorageV2", "sku": {"name": "Standard_LRS"}},
    }
    base = Cloud(tmp_path)
    with base.world.limits() as limits:
        limits.set_pace(0.5)
    clock = Clock(len(kinds))
    azure = provider(World(tmp_path / "cloud.db"), sleep=clock.sleep)

    def make(key: str) -> None:
        row = RESOURCE_TYPES[key]
        inputs = {"resourceGroupName": GROUP, "location": REGION, row.name_input: "mysdevone", **kinds[key]}
        azure.create("urn", row.token, inputs, preview=False, timeout=0)
        clock.ended()

    threads = [threading.Thread(target=make, args=(key,)) for key in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    order = [row[1] for row in base.world.operations() if row[0] == "create"][1:]
    expected = ["virtual-network", "storage-account", "log-analytics-workspace", "key-vault"]
    assert order == [RESOURCE_TYPES[key].token for key in expected]
    assert sorted(clock.asked) == [0.5 * minutes for minutes in (0.15, 0.6, 0.7, 2)]


def test_only_a_create_that_is_accepted_takes_its_time(tmp_path: Path) -> None:
    asked: list[float] = []
    cloud = Cloud(tmp_path)
    cloud.azure = provider(cloud.world, sleep=asked.append)
    made = cloud.make(ADDRESS, **address("none"))
    with cloud.world.limits() as limits:
        limits.set_pace(60)
    cloud.update(ADDRESS, made.id, **address("none"))
    cloud.refused(
        "StandardSkuPublicIPAddressesMustBeStatic", ADDRESS, **{**address("two"), "publicIPAllocationMethod": ""}
    )
    assert asked == []
    cloud.make(ADDRESS, **address("two"))
    assert asked == [60 * 0.2]
    with cloud.world.limits() as limits:
        limits.set_pace(0)
        assert limits.told() == []


def test_a_parent_is_busy_for_as_long_as_its_child_takes(tmp_path: Path) -> None:
    cloud = Cloud(tmp_path)
    cloud.identity("one")
    inside: list[str] = []

    def credential(number: int) -> dict[str, Any]:
        return {
            "resourceName": "one",
            "federatedIdentityCredentialResourceName": f"credential-{number}",
            "issuer": "https://issuer",
            "subject": f"subject-{number}",
            "audiences": ["api://AzureADTokenExchange"],
        }

    token = token_of("federated-credential")

    def meanwhile(seconds: float) -> None:
        if seconds >= 1 and not inside:
            inside.append("asked")
            error = cloud.refused(
                "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity", token, **credential(2)
            )
            inside.append(str(error))
            # The database is free for everything else.
            cloud.identity("two")

    cloud.azure = provider(cloud.world, sleep=meanwhile)
    with cloud.world.limits() as limits:
        limits.set_pace(60)
    cloud.make(token, **credential(1))
    assert len(inside) == 2
    cloud.make(token, **credential(2))


def test_what_is_always_registered_belongs_to_the_platform() -> None:
    assert {namespace_of(row.arm).lower() for row in RESOURCE_TYPES.values()} >= ALWAYS_REGISTERED
