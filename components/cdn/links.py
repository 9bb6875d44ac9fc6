"""Where Front Door's private links can be."""

from __future__ import annotations

from collections.abc import Mapping

READ = "Microsoft: Secure your origin with Private Link in Azure Front Door Premium, region availability"

REGIONS = frozenset(
    (
        "centralus",
        "eastasia",
        "eastus",
        "eastus2",
        "northeurope",
        "southafricanorth",
        "swedencentral",
        "uksouth",
        "westeurope",
        "westus2",
    )
)
"""Of the platform's regions those in which Front Door has private links (READ)."""

NEAREST: Mapping[str, str] = {
    "northcentralus": "centralus",
    "southafricawest": "southafricanorth",
    "westus": "westus2",
}
"""The nearest such region of every other one, which Microsoft says to take (READ)."""


def link_region(region: str) -> str:
    """The region of the link to an origin in ``region``."""
    return region if region in REGIONS else NEAREST[region]
