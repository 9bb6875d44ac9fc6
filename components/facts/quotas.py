"""What a subscription may have at most in one region, by the names that Azure's usage lists have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.facts.vm_sizes import VM_SIZES

REGIONAL = "cores"
"""Total Regional vCPUs, as ``az vm list-usage`` names it."""


@dataclass(frozen=True)
class Quota:
    """``name`` is what Azure calls it, ``limit`` what an Enterprise Agreement begins with, in ``unit``."""

    name: str
    limit: int
    unit: str
    source: str


_CORES = (
    "Microsoft: Azure subscription and service limits (350 for an Enterprise Agreement; pay as you go has 20, a new "
    "subscription often 0 of a family); Azure/azure-rest-api-specs #25455 (a list of usages with 350)"
)

QUOTAS: Mapping[str, Quota] = {
    quota.name: quota
    for quota in (
        Quota(REGIONAL, 350, "vCPUs", _CORES),
        *(Quota(family, 350, "vCPUs", _CORES) for family in sorted({size.family for size in VM_SIZES.values()})),
        Quota("PublicIPAddresses", 1000, "addresses", "MicrosoftDocs/azure-docs #67429 (1,000 a region)"),
        Quota("StorageAccounts", 250, "accounts", "MicrosoftDocs/azure-docs #53826 (250 a region)"),
    )
}
