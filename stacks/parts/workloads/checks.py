"""What the settings of services may not say about what runs in the cluster."""

from __future__ import annotations

from collections.abc import Iterator

from components.facts.regions import REGIONS
from components.problems import Problem
from stacks.catalogue.model import HostKind, Service
from stacks.catalogue.needs.disk import Disk
from stacks.context import Context
from stacks.settings.models import EnvironmentSettings
from stacks.settings.services import ServiceSettings

ONE_PORT = "Microsoft: Configure an ASP.NET Core app for Azure App Service (one HTTP port)"
READ_CAPACITY = "docs/capacity.md"
READ_IMAGES = "docs/runbooks/pipelines.md"
READ_DISKS = "docs/decisions/chain-data.md"

NOTHING = ServiceSettings()
"""What the settings say of a service that they do not name."""

DEV = "dev"
"""The environment in which what an image's tag means may change under what runs."""

ZONE_REDUNDANT = "_ZRS"


def service_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Overrides of services that do not exist, bounds the wrong way round, hosts that cannot be, images that are
    missing or may change, disks that cannot be made."""
    for key in context.settings.services:
        if key not in context.catalogue.by_key:
            allowed = ", ".join(context.catalogue.by_key)
            yield Problem(context.path(f"services.{key}"), "unknown service", key, allowed)
    for service in context.catalogue:
        own = context.settings.services.get(service.key, NOTHING)
        path = context.path(f"services.{service.key}")
        yield from _host_problems(path, service, own)
        yield from _number_problems(path, service, own)
        yield from _image_problems(context, path, service, own)
        yield from _disk_problems(context, path, service, own)


def serves_in_cluster(service: Service) -> bool:
    """Whether it runs in the cluster for as long as it serves."""
    return service.workload is not None and service.workload.kind is HostKind.AKS


def disk_of(service: Service) -> Disk | None:
    """The disk that each of its copies has."""
    return next((need for need in service.needs if isinstance(need, Disk)), None)


def _host_problems(path: str, service: Service, own: ServiceSettings) -> Iterator[Problem]:
    """A host for what runs nowhere, and App Service for what it cannot serve."""
    workload = service.workload
    if own.host and workload is None:
        yield Problem(f"{path}.host", "the service has no workload", own.host, "no host")
    elif own.host == "app-service" and workload is not None and len(workload.ports) != 1:
        ports = ", ".join(f"{port.number}/{port.protocol}" for port in workload.ports) or "no port"
        what = f"App Service serves one HTTP port, not {ports}"
        yield Problem(f"{path}.host", what, own.host, "aks, or no host", ONE_PORT)


def _number_problems(path: str, service: Service, own: ServiceSettings) -> Iterator[Problem]:
    replicas = own.replicas
    if replicas is None and serves_in_cluster(service):
        what = "missing: how many copies run is a decision of each environment"
        yield Problem(f"{path}.replicas", what, "", "minimum and maximum", READ_CAPACITY)
    elif replicas and replicas.minimum > replicas.maximum:
        seen = f"{replicas.minimum} to {replicas.maximum}"
        yield Problem(f"{path}.replicas", "the minimum is above the maximum", seen, "minimum ≤ maximum")
    elif replicas and replicas.minimum != replicas.maximum and disk_of(service):
        seen, allowed = f"{replicas.minimum} to {replicas.maximum}", "the same number twice"
        what = "copies with disks do not follow the load"
        yield Problem(f"{path}.replicas", what, seen, allowed, READ_DISKS)
    workload = service.workload
    if workload is None:
        return
    requested = (own.requests.cpu, own.requests.memory_mib) if own.requests else workload.requests
    limits = (own.limits.cpu, own.limits.memory_mib) if own.limits else workload.limits
    for name, unit, least, most in zip(("cpu", "memory_mib"), ("cores", "MiB"), requested, limits, strict=True):
        if least > most:
            allowed = f"{least:g} {unit} or more, which each copy is guaranteed"
            yield Problem(f"{path}.limits.{name}", "below what is requested", f"{most:g} {unit}", allowed)


def _image_problems(
    context: Context[EnvironmentSettings], path: str, service: Service, own: ServiceSettings
) -> Iterator[Problem]:
    dev, runs = context.environment == DEV, serves_in_cluster(service)
    if own.image_tag and not dev:
        what = "a tag may mean another image tomorrow"
        yield Problem(f"{path}.image_tag", what, own.image_tag, "image_digest", READ_IMAGES)
    elif own.rollout == "off" and not runs:
        yield Problem(f"{path}.rollout", "the service serves nothing in the cluster", "off", "no rollout")
    elif runs and own.rollout == "on" and not (own.image_tag or own.image_digest):
        images = "image_tag or image_digest" if dev else "image_digest"
        yield Problem(path, "no image to run", "", f"{images}, or rollout: off", READ_IMAGES)


def _disk_problems(
    context: Context[EnvironmentSettings], path: str, service: Service, own: ServiceSettings
) -> Iterator[Problem]:
    region = REGIONS[context.settings.azure.region]
    if disk_of(service) is None:
        for name in ("disk_gib", "disk_sku"):
            if (value := getattr(own, name)) is not None:
                yield Problem(f"{path}.{name}", "the service has no disk", str(value), f"no {name}", READ_DISKS)
    elif own.disk_sku and own.disk_sku.endswith(ZONE_REDUNDANT) and not region.zones:
        what = f"{region.name} has no zones"
        yield Problem(f"{path}.disk_sku", what, own.disk_sku, "Premium_LRS, StandardSSD_LRS", READ_DISKS)
