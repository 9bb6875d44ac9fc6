"""Static Web Apps."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.rule import Rule

CODES: Mapping[str, tuple[Rule, ...]] = {
    "LocationNotAvailableForResourceType": (
        Rule("a region without static sites", "Azure/static-web-apps#443, Azure/azure-dev#305"),
    ),
}
