"""Zones, replicas and room to grow, where the region and the tier have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.facts.regions import REGIONS
from components.facts.vm_sizes import VM_SIZES
from policies.conditions import at_least, by_kind, either, every, in_zones, items, on, one_of, present, that, where
from policies.model import Rule, Severity
from policies.pools import POOLS, system_pools
from policies.values import MISSING, UNKNOWN, Resource

SYSTEM_VCPUS = 4


def _zones(path: str) -> Any:
    """The zones at ``path`` are all that the region has."""

    def check(resource: Resource) -> Iterator[Any]:
        location = resource.value("location")
        wanted = REGIONS[location].zones if location in REGIONS else ()
        for found_at, found in resource.find(path):
            if found is UNKNOWN:
                yield UNKNOWN
            elif found is MISSING or not set(wanted) <= {str(zone) for zone in found}:
                yield f"{found_at}: {found}"

    return check


def _nodes(resource: Resource) -> Iterator[Any]:
    """As the plan's rule: a node in every zone for pools that all services need, two nodes for the others."""
    if resource.kind == "agent-pool":
        yield from at_least("minCount", 3 if resource.value("agentPoolName") == "services" else 2)(resource)
    else:
        yield from at_least(f"{POOLS}.minCount", 3)(system_pools(resource))


def _system_size(resource: Resource) -> Iterator[Any]:
    for found_at, size in system_pools(resource).find(f"{POOLS}.vmSize"):
        if size in VM_SIZES and VM_SIZES[size].vcpus < SYSTEM_VCPUS:
            yield f"{found_at}: {size}, {VM_SIZES[size].vcpus} vCPUs"


def _cosmos_zones(resource: Resource) -> Iterator[Any]:
    """A serverless account has no zones of its own (APRL leaves it out)."""
    names = [name for _, name in resource.find("capabilities[].name")]
    if "EnableServerless" in names:
        return
    for found_at, location in resource.find("locations[]"):
        name = location.get("locationName") if isinstance(location, Mapping) else None
        redundant = location.get("isZoneRedundant") if isinstance(location, Mapping) else None
        if name in REGIONS and REGIONS[str(name)].zones and redundant is not True:
            yield f"{found_at}.isZoneRedundant: {redundant} in {name}"


def _failover(resource: Resource) -> Iterator[Any]:
    locations = resource.value("locations")
    if isinstance(locations, list) and len(locations) > 1:
        yield from on("enableAutomaticFailover")(resource)


def _replicated(resource: Resource, others: Sequence[Resource]) -> Iterator[Any]:
    if not any(
        other.kind == "registry-replication" and resource.urn in other.refers.get("registryName", ())
        for other in others
    ):
        yield "no replication"


RULES = (
    Rule(
        key="postgresql-high-availability",
        planned=True,
        severity=Severity.HIGH,
        demands="PostgreSQL has a standby in another zone",
        risk="When its zone fails, every service waits for a restore.",
        fix="Set postgresql.high_availability zone-redundant.",
        kinds=("postgresql-server",),
        check=in_zones(one_of("highAvailability.mode", "ZoneRedundant")),
        answers=("AZR-000434", "ca87914f", "MCSB BR-1"),
    ),
    Rule(
        key="postgresql-maintenance",
        severity=Severity.LOW,
        demands="PostgreSQL is maintained when nobody works",
        risk="Azure restarts the server in the middle of a day.",
        fix="Set maintenanceWindow.customWindow Enabled.",
        kinds=("postgresql-server",),
        check=one_of("maintenanceWindow.customWindow", "Enabled"),
        answers=("AZR-000433", "b2bad57d"),
    ),
    Rule(
        key="postgresql-auto-grow",
        severity=Severity.HIGH,
        demands="the disk of PostgreSQL grows before it is full",
        risk="A full disk makes the server read-only.",
        fix="Set storage.autoGrow Enabled.",
        kinds=("postgresql-server",),
        check=one_of("storage.autoGrow", "Enabled"),
        answers=("6293a3cc",),
    ),
    Rule(
        key="redis-replica",
        planned=True,
        severity=Severity.MEDIUM,
        demands="every Redis has a replica",
        risk="When its one node fails, sessions and queues are gone.",
        fix="Set redis.high_availability on.",
        kinds=("redis",),
        check=one_of("highAvailability", "Enabled"),
        answers=("AZR-000162", "CKV_AZURE_230"),
    ),
    Rule(
        key="redis-persistence",
        planned=True,
        severity=Severity.MEDIUM,
        demands="what Redis holds survives the loss of all its nodes",
        risk="Queued work is lost.",
        fix="Set redis.persistence.",
        kinds=("redis-database",),
        check=either(on("persistence.aofEnabled"), on("persistence.rdbEnabled")),
        answers=("MCSB BR-1",),
    ),
    Rule(
        key="cosmos-regions",
        planned=True,
        severity=Severity.MEDIUM,
        demands="documents have a copy in a second region",
        risk="When the region is lost, so are the documents since the last backup.",
        fix="Set cosmos.replicate on.",
        kinds=("cosmos-account",),
        check=items("locations", 2),
        answers=("43663217", "MCSB BR-1"),
    ),
    Rule(
        key="cosmos-zones",
        severity=Severity.MEDIUM,
        demands="Cosmos DB is in every zone of its regions",
        risk="A failed zone takes the documents with it.",
        fix="Set isZoneRedundant of each location.",
        kinds=("cosmos-account",),
        check=_cosmos_zones,
        answers=("AZR-000502", "921631f6"),
    ),
    Rule(
        key="cosmos-failover",
        severity=Severity.MEDIUM,
        demands="a second region takes the writes over by itself",
        risk="Writes wait until a person fails over.",
        fix="Set enableAutomaticFailover.",
        kinds=("cosmos-account",),
        check=_failover,
        answers=("9cabded7",),
    ),
    Rule(
        key="storage-redundancy",
        planned=True,
        severity=Severity.MEDIUM,
        demands="blobs are kept in several zones or regions",
        risk="One data centre may lose them.",
        fix="Take a SKU with ZRS, GRS or GZRS.",
        kinds=("storage-account",),
        check=that("sku.name", lambda sku: any(part in str(sku) for part in ("ZRS", "GRS"))),
        answers=("AZR-000195", "CKV_AZURE_206", "e6c7e1cc", "MCSB BR-1"),
    ),
    Rule(
        key="service-bus-zones",
        planned=True,
        severity=Severity.MEDIUM,
        demands="Service Bus is in every zone of the region",
        risk="A failed zone stops every event.",
        fix="Leave service_bus.zone_redundant on.",
        kinds=("service-bus-namespace",),
        check=in_zones(where(one_of("sku.tier", "Premium"), on("zoneRedundant"))),
        answers=("20057905",),
    ),
    Rule(
        key="search-replicas",
        planned=True,
        severity=Severity.MEDIUM,
        demands="search has three replicas, from which on reads and writes have an availability agreement",
        risk="Queries and writes stop while the one replica is updated.",
        fix="Set search.replicas 3.",
        kinds=("search-service",),
        check=at_least("replicaCount", 3),
        answers=("AZR-000173", "AZR-000174", "CKV_AZURE_208", "CKV_AZURE_209", "b376281d"),
    ),
    Rule(
        key="search-tier",
        severity=Severity.MEDIUM,
        demands="search has a tier with resources of its own",
        risk="The free tier shares machines, has no replicas and can be deleted when it is idle.",
        fix="Set search.sku basic or larger.",
        kinds=("search-service",),
        check=that("sku.name", lambda sku: sku != "free"),
        answers=("AZR-000172",),
    ),
    Rule(
        key="hosting-zones",
        planned=True,
        lasting=True,
        severity=Severity.MEDIUM,
        demands="instances are spread over availability zones",
        risk="A failed zone stops the API.",
        fix="Set hosting.app.zone_redundant on, with two instances or more.",
        kinds=("app-service-plan",),
        check=every(on("zoneRedundant"), at_least("sku.capacity", 2)),
        answers=(
            "AZR-000071",
            "AZR-000442",
            "CKV_AZURE_212",
            "CKV_AZURE_225",
            "88cb90c2",
            "855ca19a",
        ),
    ),
    Rule(
        key="aks-tier",
        planned=True,
        severity=Severity.HIGH,
        demands="the API server has an uptime agreement",
        risk="Nothing can be deployed or healed while the API server is away, and nobody owes anything.",
        fix="Set aks.tier Standard.",
        kinds=("kubernetes-cluster",),
        check=one_of("sku.tier", "Standard", "Premium"),
        answers=("AZR-000285", "CKV_AZURE_170", "0611251f"),
    ),
    Rule(
        key="aks-zones",
        planned=True,
        lasting=True,
        severity=Severity.HIGH,
        demands="the system and services pools have a node in every zone of the region, all others two nodes",
        risk="A failed zone, or an upgrade, stops what runs on the one node.",
        fix="Raise the pool's minimum.",
        kinds=("kubernetes-cluster", "agent-pool"),
        check=_nodes,
        answers=("AZR-000024", "AZR-000412", "7f7ae535", "005ccbbd"),
    ),
    Rule(
        key="aks-pool-zones",
        severity=Severity.HIGH,
        demands="pools use every zone of the region",
        risk="A failed zone stops every pod.",
        fix="Set availabilityZones.",
        kinds=("kubernetes-cluster", "agent-pool"),
        check=by_kind(
            kubernetes_cluster=in_zones(_zones(f"{POOLS}.availabilityZones")),
            agent_pool=present("availabilityZones"),
        ),
        answers=("AZR-000021", "4f63619f"),
    ),
    Rule(
        key="aks-system-pool-size",
        planned=True,
        lasting=True,
        severity=Severity.LOW,
        demands="the machines of the system pool have 4 vCPUs or more",
        risk="What Azure puts on small machines leaves no room for anything else.",
        fix="Take a larger vm_size for the system pool.",
        kinds=("kubernetes-cluster",),
        check=_system_size,
    ),
    Rule(
        key="registry-zones",
        severity=Severity.MEDIUM,
        demands="the registry is in every zone, and so are its copies",
        risk="No image is pulled while the zone is away.",
        fix="Set zoneRedundancy Enabled.",
        kinds=("container-registry", "registry-replication"),
        check=in_zones(one_of("zoneRedundancy", "Enabled")),
        answers=("CKV_AZURE_233",),
    ),
    Rule(
        key="registry-tier",
        severity=Severity.MEDIUM,
        demands="the registry has the tier with zones, copies and private endpoints",
        risk="A smaller tier has one zone, one region and no private way in.",
        fix="Set registry.sku Premium.",
        kinds=("container-registry",),
        check=one_of("sku.name", "Premium"),
        answers=("AZR-000006", "eb005943"),
    ),
    Rule(
        key="registry-copy",
        severity=Severity.MEDIUM,
        demands="images have a copy in a second region",
        risk="When the region is lost, no image can be pulled elsewhere.",
        fix="Register a replication.",
        kinds=("container-registry",),
        among=_replicated,
        answers=("AZR-000004", "CKV_AZURE_165", "36ea6c09"),
    ),
)
