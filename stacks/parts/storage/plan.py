"""The storage account, and which services use it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.problems import Problem
from components.storage.spec import BlobContainerSpec, StorageSpec
from stacks.catalogue.names import CORE
from stacks.catalogue.needs.files import Files
from stacks.context import Context
from stacks.parts.doors import Target, offices, private, zones
from stacks.parts.part import Part
from stacks.parts.public_side import addresses
from stacks.parts.storage.checks import storage_problems
from stacks.settings.models import EnvironmentSettings
from stacks.settings.storage import BlobContainer
from stacks.settings.types import texts

PUBLIC_ACCESS = "storage-public-access"
REDUNDANCY = "storage-redundancy"
ANONYMOUS = "storage-anonymous"
ACCOUNT_SCOPE = "storage"
ZONES = zones("blob")


class Storage(Part[EnvironmentSettings, StorageSpec]):
    """The account."""

    key = "storage"
    rules: ClassVar[Mapping[str, str]] = {
        PUBLIC_ACCESS: "blobs are reached through the private endpoint only",
        REDUNDANCY: "blobs are kept in several zones or regions",
        ANONYMOUS: "nobody reads blobs without a login",
    }

    def plan(self, context: Context[EnvironmentSettings]) -> StorageSpec:
        storage = context.settings.storage
        return StorageSpec(
            name=context.names.name(CORE, "storage-account"),
            sku=storage.sku,
            infrastructure_encryption=storage.infrastructure_encryption,
            restore_days=storage.restore_days,
            version_days=storage.version_days,
            change_feed_days=storage.change_feed_days,
            public_access=bool(storage.allowed_ranges),
            allowed_ranges=addresses(storage.allowed_ranges),
            local_auth=context.settings.accepts_keys("storage"),
            store_key=context.settings.secrets.key,
            containers=tuple(_container(name, each) for name, each in storage.containers.items()),
            private_endpoint=context.names.name(CORE, "private-endpoint", role="blob"),
        )

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return storage_problems(context)

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        storage = context.settings.storage
        if storage.allowed_ranges:
            yield PUBLIC_ACCESS
        if storage.sku == "Standard_LRS":
            yield REDUNDANCY
        if any(container.anonymous for container in storage.containers.values()):
            yield ANONYMOUS

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        containers = {f"container/{name}": "blob-container" for name in context.settings.storage.containers}
        return {ACCOUNT_SCOPE: "storage-account", **containers}

    def targets(self, context: Context[EnvironmentSettings]) -> Iterator[Target]:
        doors = (
            private("storage.allowed_ranges", "a private endpoint"),
            *offices("storage.allowed_ranges", texts(context.settings.storage.allowed_ranges), PUBLIC_ACCESS),
        )
        users, allowed = context.catalogue.needing(Files), "a private endpoint"
        yield Target(ACCOUNT_SCOPE, "blob", users, ("443",), doors, "storage", allowed, ZONES)

    def products(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        if any(context.catalogue.by_key[key].takes_secrets for key in context.catalogue.needing(Files)):
            yield Files.ENDPOINT
            if context.settings.accepts_keys("storage"):
                yield Files.CONNECTION_STRING


def _container(name: str, settings: BlobContainer) -> BlobContainerSpec:
    return BlobContainerSpec(
        name=name,
        anonymous=settings.anonymous,
        cool_after_days=settings.cool_after_days,
        cold_after_days=settings.cold_after_days,
        archive_after_days=settings.archive_after_days,
        delete_after_days=settings.delete_after_days,
    )


STORAGE = Storage()
