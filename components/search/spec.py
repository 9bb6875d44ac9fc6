"""What a search service consists of."""

from __future__ import annotations

from dataclasses import dataclass

from components.facts.store_keys import StoreKey


@dataclass(frozen=True)
class SearchSpec:
    """A search service; its indexes are the services' own."""

    name: str
    """Its physical name, unique in Azure."""
    sku: str
    """A key of ``facts.SEARCH_SKUS``."""
    replicas: int
    """Copies that answer queries."""
    partitions: int
    """Parts that the indexes are split into."""
    semantic: str
    """The plan of semantic ranking, in Azure's words: ``disabled``, ``free`` or ``standard``."""
    public_access: bool
    """Whether ``allowed_ranges`` reach it from the internet, in addition to the private endpoint."""
    allowed_ranges: tuple[str, ...]
    """Who reaches it from the internet: ranges, single addresses without a prefix length."""
    local_auth: bool
    """Whether keys are accepted in addition to identities."""
    store_key: StoreKey
    """The key that services get where keys are accepted."""
    private_endpoint: str
    """Physical name of its private endpoint."""
