"""AI accounts."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.rule import Rule, unconfirmed

CODES: Mapping[str, tuple[Rule, ...]] = {
    "RequestConflict": (
        unconfirmed("AI accounts: two children at once", "Azure/bicep-registry-modules: batch size 1"),
    ),
}
