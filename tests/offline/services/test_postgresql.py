"""What Azure refuses about PostgreSQL servers, their parameters and administrators."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from offline.azure.errors import ArmError
from offline.azure.services.postgresql import PREFIX, SERVER
from offline.rpc.protocol import Created, Properties, ProviderError
from offline.world.faults import Fault
from tests.harness import offline
from tests.harness.compose import TENANT
from tests.harness.offline import OTHER_REGION, REGION, Cloud, at_once, token_of

NAME = "mys-dev-core-pg-san"


FLEXIBLE = "Microsoft.DBforPostgreSQL/flexibleServers"


ZONE = "mys-dev-core.private.postgres.database.azure.com"


GENERAL = {"name": "Standard_D4ds_v5", "tier": "GeneralPurpose"}


BURSTABLE = {"name": "Standard_B1ms", "tier": "Burstable"}


ENTRA = {"activeDirectoryAuth": "Enabled", "passwordAuth": "Disabled", "tenantId": TENANT}


BOTH = {**ENTRA, "passwordAuth": "Enabled"}


LOGIN = {"administratorLogin": "mystira_admin", "administratorLoginPassword": "Not-a-real-1"}


class Database(Cloud):
    """A cloud with a network, a linked zone, and short ways to make servers."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.subnets = self.network_in(REGION)
        self.zone = self.make(token_of("private-dns-zone"), privateZoneName=ZONE, location="global").id
        self.link(ZONE)

    def network_in(self, location: str, name: str = "mys-dev-core-vnet-san") -> str:
        def subnet(name: str, cidr: str, delegation: str = "") -> dict[str, Any]:
            delegations = [{"name": "only", "serviceName": delegation}] if delegation else []
            return {"name": name, "addressPrefix": cidr, "delegations": delegations}

        subnets = [
            subnet("postgresql", "10.0.3.0/24", FLEXIBLE),
            subnet("tiny", "10.0.4.0/29", FLEXIBLE),
            subnet("other", "10.0.5.0/24", "Microsoft.Web/serverFarms"),
            subnet("plain", "10.0.6.0/24"),
        ]
        made = self.make(
            token_of("virtual-network"),
            virtualNetworkName=name,
            location=location,
            addressSpace={"addressPrefixes": ["10.0.0.0/16"]},
            subnets=subnets,
        )
        return f"{made.id}/subnets/"

    def link(self, zone: str) -> None:
        self.make(
            token_of("private-dns-zone-link"),
            virtualNetworkLinkName="mys-dev-core-vnet-san",
            privateZoneName=zone,
            location="global",
            virtualNetwork={"id": self.subnets.removesuffix("/subnets/")},
        )

    def inputs(self, **changes: Any) -> dict[str, Any]:
        """A server that is accepted, with changes; ``None`` takes a property away."""
        network = {
            "delegatedSubnetResourceId": self.subnets + "postgresql",
            "privateDnsZoneArmResourceId": self.zone,
            "publicNetworkAccess": "Disabled",
        }
        wanted = {
            "serverName": NAME,
            "location": REGION,
            "createMode": "Default",
            "version": "17",
            "sku": GENERAL,
            "storage": {"storageSizeGB": 128, "autoGrow": "Enabled"},
            "backup": {"backupRetentionDays": 7, "geoRedundantBackup": "Disabled"},
            "availabilityZone": "1",
            "highAvailability": {"mode": "Disabled"},
            "authConfig": ENTRA,
            "network": network,
            **changes,
        }
        return {key: value for key, value in wanted.items() if value is not None}

    def server(self, **changes: Any) -> Created:
        return self.make(SERVER, **self.inputs(**changes))

    def replica(self, source: str, name: str = "mys-dev-corereplica1-pg-san", **changes: Any) -> Created:
        none = dict.fromkeys(("version", "backup", "highAvailability", "authConfig", "availabilityZone"))
        return self.server(
            **{**none, "serverName": name, "createMode": "Replica", "sourceServerResourceId": source, **changes}
        )

    def child(self, kind: str, **inputs: Any) -> Created:
        return self.make(PREFIX + kind, **{"serverName": NAME, **inputs})

    def change(self, made: Created, **changes: Any) -> Properties:
        return self.update(SERVER, made.id, **self.inputs(**changes))


@pytest.fixture
def cloud(tmp_path: Path) -> Database:
    return Database(tmp_path)


def refusal(code: str, call: Callable[..., Any], *args: Any, **inputs: Any) -> ArmError:
    return offline.refusal(code, lambda: call(*args, **inputs))


def test_a_server_answers_with_its_name_and_never_with_its_password(cloud: Database) -> None:
    made = cloud.server(authConfig=BOTH, **LOGIN)
    assert made.properties["fullyQualifiedDomainName"] == f"{NAME}.postgres.database.azure.com"
    assert (made.properties["version"], made.properties["replicationRole"]) == ("17", "Primary")
    assert made.properties["administratorLogin"] == "mystira_admin"
    assert "Not-a-real-1" not in str(cloud.body(made.id))


def test_a_name_that_somebody_has(cloud: Database) -> None:
    cloud.world.take_name(NAME, SERVER)
    error = refusal("ServerNameAlreadyExists", cloud.server)
    assert "Specified server name is already used." in str(error)
    assert error.status == 409


HA = {"mode": "ZoneRedundant", "standbyAvailabilityZone": "2"}


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("HANotSupportedForBurstableSkuWithMoreInfo", {"sku": BURSTABLE, "highAvailability": HA}),
        ("HANotSupportedForBurstableSkuWithMoreInfo", {"sku": BURSTABLE, "highAvailability": {"mode": "SameZone"}}),
        ("InvalidParameterValue", {"sku": {"name": "Standard_B1ms", "tier": "GeneralPurpose"}}),
        ("InvalidParameterValue", {"sku": {"name": "Standard_X1", "tier": "Nothing"}}),
        ("InvalidParameterValue", {"storage": {"storageSizeGB": 100}}),
        ("AvailabilityZoneNotAvailable", {"availabilityZone": "4"}),
        ("InvalidParameterValue", {"highAvailability": {**HA, "standbyAvailabilityZone": "1"}}),
        ("InvalidParameterValue", {"backup": {"backupRetentionDays": 6}}),
        ("InvalidParameterValue", {"backup": {"backupRetentionDays": 36}}),
        ("InvalidParameterValue", {"version": "14"}),
        ("InvalidParameterValue", {"version": "12"}),
        ("InvalidParameterValue", {"authConfig": {**ENTRA, "activeDirectoryAuth": "Disabled"}}),
        ("MissingRequiredParameter", {"administratorLogin": "mystira_admin"}),
        ("MissingRequiredParameter", {"authConfig": BOTH}),
        ("MissingRequiredParameter", {"authConfig": BOTH, "administratorLogin": "mystira_admin"}),
        ("InvalidParameterValue", {"authConfig": BOTH, **LOGIN, "administratorLogin": "azure_superuser"}),
        ("InvalidParameterValue", {"authConfig": BOTH, **LOGIN, "administratorLoginPassword": "Short1!"}),
        ("InvalidParameterValue", {"authConfig": BOTH, **LOGIN, "administratorLoginPassword": "Mystira_Admin1"}),
    ],
)
def test_what_a_server_must_not_be(cloud: Database, code: str, changes: dict[str, Any]) -> None:
    error = refusal(code, cloud.server, **changes)
    assert str(changes.get("administratorLoginPassword", "nothing")) not in str(error)


def test_a_region_without_zones_or_pair(cloud: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = {"network": None, "availabilityZone": None}
    west = {**plain, "location": "southafricawest"}
    refusal("AvailabilityZoneNotAvailable", cloud.server, **west, highAvailability={"mode": "ZoneRedundant"})
    monkeypatch.setattr("offline.azure.services.postgresql.GEO_BACKUP_REGIONS", frozenset())
    refusal("InvalidParameterValue", cloud.server, **plain, backup={"geoRedundantBackup": "Enabled"})
    assert cloud.server(**west, highAvailability={"mode": "SameZone"}).id


def test_the_network_must_fit(cloud: Database) -> None:
    good = cloud.inputs()["network"]
    public = {**good, "publicNetworkAccess": None}
    refusal("ConflictingPublicNetworkAccessAndVirtualNetworkConfiguration", cloud.server, network=public)
    without = {key: value for key, value in good.items() if not key.startswith("privateDns")}
    refusal("EmptyPrivateDnsZoneArmResourceId", cloud.server, network=without)
    for subnet in ("plain", "other"):
        wrong = {**good, "delegatedSubnetResourceId": cloud.subnets + subnet}
        error = refusal("OperationFailed", cloud.server, network=wrong)
        assert f"The subnet name as {subnet} is missing required delegations {FLEXIBLE}" in str(error)
    refusal(
        "InvalidParameterValue", cloud.server, network={**good, "delegatedSubnetResourceId": cloud.subnets + "tiny"}
    )
    nowhere = {**good, "delegatedSubnetResourceId": cloud.subnets + "nowhere"}
    refusal("InvalidResourceReference", cloud.server, network=nowhere)
    far = cloud.network_in(OTHER_REGION, "mys-dev-corefar-vnet-euw")
    refusal("InvalidParameterValue", cloud.server, network={**good, "delegatedSubnetResourceId": far + "postgresql"})


def test_the_zone_must_be_linked_and_well_named(cloud: Database) -> None:
    good = cloud.inputs()["network"]

    def zone(name: str) -> dict[str, Any]:
        made = cloud.make(token_of("private-dns-zone"), privateZoneName=name, location="global")
        return {**good, "privateDnsZoneArmResourceId": made.id}

    unlinked = zone("mys-dev-other.private.postgres.database.azure.com")
    assert "link the zone to the network first" in str(refusal("InvalidParameterValue", cloud.server, network=unlinked))
    own = zone(f"{NAME}.postgres.database.azure.com")
    error = refusal("PrivateDnsZoneNameNotValid", cloud.server, network=own)
    assert "It can not be server name plus zone suffix." in str(error)
    refusal("PrivateDnsZoneNameNotValid", cloud.server, network=zone("example.org"))
    cloud.link("mys-dev-other.private.postgres.database.azure.com")
    assert cloud.server(network=unlinked).id


WINDOW = {"customWindow": "enabled", "dayOfWeek": 0, "startHour": 1, "startMinute": 0}


def test_a_create_ignores_the_maintenance_window_and_an_update_takes_it(cloud: Database) -> None:
    """x-ms-mutability: [update, read]; azurerm sends it a second time (postgresql_flexible_server_resource.go)."""
    made = cloud.server(maintenanceWindow=WINDOW)
    system = {"customWindow": "Disabled", "dayOfWeek": 0, "startHour": 0, "startMinute": 0}
    assert made.properties["maintenanceWindow"] == system
    state = cloud.inputs(maintenanceWindow=WINDOW)
    diff = cloud.azure.diff(SERVER, made.id, state, made.properties, state, [])
    assert not diff.changes, "an up does not see that Azure has another window"
    seen = cloud.azure.read("urn", SERVER, made.id, state, made.properties)
    assert seen is not None
    assert seen.inputs == state, "and neither does a refresh"
    assert cloud.change(made, maintenanceWindow=WINDOW)["maintenanceWindow"] == {**WINDOW, "customWindow": "Enabled"}
    assert cloud.change(made)["maintenanceWindow"] == {**WINDOW, "customWindow": "Enabled"}


def test_its_subnet_gets_the_way_to_storage_accounts(cloud: Database) -> None:
    cloud.server()
    network = cloud.body(cloud.subnets.removesuffix("/subnets/"))
    ways = {each["name"]: [way["service"] for way in each.get("serviceEndpoints") or []] for each in network["subnets"]}
    assert ways == {"postgresql": ["Microsoft.Storage"], "tiny": [], "other": [], "plain": []}
    cloud.server(serverName="mys-dev-second-pg-san")
    again = cloud.body(cloud.subnets.removesuffix("/subnets/"))
    assert again == network, "once"


def test_a_disk_that_has_grown_refuses_its_first_size_with_every_later_request(cloud: Database) -> None:
    """azure-native sends the whole server, and of a property whose changes are ignored the value of the state."""
    made = cloud.server()
    with cloud.world.writing("grown", SERVER, made.id) as writer:
        grown = {**made.properties["storage"], "storageSizeGB": 256, "tier": "P15", "iops": 1100}
        writer.put(made.id, SERVER, {**cloud.body(made.id), "storage": grown})
    code = "UpsertServerManagementOperationDowngradeDiskSizeUnsupported"
    with pytest.raises(ArmError, match=code) as refused:
        cloud.change(made, tags={"Environment": "dev"})
    assert "Requested data Disk size '131072' cannot be less than current size '262144'" in str(refused.value)
    state = cloud.inputs()
    seen = cloud.azure.read("urn", SERVER, made.id, state, made.properties)
    assert seen is not None
    assert seen.inputs["storage"] == {"storageSizeGB": 256, "autoGrow": "Enabled", "tier": "P15", "iops": 1100}
    cloud.update(SERVER, made.id, **{**seen.inputs, "tags": {"Environment": "dev"}})


def test_after_a_failover_the_first_zones_are_refused_until_a_refresh(cloud: Database) -> None:
    standby = {"mode": "ZoneRedundant", "standbyAvailabilityZone": "2"}
    made = cloud.server(highAvailability=standby)
    with cloud.world.writing("failed over", SERVER, made.id) as writer:
        there = {**cloud.body(made.id)["highAvailability"], "standbyAvailabilityZone": "1"}
        writer.put(made.id, SERVER, {**cloud.body(made.id), "availabilityZone": "2", "highAvailability": there})
    with pytest.raises(ArmError, match="StandbyAvailabilityZone,availabilityZone"):
        cloud.change(made, highAvailability=standby, tags={"Environment": "dev"})
    seen = cloud.azure.read("urn", SERVER, made.id, cloud.inputs(highAvailability=standby), made.properties)
    assert seen is not None
    cloud.update(SERVER, made.id, **{**seen.inputs, "tags": {"Environment": "dev"}})


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("UpsertServerManagementOperationDowngradeDiskSizeUnsupported", {"storage": {"storageSizeGB": 64}}),
        ("InvalidParameterValue", {"backup": {"backupRetentionDays": 7, "geoRedundantBackup": "Enabled"}}),
        ("InvalidParameterValue", {"availabilityZone": "2"}),
        ("InvalidParameterValue", {"version": "16"}),
        ("PropertyChangeNotAllowed", {"administratorLogin": "somebody", "authConfig": BOTH}),
        ("PropertyChangeNotAllowed", {"createMode": "Update"}),
        ("PropertyChangeNotAllowed", {"network": {"publicNetworkAccess": "Enabled"}}),
    ],
)
def test_what_a_server_keeps(cloud: Database, code: str, changes: dict[str, Any]) -> None:
    made = cloud.server(authConfig=BOTH, **LOGIN)
    refusal(code, cloud.change, made, **changes)


def test_what_a_server_lets_go(cloud: Database) -> None:
    made = cloud.server(authConfig=BOTH, **LOGIN, version="16")
    larger = cloud.change(
        made,
        version="17",
        storage={"storageSizeGB": 256, "autoGrow": "Enabled"},
        sku=GENERAL | {"name": "Standard_D8ds_v5"},
        backup={"backupRetentionDays": 35, "geoRedundantBackup": "Disabled"},
        highAvailability=HA,
    )
    assert (larger["version"], larger["storage"]["storageSizeGB"]) == ("17", 256)


def test_passwords_are_switched_on_with_their_login_only(cloud: Database) -> None:
    made = cloud.server(**LOGIN)
    refusal("EngineCredentialsNotProvided", cloud.change, made, authConfig=BOTH)
    refusal("EngineCredentialsNotProvided", cloud.change, made, authConfig=BOTH, administratorLoginPassword="Abcdefg1")
    assert cloud.change(made, authConfig=BOTH, **LOGIN)["authConfig"] == BOTH
    assert cloud.change(made)["authConfig"] == ENTRA
    # The login stays, and cannot come back under another name.
    refusal("PropertyChangeNotAllowed", cloud.change, made, authConfig=BOTH, **LOGIN | {"administratorLogin": "other"})


def test_replicas(cloud: Database) -> None:
    source = cloud.server()
    made = cloud.replica(source.id)
    assert (made.properties["replicationRole"], made.properties["version"]) == ("AsyncReplica", "17")
    second = "mys-dev-corereplica2-pg-san"
    for changes in (
        {"highAvailability": HA},
        {"backup": {"geoRedundantBackup": "Enabled"}},
        {"storage": {"storageSizeGB": 64}},
        {"sourceServerResourceId": made.id},
        {"sourceServerResourceId": None},
    ):
        refusal("InvalidParameterValue", cloud.replica, source.id, second, **changes)
    refusal("ReadReplicaNotSupportedForBurstableSku", cloud.replica, source.id, second, sku=BURSTABLE)
    somebody = {"objectId": "00000000-0000-4000-8000-00000000a001", "serverName": "mys-dev-corereplica1-pg-san"}
    refusal("InvalidParameterValue", cloud.child, "AdministratorsMicrosoftEntra", **somebody)
    for number in range(2, 6):
        cloud.replica(source.id, f"mys-dev-corereplica{number}-pg-san")
    refusal("InvalidParameterValue", cloud.replica, source.id, "mys-dev-corereplica6-pg-san")


def test_a_burstable_server_has_no_replicas(cloud: Database) -> None:
    source = cloud.server(sku=BURSTABLE)
    refusal("ReadReplicaNotSupportedForBurstableSku", cloud.replica, source.id)


def test_parameters(cloud: Database) -> None:
    cloud.server()

    def parameter(name: str, value: str) -> Created:
        return cloud.child("Configuration", configurationName=name, value=value)

    error = refusal("ConfigurationNotExists", parameter, "no_such_thing", "on")
    assert f"The configuration 'no_such_thing' does not exist for {NAME} server version 17." in str(error)
    refusal("InvalidParameterValue", parameter, "log_lock_waits", "perhaps")
    refusal("OperationFailed", parameter, "ssl", "on")
    refusal("ConfigurationNotExists", parameter, "pgbouncer.pool_mode", "session")
    assert parameter("pgbouncer.enabled", "true").properties["value"] == "true"
    assert parameter("pgbouncer.pool_mode", "session").id
    assert parameter("azure.extensions", "vector, PG_TRGM").id
    assert parameter("log_min_duration_statement", "-1").id


def test_a_burstable_server_has_no_pgbouncer(cloud: Database) -> None:
    cloud.server(sku=BURSTABLE)
    refusal("ConfigurationNotExists", cloud.child, "Configuration", configurationName="pgbouncer.enabled", value="true")


def test_entra_administrators_need_entra_logins(cloud: Database) -> None:
    made = cloud.server(authConfig={"activeDirectoryAuth": "Disabled", "passwordAuth": "Enabled"}, **LOGIN)
    team = {
        "objectId": "00000000-0000-4000-8000-00000000a001",
        "principalName": "team",
        "principalType": "group",
        "tenantId": TENANT,
    }
    refusal("AadAuthNotEnabled", cloud.child, "AdministratorsMicrosoftEntra", **team)
    cloud.change(made, authConfig=BOTH)
    assert cloud.child("AdministratorsMicrosoftEntra", **team).id


def test_a_server_takes_one_operation_at_a_time(cloud: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offline.azure.provider.EXCLUSIVE_SECONDS", 0.3)
    cloud.server()

    def parameter(name: str) -> Callable[[], Created]:
        return lambda: cloud.child("Configuration", configurationName=name, value="on")

    refusals = at_once([parameter(name) for name in ("log_lock_waits", "log_checkpoints")])
    assert [each.code for each in refusals] == ["ServerIsBusy"]


def test_a_subnet_with_a_server_stays(cloud: Database) -> None:
    made = cloud.server()
    network = cloud.subnets.removesuffix("/subnets/")
    cloud.refused_delete("InUseSubnetCannotBeDeleted", token_of("virtual-network"), network)
    cloud.delete(SERVER, made.id)
    assert cloud.world.get(made.id) is None
    cloud.delete(token_of("private-dns-zone-link"), f"{cloud.zone}/virtualNetworkLinks/mys-dev-core-vnet-san")
    cloud.world.add_fault(Fault("subnet-in-use", "delete"))
    with pytest.raises(ProviderError, match=r"InUseSubnetCannotBeDeleted.*serviceAssociationLinks"):
        cloud.delete(token_of("virtual-network"), network)
    cloud.delete(token_of("virtual-network"), network)
    assert cloud.world.get(network) is None, "the link of the server goes after a while"
