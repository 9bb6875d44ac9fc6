"""Quotas, resource providers, logins, names that are gone, and time."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from components.facts.quotas import QUOTAS, REGIONAL
from components.facts.resource_types import RESOURCE_TYPES
from components.facts.vm_sizes import VM_SIZES
from components.guard.waiting import passes
from components.problems import MystiraError
from offline.azure.errors import ArmError
from offline.azure.provider import CLIENT_CONFIG, AzureProvider
from offline.azure.subscription import ALWAYS, namespace_of
from offline.engine.home import HOME_VARIABLE, Home
from offline.rpc.protocol import ProviderError
from offline.world import command
from offline.world.limits import Login
from offline.world.store import World
from tests.harness.compose import schema
from tests.offline.test_access_and_clusters import (
    CLUSTER,
    GROUP,
    IDENTITY,
    POOL,
    REGION,
    ROOT,
    SUBSCRIPTION,
    Cloud,
    add_pool,
    cluster,
    made_cluster,
    pool,
)

FAMILY = VM_SIZES["Standard_D4ds_v5"].family
GROUP_TYPE = "azure-native:resources:ResourceGroup"
ADDRESS, STORE = "azure-native:network:PublicIPAddress", "azure-native:storage:StorageAccount"
WORKSPACE, VAULT = "azure-native:operationalinsights:Workspace", "azure-native:keyvault:Vault"
OTHER = "00000000-0000-4000-8000-00000000000f"


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path)


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
        cloud.azure.update("urn", POOL, services.id, {}, grown, preview=False, timeout=0, ignore_changes=[])
    shrunk = {**grown, "count": 1}
    cloud.azure.update("urn", POOL, services.id, {}, shrunk, preview=False, timeout=0, ignore_changes=[])
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
    cloud.azure.update(
        "urn", CLUSTER, made.id, {}, {**wanted, "tags": {"a": "b"}}, preview=False, timeout=0, ignore_changes=[]
    )


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
    cloud.azure.update("urn", ADDRESS, made.id, {}, address("one"), preview=False, timeout=0, ignore_changes=[])
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
    assert not passes(message), "nobody waits for a right that does not come"
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
        "Conflict", "azure-native:monitor:DiagnosticSetting", **inputs, logs=[{"enabled": True, "category": "Audit"}]
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
        lambda: cloud.azure.update("urn", IDENTITY, made.id, {}, inputs, preview=False, timeout=0, ignore_changes=[]),
        lambda: cloud.delete(IDENTITY, made.id),
        lambda: cloud.azure.invoke(CLIENT_CONFIG, {}),
        lambda: cloud.azure.invoke("azure-native:storage:listStorageAccountKeys", {}),
    ):
        with pytest.raises(ProviderError, match="AADSTS700082"):
            attempt()
    assert [each.id for each in cloud.world.of_type(IDENTITY)] == [made.id]
    with cloud.world.limits() as limits:
        limits.set_login(Login())
    assert cloud.azure.invoke(CLIENT_CONFIG, {})["subscriptionId"] == SUBSCRIPTION


def test_a_login_of_another_tenant_or_subscription(cloud: Cloud) -> None:
    with cloud.world.limits() as limits:
        limits.set_login(Login(tenant=OTHER))
    assert cloud.azure.invoke(CLIENT_CONFIG, {})["tenantId"] == OTHER
    with pytest.raises(ArmError, match="the wrong issuer") as refused:
        cloud.identity("one")
    assert (refused.value.code, refused.value.status) == ("InvalidAuthenticationTokenTenant", 401)
    with cloud.world.limits() as limits:
        limits.set_login(Login(subscription=OTHER))
    with pytest.raises(ProviderError, match=f"Subscription '{SUBSCRIPTION}' not found"):
        cloud.azure.invoke(CLIENT_CONFIG, {})
    with cloud.world.limits() as limits:
        limits.set_login(Login(subscription=SUBSCRIPTION.upper(), tenant="T"))
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


def test_a_deleted_workspace_comes_back_where_it_was(cloud: Cloud) -> None:
    made = cloud.workspace()
    cloud.delete(WORKSPACE, made.id)
    assert [each.id for each in cloud.world.kept()] == [made.id]
    name = made.id.rpartition("/")[2]
    cloud.make(GROUP_TYPE, resourceGroupName="other", location=REGION)
    for elsewhere in ({"resourceGroupName": "other", "location": REGION}, {"location": "westeurope"}):
        error = cloud.refused("Conflict", WORKSPACE, workspaceName=name, **elsewhere)
        assert f"The workspace name '{name}' is not unique" in str(error)
    again = cloud.workspace()
    assert again.properties["customerId"] == made.properties["customerId"]
    assert cloud.world.kept() == []


def test_a_group_that_is_deleted_keeps_what_azure_keeps(cloud: Cloud) -> None:
    cloud.workspace()
    properties = {"tenantId": "t", "sku": {"family": "A", "name": "standard"}, "softDeleteRetentionInDays": 7}
    vault = cloud.make(VAULT, vaultName="mys-dev-app-kv-san", location=REGION, properties=properties)
    key = {"kty": "RSA", "keySize": 2048, "keyOps": ["sign"]}
    cloud.make("azure-native:keyvault:Key", vaultName="mys-dev-app-kv-san", keyName="one", properties=key)
    cloud.delete(GROUP_TYPE, ROOT)
    assert {each.token for each in cloud.world.kept()} == {WORKSPACE, VAULT}
    cloud.make(GROUP_TYPE, location=REGION)
    recover = {"vaultName": "mys-dev-app-kv-san", "location": REGION}
    cloud.refused("ConflictError", VAULT, **recover, properties=properties)
    cloud.make(VAULT, **recover, properties={**properties, "createMode": "recover"})
    assert cloud.world.get(f"{vault.id}/keys/one") is not None


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
        "key-vault": {"properties": {"tenantId": "t", "sku": {"family": "A", "name": "standard"}}},
        "virtual-network": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}},
        "log-analytics-workspace": {},
        "storage-account": {"kind": "StorageV2", "sku": {"name": "Standard_LRS"}},
    }
    base = Cloud(tmp_path)
    with base.world.limits() as limits:
        limits.set_pace(0.5)
    clock = Clock(len(kinds))
    azure = AzureProvider(World(tmp_path / "cloud.db"), schema(), "3.29.0", sleep=clock.sleep)
    azure.configure({"subscriptionId": SUBSCRIPTION, "tenantId": "t"})

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
    cloud.azure = AzureProvider(cloud.world, schema(), "3.29.0", sleep=asked.append)
    cloud.azure.configure({"subscriptionId": SUBSCRIPTION, "tenantId": "t"})
    made = cloud.make(ADDRESS, **address("none"))
    with cloud.world.limits() as limits:
        limits.set_pace(60)
    cloud.azure.update("urn", ADDRESS, made.id, {}, address("none"), preview=False, timeout=0, ignore_changes=[])
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

    token = "azure-native:managedidentity:FederatedIdentityCredential"

    def meanwhile(seconds: float) -> None:
        if seconds >= 1 and not inside:
            inside.append("asked")
            error = cloud.refused(
                "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity", token, **credential(2)
            )
            inside.append(str(error))
            # The database is free for everything else.
            cloud.identity("two")

    cloud.azure = AzureProvider(cloud.world, schema(), "3.29.0", sleep=meanwhile)
    cloud.azure.configure({"subscriptionId": SUBSCRIPTION, "tenantId": "t"})
    with cloud.world.limits() as limits:
        limits.set_pace(60)
    cloud.make(token, **credential(1))
    assert len(inside) == 2
    cloud.make(token, **credential(2))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    return World(Home.default().cloud)


def test_the_commands_change_the_limits(home: World, capsys: pytest.CaptureFixture[str]) -> None:
    for line in (
        f"quota {REGION} {FAMILY.upper()} 4",
        "unregister microsoft.keyvault --locked",
        "unregister Microsoft.Cache",
        f"login --tenant {OTHER} --subscription {OTHER} --expired",
        "pace 0.5",
        "limits",
    ):
        assert command.main(["cloud", *line.split()]) == 0
    with home.limits() as limits:
        assert limits.quota(REGION, FAMILY) == 4
        assert limits.locked("Microsoft.KeyVault")
        assert limits.unregistered("Microsoft.Cache")
        assert limits.login() == Login(OTHER, OTHER, expired=True)
        assert limits.pace() == 0.5
    told = capsys.readouterr().out
    assert "namespace  microsoft.keyvault  locked" in told
    assert "login  expired  yes" in told
    for line in ("login", "register Microsoft.KeyVault", "register Microsoft.Cache", "pace 0"):
        assert command.main(["cloud", *line.split()]) == 0
    with home.limits() as limits:
        assert [kind for kind, _, _ in limits.told()] == ["quota"]


def test_the_commands_refuse_what_is_not_there(home: World) -> None:
    for line, message in (
        ("quota mars cores 1", "no such region"),
        (f"quota {REGION} standardMarsFamily 1", "no such quota"),
        ("unregister Microsoft.Mars", "no resource provider"),
        ("unregister Microsoft.Resources", "no resource provider"),
    ):
        with pytest.raises(MystiraError, match=message):
            command.main(["cloud", *line.split()])
    with home.writing("create", IDENTITY, f"{ROOT}/providers/Microsoft.ManagedIdentity/x/y") as cloud:
        cloud.put(f"{ROOT}/providers/Microsoft.ManagedIdentity/x/y", IDENTITY, {})
    with pytest.raises(MystiraError, match="has resources"):
        command.main(["cloud", "unregister", "Microsoft.ManagedIdentity"])


def test_what_is_always_registered_belongs_to_the_platform() -> None:
    assert {namespace_of(row.arm).lower() for row in RESOURCE_TYPES.values()} >= ALWAYS
