"""The Cosmos DB account."""

from __future__ import annotations

from components.cosmos.account import CosmosAccount
from components.cosmos.spec import CosmosSpec
from stacks.catalogue.needs.documents import Documents
from stacks.parts.cosmos.plan import ZONES
from stacks.parts.costs import DATABASE_COSTS
from stacks.parts.site import Site


def build_cosmos(site: Site, spec: CosmosSpec) -> None:
    """Register the account with its database, containers and data roles."""
    account = CosmosAccount(
        "core",
        spec,
        site.place(more=DATABASE_COSTS),
        site.around,
        principals=site.principals,
        private=site.private(spec.private_endpoint, "Sql", ZONES),
        opts=site.options(),
    )
    site.products.put(Documents.ENDPOINT, account.endpoint)
    if account.connection_string is not None:
        site.products.put(Documents.CONNECTION_STRING, account.connection_string)
