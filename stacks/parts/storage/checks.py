"""What Azure or a rule of this platform refuses about the storage account."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from components.facts.regions import REGIONS
from components.problems import Problem
from components.storage.facts import LIFECYCLE, NETWORK, REDUNDANCY
from stacks.catalogue.model import Catalogue
from stacks.catalogue.needs.files import Files
from stacks.context import Context
from stacks.parts.public_side import firewall_problems
from stacks.settings.models import EnvironmentSettings
from stacks.settings.storage import BlobContainer

STEPS = ("cool_after_days", "cold_after_days", "archive_after_days", "delete_after_days")


def storage_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """What Azure refuses, containers that nobody made, and blobs that would go offline under their readers."""
    storage, region = context.settings.storage, context.settings.azure.region
    if "ZRS" in storage.sku and not REGIONS[region].zones:
        allowed = "an SKU with LRS or GRS"
        yield Problem(context.path("storage.sku"), f"{region} has no zones", storage.sku, allowed, REDUNDANCY)
    ranges = context.path("storage.allowed_ranges")
    yield from firewall_problems(ranges, storage.allowed_ranges, "a storage firewall", NETWORK)
    readers = _readers(context.catalogue)
    for name, container in storage.containers.items():
        path = context.path(f"storage.containers.{name}")
        yield from _step_problems(path, container, storage.sku, readers.get(name, ""))
    for service in context.catalogue:
        for need in service.needs:
            for name in need.containers if isinstance(need, Files) else ():
                if name not in storage.containers:
                    path, allowed = context.path("storage.containers"), ", ".join(storage.containers)
                    yield Problem(path, f"missing: {service.key} uses {name}", "", allowed)


def _readers(catalogue: Catalogue) -> dict[str, str]:
    """By container: a service that reads it."""
    return {
        name: service.key
        for service in catalogue
        for need in service.needs
        if isinstance(need, Files)
        for name in need.containers
        if name not in need.put_away
    }


def _step_problems(path: str, container: BlobContainer, sku: str, reader: str) -> Iterator[Problem]:
    days = [(step, getattr(container, step)) for step in STEPS]
    given = [(step, value) for step, value in days if value is not None]
    for (before, earlier), (after, later) in pairwise(given):
        if later <= earlier:
            yield Problem(f"{path}.{after}", f"not after {before}", f"{later} and {earlier} days", "more days")
    if container.archive_after_days is None:
        return
    seen = f"{container.archive_after_days} days"
    if "ZRS" in sku:
        allowed = "cold_after_days, or an SKU with LRS or GRS"
        yield Problem(f"{path}.archive_after_days", f"{sku} has no archive tier", seen, allowed, LIFECYCLE)
    elif reader:
        what = f"{reader} reads it, and an archived blob is offline for hours"
        yield Problem(f"{path}.archive_after_days", what, seen, "cool_after_days or cold_after_days", LIFECYCLE)
