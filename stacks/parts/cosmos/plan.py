"""Cosmos DB, and who may read and write documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar

from components.cosmos.spec import ContainerSpec, CosmosSpec, DataRoleSpec, PeriodicBackupSpec
from components.facts.regions import REGIONS
from components.naming.guid import role_assignment_name
from components.problems import Problem
from stacks.catalogue.model import Service
from stacks.catalogue.names import CORE
from stacks.catalogue.needs.base import Need
from stacks.catalogue.needs.documents import Documents
from stacks.context import Context
from stacks.parts.cosmos.checks import cosmos_problems
from stacks.parts.doors import Target, offices, private, zones
from stacks.parts.part import Part
from stacks.settings.cosmos import DocumentContainer, PeriodicBackup
from stacks.settings.models import EnvironmentSettings
from stacks.settings.types import texts

PUBLIC_ACCESS = "cosmos-public-access"
REGIONS_RULE = "cosmos-regions"
BACKUP = "cosmos-backup"
ZONES = zones("cosmos")


class Cosmos(Part[EnvironmentSettings, CosmosSpec]):
    """The account. Its data roles are no role assignments of Azure's own, so they are planned here."""

    key = "cosmos"
    rules: ClassVar[Mapping[str, str]] = {
        PUBLIC_ACCESS: "documents are reached through the private endpoint only",
        REGIONS_RULE: "documents have a copy in a second region",
        BACKUP: "documents can be restored to any second of the last days",
    }

    def plan(self, context: Context[EnvironmentSettings]) -> CosmosSpec | None:
        cosmos, azure = context.settings.cosmos, context.settings.azure
        if cosmos.lifecycle == "removed":
            return None
        regions = [azure.region, *([azure.secondary_region] if cosmos.replicate else [])]
        return CosmosSpec(
            name=context.names.name(CORE, "cosmos-account"),
            locations=tuple((region, cosmos.zone_redundant and bool(REGIONS[region].zones)) for region in regions),
            maximum_throughput=cosmos.maximum_throughput,
            consistency=cosmos.consistency,
            backup_days=cosmos.backup_days,
            periodic_backup=_periodic(cosmos.periodic_backup),
            allowed_ranges=texts(cosmos.allowed_ranges),
            local_auth=context.settings.accepts_keys("cosmos"),
            store_key=context.settings.secrets.key,
            read_only=cosmos.lifecycle == "archive",
            database=cosmos.database,
            containers=tuple(_container(name, each) for name, each in cosmos.containers.items()),
            roles=tuple(_roles(context)),
            private_endpoint=context.names.name(CORE, "private-endpoint", role="cosmos"),
        )

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return cosmos_problems(context)

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        cosmos = context.settings.cosmos
        if cosmos.lifecycle == "removed":
            return
        if cosmos.allowed_ranges:
            yield PUBLIC_ACCESS
        if not cosmos.replicate:
            yield REGIONS_RULE
        if cosmos.periodic_backup is not None:
            yield BACKUP

    def serves(self, context: Context[EnvironmentSettings], service: Service, need: Need) -> Need | None:
        """An archive is only read; a removed account serves nobody."""
        lifecycle = context.settings.cosmos.lifecycle
        if not isinstance(need, Documents) or lifecycle == "active":
            return need
        return None if lifecycle == "removed" else replace(need, read_only=True)

    def targets(self, context: Context[EnvironmentSettings]) -> Iterator[Target]:
        """HTTPS: the direct mode of .NET's client would take any port of a private endpoint (Microsoft: Azure Cosmos DB
        SQL SDK connectivity modes), which no firewall rule can tell from all others, so services use gateway mode."""
        cosmos = context.settings.cosmos
        if cosmos.lifecycle != "removed":
            doors = (
                private("cosmos.allowed_ranges", "a private endpoint"),
                *offices("cosmos.allowed_ranges", texts(cosmos.allowed_ranges), PUBLIC_ACCESS),
            )
            users, allowed = context.catalogue.needing(Documents), "a private endpoint"
            yield Target("cosmos", "cosmos", users, ("443",), doors, "cosmos", allowed, ZONES)

    def known(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {Documents.DATABASE: context.settings.cosmos.database}

    def products(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        read = [key for key in context.catalogue.needing(Documents) if context.catalogue.by_key[key].takes_secrets]
        if read and context.settings.cosmos.lifecycle != "removed":
            yield Documents.ENDPOINT
            if context.settings.accepts_keys("cosmos"):
                yield Documents.CONNECTION_STRING


def _periodic(settings: PeriodicBackup | None) -> PeriodicBackupSpec | None:
    if settings is None:
        return None
    return PeriodicBackupSpec(settings.interval_minutes, settings.retention_hours, settings.redundancy)


def _container(name: str, settings: DocumentContainer) -> ContainerSpec:
    return ContainerSpec(
        name=name,
        partition_key=settings.partition_key,
        ttl_seconds=settings.ttl_seconds,
        unique_keys=settings.unique_keys,
        unindexed=settings.unindexed,
    )


def _roles(context: Context[EnvironmentSettings]) -> Iterator[DataRoleSpec]:
    def made(key: str, role: str, principal: str, container: str = "") -> DataRoleSpec:
        # The role is not part of the name: another role is an update, which no lock stops.
        place, scope = context.place, f"cosmos/{container}" if container else "cosmos"
        name = role_assignment_name(scope=f"{place}/{scope}", role="cosmos-data", principal=f"{place}/{principal}")
        return DataRoleSpec(f"{key}-{scope.replace('/', '-')}", name, role, principal, container)

    for service in context.catalogue:
        needs = [need for need in service.needs if isinstance(need, Documents)]
        everything = any(not (need.read_only or need.containers) for need in needs)
        if needs:
            yield made(service.key, "contributor" if everything else "reader", f"identity/{service.key}")
        for need in needs:
            for container in need.containers:
                # In an archive as well, where it adds nothing: a lock stops the deletion of an assignment.
                role = "reader" if need.read_only else "contributor"
                yield made(service.key, role, f"identity/{service.key}", container)
    for key, principal in context.settings.cosmos.readers.items():
        yield made(key, "reader", str(principal))


COSMOS = Cosmos()
