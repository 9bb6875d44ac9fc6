"""The container registry, and the private path to it."""

from __future__ import annotations

from components.registry.registry import Registry
from components.registry.spec import RegistrySpec
from components.surroundings.private_path import private_path
from stacks.parts.doors import zones
from stacks.parts.registry.plan import REGISTRY_SCOPE
from stacks.parts.site import Site


def build_registry(site: Site, spec: RegistrySpec) -> None:
    """Register the registry of all environments."""
    made = Registry("registry", spec, site.place("acr"), site.around, site.options())
    site.components.put(REGISTRY_SCOPE, made)
    site.resources.put(REGISTRY_SCOPE, made.id)
    site.outputs.put("registry_login_server", made.login_server)


def build_registry_path(site: Site, endpoint: str) -> None:
    """Register the private endpoint to the registry of `shared`."""
    path = site.private(endpoint, "registry", zones("registry"))
    private_path("registry", site.resources[REGISTRY_SCOPE], path, site.around.subnet_id, site.options())
