"""The search service."""

from __future__ import annotations

from components.search.service import SearchService
from components.search.spec import SearchSpec
from stacks.catalogue.needs.search import Search
from stacks.parts.search.plan import SERVICE_SCOPE, ZONES
from stacks.parts.site import Site


def build_search(site: Site, spec: SearchSpec) -> None:
    """Register the service."""
    service = SearchService(
        "core",
        spec,
        site.place(),
        site.around,
        private=site.private(spec.private_endpoint, "searchService", ZONES),
        opts=site.options(),
    )
    site.resources.put(SERVICE_SCOPE, service.id)
    site.products.put(Search.ENDPOINT, service.endpoint)
    if service.key is not None:
        site.products.put(Search.KEY, service.key)
