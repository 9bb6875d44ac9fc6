"""The storage account: what becomes of the settings, and from which pages a browser may use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Network
from itertools import pairwise

from components.facts.regions import REGIONS
from components.naming import Names
from components.problems import Problem
from stacks.catalogue import Catalogue
from stacks.catalogue.names import CORE
from stacks.catalogue.needs import Files
from stacks.plan.stores.base import Store
from stacks.plan.stores.doors import Target, offices, private
from stacks.settings import EnvironmentSettings
from stacks.settings.loading import file_name
from stacks.settings.storage import BlobContainer, Storage

CONNECTION_STRING = "storage/connection-string"
PUBLIC_ACCESS = "storage-public-access"
ANONYMOUS = "storage-anonymous"
ACCOUNT = "storage"
REDUNDANCY = "Microsoft: Azure Storage redundancy"
LIFECYCLE = "Microsoft: Access tiers for blob data (archive: offline, and not for ZRS, GZRS or RA-GZRS)"
NETWORK = "Microsoft: Configure Azure Storage firewalls and virtual networks (IP network rules)"
STEPS = ("cool_after_days", "cold_after_days", "archive_after_days", "delete_after_days")


@dataclass(frozen=True)
class StoragePlan:
    """The account; see ``components.data.storage.StorageAccountArgs`` for the words."""

    name: str
    endpoint: str
    sku: str
    infrastructure_encryption: bool
    restore_days: int
    version_days: int
    change_feed_days: int | None
    allowed_ranges: tuple[str, ...]
    cors_origins: tuple[str, ...]
    containers: Mapping[str, BlobContainer]


def storage_of(
    settings: EnvironmentSettings, catalogue: Catalogue, names: Names, pages: Iterable[tuple[str, str]]
) -> StoragePlan:
    """What is built. Browsers use it from the pages of services that keep files; Azure takes a single address without
    its prefix length only."""
    storage = settings.storage
    keepers = _keepers(catalogue)
    return StoragePlan(
        name=names.name(CORE, "storage-account"),
        endpoint=names.name(CORE, "private-endpoint", role="blob"),
        sku=storage.sku,
        infrastructure_encryption=storage.infrastructure_encryption,
        restore_days=storage.restore_days,
        version_days=storage.version_days,
        change_feed_days=storage.change_feed_days,
        allowed_ranges=tuple(each.removesuffix("/32") for each in storage.allowed_ranges),
        cors_origins=tuple(origin for service, origin in pages if service in keepers),
        containers=storage.containers,
    )


def storage_problems(stack: str, settings: EnvironmentSettings, catalogue: Catalogue, today: date) -> Iterator[Problem]:
    """What Azure refuses, containers that nobody made, and blobs that would go offline under their readers."""
    storage, prefix = settings.storage, f"{file_name(stack)}: mystira:storage"
    region = settings.azure.region
    if "ZRS" in storage.sku and not REGIONS[region].zones:
        yield Problem(f"{prefix}.sku", f"{region} has no zones", storage.sku, "an SKU with LRS or GRS", REDUNDANCY)
    for index, each in enumerate(storage.allowed_ranges):
        if IPv4Network(each).prefixlen == 31 or (IPv4Network(each).is_private and not _documentation(each)):
            what = "not a range that the firewall of storage takes"
            yield Problem(
                f"{prefix}.allowed_ranges.{index}", what, each, "public, /30 or wider, or one address", NETWORK
            )
    used = {name: service.key for service in catalogue for name in _read(catalogue, service.key)}
    for name, container in storage.containers.items():
        yield from _step_problems(f"{prefix}.containers.{name}", container, storage, used.get(name, ""))
    for service in catalogue:
        for need in service.needs:
            for name in need.containers if isinstance(need, Files) else ():
                if name not in storage.containers:
                    allowed = ", ".join(storage.containers)
                    yield Problem(f"{prefix}.containers", f"missing: {service.key} uses {name}", "", allowed)


def _documentation(cidr: str) -> bool:
    """Ranges of examples (RFC 5737), which Python counts as private."""
    examples = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
    return any(IPv4Network(cidr).subnet_of(IPv4Network(each)) for each in examples)


def _read(catalogue: Catalogue, service: str) -> Iterator[str]:
    for need in catalogue.by_key[service].needs:
        if isinstance(need, Files):
            yield from (name for name in need.containers if name not in need.put_away)


def _step_problems(path: str, container: BlobContainer, storage: Storage, reader: str) -> Iterator[Problem]:
    days = [(step, getattr(container, step)) for step in STEPS]
    given = [(step, value) for step, value in days if value is not None]
    for (before, earlier), (after, later) in pairwise(given):
        if later <= earlier:
            yield Problem(f"{path}.{after}", f"not after {before}", f"{later} and {earlier} days", "more days")
    if container.archive_after_days is None:
        return
    seen = f"{container.archive_after_days} days"
    if "ZRS" in storage.sku:
        allowed = "cold_after_days, or an SKU with LRS or GRS"
        yield Problem(f"{path}.archive_after_days", f"{storage.sku} has no archive tier", seen, allowed, LIFECYCLE)
    elif reader:
        what = f"{reader} reads it, and an archived blob is offline for hours"
        yield Problem(f"{path}.archive_after_days", what, seen, "cool_after_days or cold_after_days", LIFECYCLE)


def _weaknesses(settings: EnvironmentSettings) -> Iterator[str]:
    if settings.storage.allowed_ranges:
        yield PUBLIC_ACCESS
    if any(container.anonymous for container in settings.storage.containers.values()):
        yield ANONYMOUS


def _scopes(settings: EnvironmentSettings, catalogue: Catalogue) -> Mapping[str, str]:
    return {ACCOUNT: "storage-account"} | {
        f"container/{name}": "blob-container" for name in settings.storage.containers
    }


def _keepers(catalogue: Catalogue) -> tuple[str, ...]:
    """The services that keep files."""
    return tuple(service.key for service in catalogue if any(isinstance(need, Files) for need in service.needs))


def _targets(settings: EnvironmentSettings, catalogue: Catalogue) -> Iterator[Target]:
    doors = (
        private("storage.allowed_ranges", "a private endpoint"),
        *offices("storage.allowed_ranges", settings.storage.allowed_ranges, PUBLIC_ACCESS),
    )
    yield Target(ACCOUNT, "blob", _keepers(catalogue), ("443",), doors, "storage", "a private endpoint")


STORAGE = Store(
    key="storage",
    problems=storage_problems,
    rules={
        PUBLIC_ACCESS: "blobs are reached through the private endpoint only",
        ANONYMOUS: "nobody reads blobs without a login or a signed URL",
    },
    weaknesses=_weaknesses,
    scopes=_scopes,
    products=lambda settings, catalogue: (CONNECTION_STRING,) if _keepers(catalogue) else (),
    versions=lambda settings: (),
    targets=_targets,
)
