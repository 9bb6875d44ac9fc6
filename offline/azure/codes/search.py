"""Azure AI Search."""

from __future__ import annotations

from collections.abc import Mapping

from components.search.facts import CAPACITY
from offline.azure.codes.rule import Rule, unconfirmed

CODES: Mapping[str, tuple[Rule, ...]] = {
    "ServiceNameUnavailable": (Rule("search: a name that somebody else owns", "public logs"),),
    "BadRequest": (
        Rule("search: options for keys where keys are off", "public logs"),
        unconfirmed("search: replicas and partitions beyond the SKU", CAPACITY),
    ),
}
