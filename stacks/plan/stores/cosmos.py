"""Cosmos DB: what becomes of the settings, and who may read and write documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from components.facts.regions import REGIONS
from components.naming import Names, role_assignment_name
from components.problems import Problem
from stacks.catalogue import Catalogue
from stacks.catalogue.names import CORE
from stacks.catalogue.needs import Documents, Need
from stacks.plan.stores.base import Store
from stacks.plan.stores.doors import Target, offices, private
from stacks.settings import EnvironmentSettings
from stacks.settings.cosmos import Cosmos, DocumentContainer
from stacks.settings.loading import file_name

CONNECTION_STRING = "cosmos/connection-string"
PUBLIC_ACCESS = "cosmos-public-access"
SERVERLESS = "Microsoft: Azure Cosmos DB serverless account type"
AUTOSCALE = "Microsoft: Azure Cosmos DB service quotas (autoscale)"
RU_STEP, RU_MAXIMUM = 1000, 1000000
SHARED_CONTAINERS = 25
"""Containers that may share the throughput of a database (Microsoft: Azure Cosmos DB service quotas)."""


@dataclass(frozen=True)
class DataRole:
    """A data role at the database: ``role`` is reader or contributor; ``principal`` a key such as ``identity/app``, or
    the object id of somebody outside."""

    key: str
    name: str
    role: str
    principal: str


@dataclass(frozen=True)
class CosmosPlan:
    """The account; see ``components.data.cosmos.CosmosAccountArgs`` for the words."""

    name: str
    endpoint: str
    locations: tuple[tuple[str, bool], ...]
    maximum_throughput: int | None
    consistency: str
    backup_days: int
    allowed_ranges: tuple[str, ...]
    database: str
    containers: Mapping[str, DocumentContainer]
    roles: tuple[DataRole, ...]
    read_only: bool


def cosmos_of(settings: EnvironmentSettings, catalogue: Catalogue, names: Names) -> CosmosPlan | None:
    """What is built; ``None`` where the settings have removed it."""
    cosmos = settings.cosmos
    if cosmos.lifecycle == "removed":
        return None
    regions = [settings.azure.region, *([settings.azure.secondary_region] if cosmos.replicate else [])]
    return CosmosPlan(
        name=names.name(CORE, "cosmos-account"),
        endpoint=names.name(CORE, "private-endpoint", role="cosmos"),
        locations=tuple((region, cosmos.zone_redundant and bool(REGIONS[region].zones)) for region in regions),
        maximum_throughput=cosmos.maximum_throughput,
        consistency=cosmos.consistency,
        backup_days=cosmos.backup_days,
        allowed_ranges=cosmos.allowed_ranges,
        database=cosmos.database,
        containers=cosmos.containers,
        roles=tuple(_roles(cosmos, catalogue, names)),
        read_only=cosmos.lifecycle == "archive",
    )


def _roles(cosmos: Cosmos, catalogue: Catalogue, names: Names) -> Iterator[DataRole]:
    place = f"{names.org}{names.instance}-{names.environment}"

    def made(key: str, role: str, principal: str) -> DataRole:
        # The role is not part of the name: another role is an update, which no lock stops.
        name = role_assignment_name(scope=f"{place}/cosmos", role="cosmos-data", principal=f"{place}/{principal}")
        return DataRole(f"{key}-cosmos", name, role, principal)

    for service in catalogue:
        wanted = {need.read_only for need in service.needs if isinstance(need, Documents)}
        if wanted:
            yield made(service.key, "reader" if wanted == {True} else "contributor", f"identity/{service.key}")
    for key, principal in cosmos.readers.items():
        yield made(key, "reader", principal)


def cosmos_problems(stack: str, settings: EnvironmentSettings, catalogue: Catalogue, today: date) -> Iterator[Problem]:
    """What Azure refuses, what contradicts itself, and an archive without a place for it."""
    cosmos, prefix = settings.cosmos, f"{file_name(stack)}: mystira:cosmos"
    if cosmos.lifecycle != "active" and cosmos.export_container is None:
        what = "missing: documents that nobody writes any more are exported to a blob container"
        yield Problem(f"{prefix}.export_container", what, "", "a container of mystira:storage", "C01, S2-061")
    if cosmos.export_container is not None and cosmos.export_container not in settings.storage.containers:
        allowed = ", ".join(settings.storage.containers)
        yield Problem(f"{prefix}.export_container", "no such blob container", cosmos.export_container, allowed)
    if cosmos.lifecycle == "removed":
        return
    yield from _capacity_problems(prefix, cosmos)
    yield from _region_problems(stack, prefix, settings)
    taken: dict[str, str] = {}
    for name in cosmos.containers:
        other = taken.setdefault(name.lower(), name)
        if other != name:
            yield Problem(
                f"{prefix}.containers.{name}", f"differs from {other} by case only", name, "names that differ"
            )


def _capacity_problems(prefix: str, cosmos: Cosmos) -> Iterator[Problem]:
    path, most = f"{prefix}.maximum_throughput", cosmos.maximum_throughput
    if cosmos.capacity == "serverless":
        if most is not None:
            yield Problem(path, "a serverless account has no throughput", str(most), "no such entry", SERVERLESS)
        if cosmos.replicate:
            what = "a serverless account has one region"
            yield Problem(f"{prefix}.replicate", what, "on", "capacity: autoscale", SERVERLESS)
        return
    if most is None:
        yield Problem(path, "missing: an autoscale account needs its ceiling", "", "RU/s", AUTOSCALE)
    elif not RU_STEP <= most <= RU_MAXIMUM or most % RU_STEP:
        yield Problem(
            path, "not a ceiling that Azure takes", str(most), f"{RU_STEP} to {RU_MAXIMUM} by {RU_STEP}", AUTOSCALE
        )
    if len(cosmos.containers) > SHARED_CONTAINERS:
        what, seen = "too many containers for one throughput", str(len(cosmos.containers))
        yield Problem(f"{prefix}.containers", what, seen, f"at most {SHARED_CONTAINERS}", AUTOSCALE)


def _region_problems(stack: str, prefix: str, settings: EnvironmentSettings) -> Iterator[Problem]:
    azure, cosmos = settings.azure, settings.cosmos
    if cosmos.replicate and azure.secondary_region == azure.region:
        path = f"{file_name(stack)}: mystira:azure.secondary_region"
        yield Problem(path, "a copy in the same region is none", azure.secondary_region, f"not {azure.region}")
    if cosmos.zone_redundant and not REGIONS[azure.region].zones:
        yield Problem(f"{prefix}.zone_redundant", f"{azure.region} has no zones", "on", "off, or a region with zones")


def _weaknesses(settings: EnvironmentSettings) -> Iterator[str]:
    if settings.cosmos.lifecycle != "removed" and settings.cosmos.allowed_ranges:
        yield PUBLIC_ACCESS


def _serves(settings: EnvironmentSettings, need: Need) -> Need | None:
    if not isinstance(need, Documents) or settings.cosmos.lifecycle == "active":
        return need
    return None if settings.cosmos.lifecycle == "removed" else replace(need, read_only=True)


def _targets(settings: EnvironmentSettings, catalogue: Catalogue) -> Iterator[Target]:
    """HTTPS: the direct mode of .NET's client would take any port of a private endpoint (Microsoft: Azure Cosmos DB SQL
    SDK connectivity modes), which no firewall rule can tell from all others, so services use the gateway mode."""
    if settings.cosmos.lifecycle != "removed":
        users = tuple(
            service.key for service in catalogue if any(isinstance(each, Documents) for each in service.needs)
        )
        doors = (
            private("cosmos.allowed_ranges", "a private endpoint"),
            *offices("cosmos.allowed_ranges", settings.cosmos.allowed_ranges, PUBLIC_ACCESS),
        )
        yield Target("cosmos", "cosmos", users, ("443",), doors, "cosmos", "a private endpoint")


def _products(settings: EnvironmentSettings, catalogue: Catalogue) -> tuple[str, ...]:
    used = any(isinstance(need, Documents) for service in catalogue for need in service.needs)
    return (CONNECTION_STRING,) if used and settings.cosmos.lifecycle != "removed" else ()


COSMOS = Store(
    key="cosmos",
    problems=cosmos_problems,
    rules={PUBLIC_ACCESS: "documents are reached through the private endpoint only"},
    weaknesses=_weaknesses,
    scopes=lambda settings, catalogue: {},
    products=_products,
    versions=lambda settings: (),
    targets=_targets,
    serves=_serves,
)
"""It has no role assignments of Azure's own: its data roles are planned here."""
