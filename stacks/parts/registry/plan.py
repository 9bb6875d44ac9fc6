"""The container registry of all environments, and the private path of an environment to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.facts.regions import REGIONS
from components.naming.builder import Names, Project
from components.problems import Problem
from components.registry.facts import HOST_SUFFIX, PREMIUM, TIERS
from components.registry.spec import RegistrySpec, ReplicaSpec
from stacks.catalogue.names import CORE
from stacks.context import Context
from stacks.parts.doors import Target, private, zones
from stacks.parts.network.subnets import ENDPOINTS
from stacks.parts.part import Part
from stacks.parts.registry.checks import registry_problems
from stacks.settings.loading import NAMESPACE, SHARED, file_name
from stacks.settings.models import EnvironmentSettings, SharedSettings
from stacks.settings.others import OtherNaming
from stacks.settings.types import texts

REGISTRY_SCOPE = "registry"
"""The registry, as the plan refers to it."""

PROJECT = Project("acr")
"""What the registry's name is made from."""

KUBELET = "kubelet"
"""What pulls images."""

PUBLIC_ACCESS = "registry-public-access"


def registry_host(context: Context[EnvironmentSettings]) -> str:
    """The host of the registry of ``shared``, from which pods get their images: its name decides it."""
    naming = context.others[SHARED].naming if SHARED in context.others else OtherNaming()
    names = Names(naming.org, SHARED, context.settings.azure.region, naming.instance)
    return names.name(PROJECT, "container-registry") + HOST_SUFFIX


class Registry(Part[SharedSettings, RegistrySpec]):
    """The registry."""

    key = "registry"
    rules: ClassVar[Mapping[str, str]] = {PUBLIC_ACCESS: "the registry is reached from named ranges or privately"}

    def plan(self, context: Context[SharedSettings]) -> RegistrySpec:
        settings, secondary = context.settings.registry, context.settings.azure.secondary_region
        name = context.names.child("registry-replication", secondary)
        zones = settings.zone_redundant and bool(REGIONS[secondary].zones)
        return RegistrySpec(
            name=context.names.name(PROJECT, "container-registry"),
            sku=settings.sku,
            public_access=settings.public_access,
            allowed_ranges=texts(settings.allowed_ranges),
            zone_redundant=settings.zone_redundant,
            retention_days=settings.retention_days,
            replicas={secondary: ReplicaSpec(name, zones)} if settings.replicate else {},
        )

    def problems(self, context: Context[SharedSettings]) -> Iterator[Problem]:
        return registry_problems(context)

    def weaknesses(self, context: Context[SharedSettings]) -> Iterator[str]:
        settings = context.settings.registry
        if settings.public_access and not settings.allowed_ranges:
            yield PUBLIC_ACCESS

    def scopes(self, context: Context[SharedSettings]) -> Mapping[str, str]:
        return {REGISTRY_SCOPE: "container-registry"}


class RegistryPath(Part[EnvironmentSettings, str]):
    """Images are pulled inside the network. The plan is the physical name of the private endpoint."""

    key = "registry-path"

    def plan(self, context: Context[EnvironmentSettings]) -> str:
        return context.names.name(CORE, "private-endpoint", role="registry")

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        """Only a Premium registry takes a private endpoint."""
        for stack, other in context.others.items():
            if other.registry and other.registry.sku != PREMIUM:
                path = f"{file_name(stack)}: {NAMESPACE}:registry.sku"
                what = f"{context.stack} pulls images through a private endpoint"
                yield Problem(path, what, other.registry.sku, PREMIUM, TIERS)

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {REGISTRY_SCOPE: "container-registry"}

    def targets(self, context: Context[EnvironmentSettings]) -> Iterator[Target]:
        setting, allowed = f"network.subnets.{ENDPOINTS}", "a range for private endpoints"
        yield Target(
            name=REGISTRY_SCOPE,
            group=REGISTRY_SCOPE,
            consumers=(KUBELET,),
            ports=("443",),
            doors=(private(setting, allowed),),
            setting=setting,
            allowed=allowed,
            zones=zones("registry"),
        )


REGISTRY = Registry()
REGISTRY_PATH = RegistryPath()
