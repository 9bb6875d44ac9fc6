"""What Azure refuses about PostgreSQL servers and what is below them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.facts.config_secrets import CONFIG_SECRETS
from offline.azure.errors import ArmError
from offline.azure.provider import AzureProvider
from offline.engine.secrets import missing_secrets
from offline.rpc.protocol import Created
from offline.world.store import World
from tests.harness.compose import schema

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
GROUP = "mys-dev-core-rg-san"
REGION = "southafricanorth"
PREFIX = "azure-native:dbforpostgresql:"
SERVER = PREFIX + "Server"
NAME = "mys-dev-core-pg-san"
FLEXIBLE = "Microsoft.DBforPostgreSQL/flexibleServers"
ZONE = "mys-dev-core.private.postgres.database.azure.com"

GENERAL = {"name": "Standard_D4ds_v5", "tier": "GeneralPurpose"}
BURSTABLE = {"name": "Standard_B1ms", "tier": "Burstable"}
ENTRA = {"activeDirectoryAuth": "Enabled", "passwordAuth": "Disabled", "tenantId": "t"}
BOTH = {**ENTRA, "passwordAuth": "Enabled"}
LOGIN = {"administratorLogin": "mystira_admin", "administratorLoginPassword": "Not-a-real-1"}


class Cloud:
    """A provider on a world with a network and a linked zone, and short words for what the tests make."""

    def __init__(self, path: Path) -> None:
        self.world = World(path / "cloud.db")
        self.azure = AzureProvider(self.world, schema(), "3.29.0")
        self.azure.configure({"subscriptionId": SUBSCRIPTION, "tenantId": "t"})
        self.make("azure-native:resources:ResourceGroup", location=REGION)
        self.subnets = self.network()
        self.zone = self.make("azure-native:privatedns:PrivateZone", privateZoneName=ZONE, location="global").id
        self.link(ZONE)

    def make(self, token: str, **inputs: Any) -> Created:
        inputs.setdefault("resourceGroupName", GROUP)
        return self.azure.create("urn", token, inputs, preview=False, timeout=0)

    def network(self, name: str = "mys-dev-core-vnet-san", location: str = REGION) -> str:
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
            "azure-native:network:VirtualNetwork",
            virtualNetworkName=name,
            location=location,
            addressSpace={"addressPrefixes": ["10.0.0.0/16"]},
            subnets=subnets,
        )
        return f"{made.id}/subnets/"

    def link(self, zone: str) -> None:
        self.make(
            "azure-native:privatedns:VirtualNetworkLink",
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
            "resourceGroupName": GROUP,
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
        return self.azure.create("urn", SERVER, self.inputs(**changes), preview=False, timeout=0)

    def replica(self, source: str, name: str = "mys-dev-corereplica1-pg-san", **changes: Any) -> Created:
        none = dict.fromkeys(("version", "backup", "highAvailability", "authConfig", "availabilityZone"))
        return self.server(
            **{**none, "serverName": name, "createMode": "Replica", "sourceServerResourceId": source, **changes}
        )

    def child(self, kind: str, **inputs: Any) -> Created:
        return self.make(PREFIX + kind, **{"serverName": NAME, **inputs})

    def update(self, made: Created, **changes: Any) -> dict[str, Any]:
        news = self.inputs(**changes)
        return self.azure.update("urn", SERVER, made.id, {}, news, preview=False, timeout=0, ignore_changes=[])


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path)


def refusal(code: str, call: Any, *args: Any, **inputs: Any) -> ArmError:
    with pytest.raises(ArmError) as caught:
        call(*args, **inputs)
    assert caught.value.code == code, str(caught.value)
    assert "advice:" in str(caught.value)
    return caught.value


def test_a_server_answers_with_its_name_and_never_with_its_password(cloud: Cloud) -> None:
    made = cloud.server(authConfig=BOTH, **LOGIN)
    assert made.properties["fullyQualifiedDomainName"] == f"{NAME}.postgres.database.azure.com"
    assert (made.properties["version"], made.properties["replicationRole"]) == ("17", "Primary")
    assert made.properties["administratorLogin"] == "mystira_admin"
    found = cloud.world.get(made.id)
    assert found is not None
    assert "Not-a-real-1" not in str(found.body)


def test_a_name_that_somebody_has(cloud: Cloud) -> None:
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
        ("MissingRequiredParameter", {"authConfig": BOTH}),
        ("MissingRequiredParameter", {"authConfig": BOTH, "administratorLogin": "mystira_admin"}),
        ("InvalidParameterValue", {"authConfig": BOTH, **LOGIN, "administratorLogin": "azure_superuser"}),
        ("InvalidParameterValue", {"authConfig": BOTH, **LOGIN, "administratorLoginPassword": "Short1!"}),
        ("InvalidParameterValue", {"authConfig": BOTH, **LOGIN, "administratorLoginPassword": "Mystira_Admin1"}),
    ],
)
def test_what_a_server_must_not_be(cloud: Cloud, code: str, changes: dict[str, Any]) -> None:
    error = refusal(code, cloud.server, **changes)
    assert str(changes.get("administratorLoginPassword", "nothing")) not in str(error)


def test_a_region_without_zones_or_pair(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = {"network": None, "availabilityZone": None}
    west = {**plain, "location": "southafricawest"}
    refusal("AvailabilityZoneNotAvailable", cloud.server, **west, highAvailability={"mode": "ZoneRedundant"})
    monkeypatch.setattr("offline.azure.postgresql.GEO_BACKUP_REGIONS", frozenset())
    refusal("InvalidParameterValue", cloud.server, **plain, backup={"geoRedundantBackup": "Enabled"})
    assert cloud.server(**west, highAvailability={"mode": "SameZone"}).id


def test_the_network_must_fit(cloud: Cloud) -> None:
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
    far = cloud.network("mys-dev-corefar-vnet-euw", "westeurope")
    refusal("InvalidParameterValue", cloud.server, network={**good, "delegatedSubnetResourceId": far + "postgresql"})


def test_the_zone_must_be_linked_and_well_named(cloud: Cloud) -> None:
    good = cloud.inputs()["network"]

    def zone(name: str) -> dict[str, Any]:
        made = cloud.make("azure-native:privatedns:PrivateZone", privateZoneName=name, location="global")
        return {**good, "privateDnsZoneArmResourceId": made.id}

    unlinked = zone("mys-dev-other.private.postgres.database.azure.com")
    assert "link the zone to the network first" in str(refusal("InvalidParameterValue", cloud.server, network=unlinked))
    own = zone(f"{NAME}.postgres.database.azure.com")
    error = refusal("PrivateDnsZoneNameNotValid", cloud.server, network=own)
    assert "It can not be server name plus zone suffix." in str(error)
    refusal("PrivateDnsZoneNameNotValid", cloud.server, network=zone("example.org"))
    cloud.link("mys-dev-other.private.postgres.database.azure.com")
    assert cloud.server(network=unlinked).id


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("InvalidParameterValue", {"storage": {"storageSizeGB": 64}}),
        ("InvalidParameterValue", {"backup": {"backupRetentionDays": 7, "geoRedundantBackup": "Enabled"}}),
        ("InvalidParameterValue", {"availabilityZone": "2"}),
        ("InvalidParameterValue", {"version": "16"}),
        ("PropertyChangeNotAllowed", {"administratorLogin": "somebody", "authConfig": BOTH}),
        ("PropertyChangeNotAllowed", {"createMode": "Update"}),
        ("PropertyChangeNotAllowed", {"network": {"publicNetworkAccess": "Enabled"}}),
    ],
)
def test_what_a_server_keeps(cloud: Cloud, code: str, changes: dict[str, Any]) -> None:
    made = cloud.server(authConfig=BOTH, **LOGIN)
    refusal(code, cloud.update, made, **changes)


def test_what_a_server_lets_go(cloud: Cloud) -> None:
    made = cloud.server(authConfig=BOTH, **LOGIN, version="16")
    larger = cloud.update(
        made,
        version="17",
        storage={"storageSizeGB": 256, "autoGrow": "Enabled"},
        sku=GENERAL | {"name": "Standard_D8ds_v5"},
        backup={"backupRetentionDays": 35, "geoRedundantBackup": "Disabled"},
        highAvailability=HA,
    )
    assert (larger["version"], larger["storage"]["storageSizeGB"]) == ("17", 256)
    # Passwords are switched off: the login stays, and cannot come back under another name.
    assert larger["administratorLogin"] == "mystira_admin"
    refusal("PropertyChangeNotAllowed", cloud.update, made, authConfig=BOTH, **LOGIN | {"administratorLogin": "other"})


def test_replicas(cloud: Cloud) -> None:
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


def test_a_burstable_server_has_no_replicas(cloud: Cloud) -> None:
    source = cloud.server(sku=BURSTABLE)
    refusal("ReadReplicaNotSupportedForBurstableSku", cloud.replica, source.id)


def test_parameters(cloud: Cloud) -> None:
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


def test_a_burstable_server_has_no_pgbouncer(cloud: Cloud) -> None:
    cloud.server(sku=BURSTABLE)
    refusal("ConfigurationNotExists", cloud.child, "Configuration", configurationName="pgbouncer.enabled", value="true")


def test_entra_administrators_need_entra_logins(cloud: Cloud) -> None:
    made = cloud.server(authConfig={"activeDirectoryAuth": "Disabled", "passwordAuth": "Enabled"}, **LOGIN)
    team = {
        "objectId": "00000000-0000-4000-8000-00000000a001",
        "principalName": "team",
        "principalType": "group",
        "tenantId": "t",
    }
    refusal("AadAuthNotEnabled", cloud.child, "AdministratorsMicrosoftEntra", **team)
    cloud.update(made, authConfig=BOTH)
    assert cloud.child("AdministratorsMicrosoftEntra", **team).id


def test_two_children_at_once_meet_a_busy_server(cloud: Cloud) -> None:
    cloud.server()
    codes: list[str] = []
    barrier = threading.Barrier(2)

    def make(name: str) -> None:
        barrier.wait()
        try:
            cloud.child("Configuration", configurationName=name, value="on")
        except ArmError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=make, args=(name,)) for name in ("log_lock_waits", "log_checkpoints")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert codes == ["ServerIsBusy"]


def test_a_subnet_with_a_server_stays(cloud: Cloud) -> None:
    made = cloud.server()
    network = cloud.subnets.removesuffix("/subnets/")
    with pytest.raises(ArmError, match="InUseSubnetCannotBeDeleted"):
        cloud.azure.delete("urn", "azure-native:network:VirtualNetwork", network, {}, timeout=0)
    cloud.azure.delete("urn", SERVER, made.id, {}, timeout=0)
    assert cloud.world.get(made.id) is None


# the secrets of the offline world


def stack_file(folder: Path, config: dict[str, Any]) -> Path:
    (folder / "mystira" / "stacks").mkdir(parents=True)
    (folder / "mystira" / "stacks" / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": config}))
    return folder / "mystira"


def test_a_secret_is_drawn_where_the_settings_call_for_it(tmp_path: Path) -> None:
    shadow = stack_file(tmp_path, {"mystira:local_auth": "on"})
    first, second = (missing_secrets(shadow, "dev") for _ in range(2))
    assert list(first) == ["mystira:postgresqlPassword"]
    assert CONFIG_SECRETS[0].good(first["mystira:postgresqlPassword"])
    assert first != second
    assert missing_secrets(shadow, "prod") == {}


@pytest.mark.parametrize(
    "config",
    [{"mystira:local_auth": "off"}, {"mystira:local_auth": "on", "mystira:postgresqlPassword": {"secure": "v1:x"}}],
)
def test_no_secret_is_drawn_otherwise(tmp_path: Path, config: dict[str, Any]) -> None:
    assert missing_secrets(stack_file(tmp_path, config), "dev") == {}
