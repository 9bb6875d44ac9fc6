"""The storage account."""

from __future__ import annotations

from components.storage.account import StorageAccount
from components.storage.spec import StorageSpec
from stacks.catalogue.needs.files import Files
from stacks.parts.site import Site
from stacks.parts.storage.plan import ACCOUNT_SCOPE, ZONES


def build_storage(site: Site, spec: StorageSpec) -> None:
    """Register the account with its containers and lifecycle rules."""
    account = StorageAccount(
        "core",
        spec,
        site.place(),
        site.around,
        private=site.private(spec.private_endpoint, "blob", ZONES),
        opts=site.options(),
    )
    site.resources.put(ACCOUNT_SCOPE, account.id)
    for name, id in account.container_ids.items():
        site.resources.put(f"container/{name}", id)
    site.products.put(Files.ENDPOINT, account.blob_endpoint)
    if account.connection_string is not None:
        site.products.put(Files.CONNECTION_STRING, account.connection_string)
