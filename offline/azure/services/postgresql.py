"""Microsoft.DBforPostgreSQL: flexible servers, their parameters and administrators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.facts.regions import REGIONS
from components.postgresql.facts import (
    BACKUP,
    BACKUP_DAYS,
    BURSTABLE,
    DELEGATION,
    ENTRA,
    GEO_BACKUP_REGIONS,
    MAXIMUM_REPLICAS,
    NETWORK,
    PARAMETERS,
    PASSWORD_LENGTHS,
    POOLER,
    POOLING,
    REPLICAS,
    RESERVED_LOGINS,
    SKUS,
    STORAGE,
    STORAGE_GIB,
)
from offline.azure.behaviour import Behaviour, Request, at, completed, kept
from offline.azure.errors import ArmError
from offline.azure.ranges import ipv4, prefixes_of
from offline.azure.rules import holder_of
from offline.azure.versions import offered
from offline.rpc.protocol import Properties

PREFIX = "azure-native:dbforpostgresql:"
SERVER = PREFIX + "Server"
LINK = "azure-native:privatedns:VirtualNetworkLink"
LONGEST_PREFIX = 28
"""The prefix of the smallest subnet for a server (NETWORK)."""
SUFFIX = ".postgres.database.azure.com"

REPLICA = "Replica"
MINOR = "7"

TIERS: Mapping[int, tuple[str, int]] = {
    32: ("P4", 120),
    64: ("P6", 240),
    128: ("P10", 500),
    256: ("P15", 1100),
    512: ("P20", 2300),
    1024: ("P30", 5000),
    2048: ("P40", 7500),
    4095: ("P50", 7500),
    4096: ("P50", 7500),
    8192: ("P60", 16000),
    16384: ("P70", 18000),
    32767: ("P80", 20000),
}
"""GiB of a disk → its tier and operations a second (STORAGE). They grow with the disk (Altinn/dialogporten#4127)."""

SYSTEM_WINDOW: Mapping[str, str | int] = {"customWindow": "Disabled", "dayOfWeek": 0, "startHour": 0, "startMinute": 0}
"""The maintenance window that Azure manages itself."""

STORAGE_SERVICE = "Microsoft.Storage"
INACCESSIBLE = "AadAuthOperationCannotBePerformedWhenServerIsNotAccessible"


def _invalid(parameter: str, seen: object, advice: str) -> ArmError:
    """The service's refusal of most values (pulumi/pulumi-azure-native #898 shows code and message)."""
    message = f"Invalid value given for parameter {parameter}. Specify a valid parameter value."
    return ArmError("InvalidParameterValue", message, f"seen: {seen}; {advice}")


class Server(Behaviour):
    immutable: ClassVar[Mapping[str, str]] = {
        "administratorLogin": "Microsoft: Servers - Update (once set it cannot be changed)",
        "createMode": "Microsoft: Servers - Create",
        "network": NETWORK,
        "sourceServerResourceId": REPLICAS,
    }
    taken = ("ServerNameAlreadyExists", "Specified server name is already used.", 409)
    fills_in: ClassVar[Properties] = {
        "authConfig": {"activeDirectoryAuth": "Disabled", "passwordAuth": "Enabled"},
        "backup": {"backupRetentionDays": 7, "geoRedundantBackup": "Disabled"},
        "dataEncryption": {"type": "SystemManaged"},
        "network": {"publicNetworkAccess": "Enabled"},
        "privateEndpointConnections": [],
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        yield from _size(request)
        yield from _availability(request)
        yield from _backup(request)
        yield from _network(request)
        if request.inputs.get("createMode") == REPLICA:
            yield from _replica(request)
        else:
            yield from _version(request)
            yield from _logins(request)
        if request.old is not None:
            yield from _changes(request, request.old.body)

    def computed(self, request: Request) -> Properties:
        replica = request.inputs.get("createMode") == REPLICA
        source = request.cloud.get(str(request.inputs.get("sourceServerResourceId"))) if replica else None
        login = request.inputs.get("administratorLogin") or (
            request.old.body.get("administratorLogin") if request.old else None
        )
        version = str(request.inputs.get("version") or (source.body["version"] if source else ""))
        return {
            # An update may leave out how the server was created: Azure remembers.
            "createMode": request.inputs.get("createMode")
            or (request.old.body.get("createMode") if request.old else None),
            # Azure never returns the password.
            "administratorLoginPassword": None,
            "availabilityZone": _zone_of(request),
            "highAvailability": _standby(request),
            "maintenanceWindow": _window(request),
            "storage": _storage(request),
            "replica": {
                "role": "AsyncReplica" if replica else "Primary",
                "capacity": 0 if replica else MAXIMUM_REPLICAS,
            },
            "administratorLogin": login,
            "fullyQualifiedDomainName": f"{request.name}{SUFFIX}",
            "minorVersion": MINOR,
            "version": version,
            "state": "Ready",
            "replicationRole": "AsyncReplica" if replica else "Primary",
            "replicaCapacity": 0 if replica else MAXIMUM_REPLICAS,
        }

    def written(self, request: Request, body: Properties) -> None:
        """Azure gives the server's subnet the way to storage accounts on which the server archives its log.

        Three public repositories work around the difference (``ignore_changes = [service_endpoints]``); NETWORK.
        """
        subnet_id = str(at(body, "network", "delegatedSubnetResourceId") or "")
        network = request.cloud.get(subnet_id.rpartition("/subnets/")[0])
        if network is None:
            return
        endpoint = {"service": STORAGE_SERVICE, "locations": [body["location"]], "provisioningState": "Succeeded"}
        subnets = []
        for subnet in network.body.get("subnets") or []:
            endpoints = subnet.get("serviceEndpoints") or []
            lacks = all(each.get("service") != STORAGE_SERVICE for each in endpoints)
            here = subnet["id"].lower() == subnet_id.lower()
            subnets.append({**subnet, "serviceEndpoints": [*endpoints, endpoint]} if here and lacks else subnet)
        request.cloud.put(network.id, network.token, {**network.body, "subnets": subnets})


def _zones(request: Request) -> tuple[str, ...]:
    region = REGIONS.get(str(request.inputs.get("location")).lower())
    return region.zones if region else ("1", "2", "3")


def _zone_of(request: Request) -> str | None:
    """The zone that was asked for, or the one that Azure chose: it differs from region to region."""
    chosen = _zones(request)[0] if _zones(request) else None
    return request.inputs.get("availabilityZone") or kept(request, "availabilityZone", chosen)


def _standby(request: Request) -> Properties:
    found = completed(request.inputs.get("highAvailability") or {}, {"mode": "Disabled"})
    if found["mode"] == "Disabled":
        return {**found, "state": "NotEnabled"}
    own = _zone_of(request)
    other = next((each for each in _zones(request) if each != own), own) if found["mode"] == "ZoneRedundant" else own
    zone = at(kept(request, "highAvailability", {}), "standbyAvailabilityZone") or other
    return completed({**found, "state": "Healthy"}, {"standbyAvailabilityZone": zone})


def _window(request: Request) -> Properties:
    """A create ignores the window that it is sent: the specification takes it with updates only (x-ms-mutability)."""
    before = kept(request, "maintenanceWindow", SYSTEM_WINDOW)
    sent = request.inputs.get("maintenanceWindow") if request.old else None
    if not sent:
        return {**before}
    return {**SYSTEM_WINDOW, **sent, "customWindow": str(sent.get("customWindow", "Disabled")).capitalize()}


def _storage(request: Request) -> Properties:
    sent: Properties = request.inputs.get("storage") or {}
    tier, operations = TIERS.get(int(sent.get("storageSizeGB") or 0), (None, None))
    return completed(sent, {"autoGrow": "Disabled", "iops": operations, "tier": tier, "type": ""})


def _size(request: Request) -> Iterator[ArmError]:
    name, tier = at(request.inputs, "sku", "name"), at(request.inputs, "sku", "tier")
    if name not in SKUS.get(str(tier), ()):
        advice = f"a size of {tier}, for example {SKUS[tier][0]}" if tier in SKUS else f"a tier: {', '.join(SKUS)}"
        yield _invalid("sku", f"{name}, {tier}", advice)
    size = at(request.inputs, "storage", "storageSizeGB")
    if size is not None and size not in STORAGE_GIB:
        yield _invalid("storageSizeGB", size, f"one of {', '.join(map(str, STORAGE_GIB))} ({STORAGE})")
    before = at(request.old.body, "storage", "storageSizeGB") if request.old else None
    if before is not None and size is not None and size < before:
        message = f"Requested data Disk size '{size * 1024}' cannot be less than current size '{before * 1024}'."
        advice = "the disk has grown: pulumi refresh takes its size over (Altinn/dialogporten#4127)"
        yield ArmError("UpsertServerManagementOperationDowngradeDiskSizeUnsupported", message, advice)


def _availability(request: Request) -> Iterator[ArmError]:
    mode = at(request.inputs, "highAvailability", "mode") or "Disabled"
    zone, standby = (
        request.inputs.get("availabilityZone"),
        at(request.inputs, "highAvailability", "standbyAvailabilityZone"),
    )
    zones = _zones(request)
    if mode != "Disabled" and at(request.inputs, "sku", "tier") == BURSTABLE:
        message = "High availability not supported for burstable server."
        yield ArmError("HANotSupportedForBurstableSkuWithMoreInfo", message, "choose another tier, or no standby")
    if (mode == "ZoneRedundant" and not zones) or any(each and each not in zones for each in (zone, standby)):
        message = (
            "Specified availability zone is not supported in this region. Please choose a different availability zone."
        )
        yield ArmError("AvailabilityZoneNotAvailable", message, f"one of {', '.join(zones) or 'none'}")
    if mode == "ZoneRedundant" and zone and zone == standby:
        yield _invalid("standbyAvailabilityZone", standby, "a zone other than the server's")


def _backup(request: Request) -> Iterator[ArmError]:
    days = at(request.inputs, "backup", "backupRetentionDays")
    geo = at(request.inputs, "backup", "geoRedundantBackup") == "Enabled"
    if days is not None and days not in BACKUP_DAYS:
        yield _invalid("backupRetentionDays", days, f"{BACKUP_DAYS[0]} to {BACKUP_DAYS[-1]} ({BACKUP})")
    if geo and str(request.inputs.get("location")).lower() not in GEO_BACKUP_REGIONS:
        yield _invalid("geoRedundantBackup", "Enabled", f"the region has no pair ({BACKUP})")


def _network(request: Request) -> Iterator[ArmError]:
    network = request.inputs.get("network") or {}
    subnet_id, zone_id = network.get("delegatedSubnetResourceId"), network.get("privateDnsZoneArmResourceId")
    if not subnet_id:
        return
    if network.get("publicNetworkAccess") != "Disabled":
        message = (
            "Conflicting configuration is detected between Public Network Access and Virtual Network arguments. Public "
            "Network Access is not supported along with Virtual Network feature."
        )
        code = "ConflictingPublicNetworkAccessAndVirtualNetworkConfiguration"
        yield ArmError(code, message, "set publicNetworkAccess to Disabled (terraform-provider-azurerm #26098)")
    if not zone_id:
        message = (
            "The provided Private DNS zone ARM resource ID should not be empty for servers with Virtual Network access."
        )
        yield ArmError("EmptyPrivateDnsZoneArmResourceId", message, f"set privateDnsZoneArmResourceId ({NETWORK})")
        return
    yield from _subnet(request, str(subnet_id))
    yield from _zone(request, str(zone_id), str(subnet_id).rpartition("/subnets/")[0])


def _subnet(request: Request, subnet_id: str) -> Iterator[ArmError]:
    holder = holder_of(request, subnet_id)
    name = subnet_id.rpartition("/")[2]
    subnets = (holder.body.get("subnets") or []) if holder else []
    subnet = next((each for each in subnets if each["id"].lower() == subnet_id.lower()), {})
    delegations = [each.get("serviceName") for each in subnet.get("delegations") or []]
    if DELEGATION not in delegations:
        message = f"The subnet name as {name} is missing required delegations {DELEGATION}"
        advice = f"delegate the subnet to flexible servers, and to nothing else ({NETWORK})"
        yield ArmError("OperationFailed", message, advice)
    elif all(each.prefixlen > LONGEST_PREFIX for each in ipv4(prefixes_of(subnet))):
        seen = ", ".join(prefixes_of(subnet))
        yield _invalid("delegatedSubnetResourceId", seen, f"/{LONGEST_PREFIX} ({NETWORK})")
    if holder is not None and holder.body.get("location") != request.inputs.get("location"):
        yield _invalid("delegatedSubnetResourceId", holder.body.get("location"), f"a network in the region ({NETWORK})")


def _zone(request: Request, zone_id: str, network_id: str) -> Iterator[ArmError]:
    name = zone_id.rpartition("/")[2].lower()
    own = f"{request.name}{SUFFIX}".lower()
    if not name.endswith(SUFFIX) or name == own:
        why = "It can not be server name plus zone suffix." if name == own else f"It must end with {SUFFIX}."
        message = f"The Private DNS Zone name provided [{name}] is not valid. {why}"
        advice = "use another first label, as in mys-dev-core.private… (terraform-provider-azurerm #24549)"
        yield ArmError("PrivateDnsZoneNameNotValid", message, advice)
    links = [each for each in request.cloud.below(zone_id) if each.token == LINK]
    if not any(str(at(each.body, "virtualNetwork", "id")).lower() == network_id.lower() for each in links):
        yield _invalid("privateDnsZoneArmResourceId", name, f"link the zone to the network first ({NETWORK})")


def _version(request: Request) -> Iterator[ArmError]:
    version = str(request.inputs.get("version"))
    if request.old is None and version not in offered("postgresql"):
        yield _invalid("version", version, f"one of {', '.join(offered('postgresql'))}")


def _logins(request: Request) -> Iterator[ArmError]:
    login, password = request.inputs.get("administratorLogin"), request.inputs.get("administratorLoginPassword")
    with_password = at(request.inputs, "authConfig", "passwordAuth") != "Disabled"
    before = request.old is not None and at(request.old.body, "authConfig", "passwordAuth") != "Disabled"
    if request.old is None and login and not password:
        message = "Parameter 'AdministratorLoginPassword' must be specified. This parameter cannot be NULL or empty."
        advice = "send the login with its password, or neither (MicrosoftLearning/mslearn-azure-ai #230)"
        yield ArmError("MissingRequiredParameter", message, advice)
        return
    if not with_password and at(request.inputs, "authConfig", "activeDirectoryAuth") != "Enabled":
        yield _invalid("authConfig", "no way to log in", f"Entra logins, passwords, or both ({ENTRA})")
    if not with_password or before:
        return
    if request.old is not None and not (login and password):
        message = (
            "The admin credentials are required for creating admin role while enabling Password Authentication and "
            "must be provided."
        )
        yield ArmError("EngineCredentialsNotProvided", message, "docs/runbooks/postgresql.md (azure-cli #29346)")
        return
    if not login:
        message = "Required parameter administratorLogin is missing (null)."
        yield ArmError("MissingRequiredParameter", message, "set it, or disable passwords")
    if login and (login.lower() in RESERVED_LOGINS or login.lower().startswith("pg_")):
        yield _invalid("administratorLogin", login, "another name")
    if password and (len(password) not in PASSWORD_LENGTHS or (login and login.lower() in password.lower())):
        allowed = f"{PASSWORD_LENGTHS[0]} to {PASSWORD_LENGTHS[-1]} characters without the login"
        yield _invalid("administratorLoginPassword", "(hidden)", allowed)


def _replica(request: Request) -> Iterator[ArmError]:
    source_id = str(request.inputs.get("sourceServerResourceId") or "")
    source = request.cloud.get(source_id)
    if source is None:
        yield _invalid("sourceServerResourceId", source_id or "nothing", f"the id of a server ({REPLICAS})")
        return
    if BURSTABLE in (at(source.body, "sku", "tier"), at(request.inputs, "sku", "tier")):
        message = "Read replica is not supported for Burstable Tier"
        yield ArmError("ReadReplicaNotSupportedForBurstableSku", message, f"another tier ({REPLICAS})")
    if source.body.get("createMode") == REPLICA:
        yield _invalid("sourceServerResourceId", source_id, f"a server that is not itself a replica ({REPLICAS})")
    if (at(request.inputs, "highAvailability", "mode") or "Disabled") != "Disabled":
        yield _invalid("highAvailability", "on a replica", f"only the primary has a standby ({REPLICAS})")
    if at(request.inputs, "backup", "geoRedundantBackup") == "Enabled":
        yield _invalid("geoRedundantBackup", "on a replica", f"only the primary is backed up ({REPLICAS})")
    size, needed = at(request.inputs, "storage", "storageSizeGB"), at(source.body, "storage", "storageSizeGB")
    if size is not None and needed is not None and size < needed:
        yield _invalid("storageSizeGB", size, f"{needed} or more, as the source ({REPLICAS})")
    others = [each for each in request.cloud.of_type(SERVER) if each.id.lower() != request.id.lower()]
    siblings = [each for each in others if str(each.body.get("sourceServerResourceId")).lower() == source_id.lower()]
    if len(siblings) >= MAXIMUM_REPLICAS:
        yield _invalid("sourceServerResourceId", f"{len(siblings)} replicas", f"at most {MAXIMUM_REPLICAS}")


def _changes(request: Request, before: Properties) -> Iterator[ArmError]:
    """What is fixed at creation, and what changes in one direction only."""
    old, new = (at(each, "backup", "geoRedundantBackup") for each in (before, request.inputs))
    if old is not None and new is not None and old != new:
        yield _invalid("geoRedundantBackup", new, f"fixed at creation ({BACKUP})")
    zone, other = before.get("availabilityZone"), request.inputs.get("availabilityZone")
    if zone and other and other != zone:
        yield _invalid("StandbyAvailabilityZone,availabilityZone", other, f"{zone}: only a failover moves a server")
    standby, wanted_standby = (
        at(each, "highAvailability", "standbyAvailabilityZone") for each in (before, request.inputs)
    )
    if standby and wanted_standby and wanted_standby != standby:
        advice = f"{standby}: only a failover moves a standby"
        yield _invalid("StandbyAvailabilityZone,availabilityZone", wanted_standby, advice)
    version, wanted = str(before.get("version")), str(request.inputs.get("version") or before.get("version"))
    if int(wanted) < int(version):
        yield _invalid("version", wanted, f"{version} or newer: there is no downgrade")


class Child(Behaviour):
    """A child of a server. A replica has only the children that it copies from its source."""

    def refusals(self, request: Request) -> Iterator[ArmError]:
        server = request.cloud.get(request.id.rsplit("/", 2)[0])
        if server is None:
            return
        if server.body.get("createMode") == REPLICA and request.row.key != "postgresql-configuration":
            advice = f"create it on the primary, which replicates it (azure-cli #24713; {REPLICAS})"
            yield _invalid("serverName", server.id.rpartition("/")[2], advice)
        yield from self.below(request, server.body)

    def below(self, request: Request, server: Properties) -> Iterator[ArmError]:
        """What the child's own type refuses."""
        return iter(())


class Configuration(Child):
    def below(self, request: Request, server: Properties) -> Iterator[ArmError]:
        known, value = PARAMETERS.get(request.name), str(request.inputs.get("value"))
        burstable = at(server, "sku", "tier") == BURSTABLE
        pooler = request.cloud.get(f"{request.id.rpartition('/')[0]}/{POOLER}")
        hidden = known is not None and known.pooled and at(pooler.body if pooler else {}, "value") != "true"
        if known is None or hidden or (burstable and request.name.startswith("pgbouncer.")):
            name = request.id.split("/")[-3]
            message = (
                f"The configuration '{request.name}' does not exist for {name} server version {server.get('version')}."
            )
            advice = "a parameter of components/postgresql/facts" if known is None else POOLING
            yield ArmError("ConfigurationNotExists", message, f"{advice} (azure-cli #31944)", status=404)
        elif known.read_only:
            yield ArmError("OperationFailed", "{0}", f"{request.name} is read-only (pulumi-azure-native #898)")
        elif not known.allows(value):
            yield _invalid("configurationValue", value, known.allowed)

    def computed(self, request: Request) -> Properties:
        known = PARAMETERS[request.name]
        return {
            "allowedValues": known.allowed_values,
            "dataType": known.data_type,
            "isConfigPendingRestart": not known.dynamic,
            "isDynamicConfig": known.dynamic,
            "isReadOnly": known.read_only,
        }


class Administrator(Child):
    def below(self, request: Request, server: Properties) -> Iterator[ArmError]:
        if server.get("state") != "Ready":
            message = (
                f"Server '{request.id.split('/')[-3]}' is not in an accessible state to perform a Microsoft Entra "
                "authentication principal operation"
            )
            yield ArmError(INACCESSIBLE, message, "try again when the server is ready")
        if at(server, "authConfig", "activeDirectoryAuth") != "Enabled":
            message = "Microsoft Entra authentication is not enabled on the server."
            yield ArmError("AadAuthNotEnabled", message, f"set activeDirectoryAuth to Enabled ({ENTRA}; estate B10)")

    def computed(self, request: Request) -> Properties:
        # Azure returns the principal's name where other types return the last part of their id.
        return {"name": request.inputs.get("principalName"), "objectId": request.name}


BEHAVIOURS: Mapping[str, Behaviour] = {
    SERVER: Server(),
    PREFIX + "Configuration": Configuration(),
    PREFIX + "AdministratorsMicrosoftEntra": Administrator(),
}
