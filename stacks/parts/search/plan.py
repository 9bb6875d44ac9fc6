"""The search service: one for all services of an environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.problems import Problem
from components.search.facts import AVAILABLE_FROM
from components.search.spec import SearchSpec
from stacks.catalogue.names import CORE
from stacks.catalogue.needs.search import Search
from stacks.context import Context
from stacks.parts.doors import Target, offices, private, zones
from stacks.parts.part import Part
from stacks.parts.public_side import addresses
from stacks.parts.search.checks import search_problems
from stacks.settings.models import EnvironmentSettings
from stacks.settings.types import texts

PUBLIC_ACCESS = "search-public-access"
REPLICAS = "search-replicas"
SERVICE_SCOPE = "search"
ZONES = zones("search")


class SearchIndexes(Part[EnvironmentSettings, SearchSpec]):
    """The service. Its indexes are made by the services that fill them."""

    key = "search"
    rules: ClassVar[Mapping[str, str]] = {
        PUBLIC_ACCESS: "search is reached through the private endpoint only",
        REPLICAS: "search has three replicas, from which on reads and writes have an availability agreement",
    }

    def plan(self, context: Context[EnvironmentSettings]) -> SearchSpec:
        search, names = context.settings.search, context.names
        return SearchSpec(
            name=names.name(CORE, "search-service"),
            sku=search.sku,
            replicas=search.replicas,
            partitions=search.partitions,
            semantic=search.semantic,
            public_access=search.public_access,
            allowed_ranges=addresses(search.allowed_ranges),
            local_auth=context.settings.accepts_keys("search"),
            store_key=context.settings.secrets.key,
            private_endpoint=names.name(CORE, "private-endpoint", role="search"),
        )

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return search_problems(context)

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        if context.settings.search.public_access:
            yield PUBLIC_ACCESS
        if context.settings.search.replicas < AVAILABLE_FROM:
            yield REPLICAS

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {SERVICE_SCOPE: "search-service"}

    def targets(self, context: Context[EnvironmentSettings]) -> Iterator[Target]:
        search, allowed = context.settings.search, "a private endpoint"
        doors = (
            private("search.public_access", allowed),
            *offices("search.public_access", texts(search.allowed_ranges), PUBLIC_ACCESS),
        )
        users = context.catalogue.needing(Search)
        yield Target(SERVICE_SCOPE, "search", users, ("443",), doors, "search", allowed, ZONES)

    def products(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        if any(context.catalogue.by_key[key].takes_secrets for key in context.catalogue.needing(Search)):
            yield Search.ENDPOINT
            if context.settings.accepts_keys("search"):
                yield Search.KEY


SEARCH = SearchIndexes()
