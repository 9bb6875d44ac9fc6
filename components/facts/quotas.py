"""What a subscription may have at most in one region, by the names that Azure's usage lists have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.facts.ai_models import MODELS, SKUS, usage_name
from components.facts.vm_sizes import VM_SIZES
from components.postgresql.facts import SKUS as SERVER_SKUS
from components.postgresql.facts import family_of

REGIONAL = "cores"
"""Total Regional vCPUs, as ``az vm list-usage`` names it."""


POSTGRESQL = "PostgreSQL/"
"""What precedes the name of a quota of Azure Database for PostgreSQL: its list has the same names as that of virtual
machines, but separate limits."""

_VCORES = "assumed to be as those of virtual machines; a new subscription may have none"


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

_TOKENS = "assumed: the tier of a subscription decides (Microsoft: Azure OpenAI quotas and limits)"

QUOTAS: Mapping[str, Quota] = {
    quota.name: quota
    for quota in (
        Quota(REGIONAL, 350, "vCPUs", _CORES),
        *(Quota(family, 350, "vCPUs", _CORES) for family in sorted({size.family for size in VM_SIZES.values()})),
        *(
            Quota(usage_name(sku, model), 1000, "thousand tokens a minute", _TOKENS)
            for model in dict.fromkeys(name for name, _ in MODELS)
            for sku in SKUS
        ),
        Quota("PublicIPAddresses", 1000, "addresses", "MicrosoftDocs/azure-docs #67429 (1,000 a region)"),
        Quota("StorageAccounts", 250, "accounts", "MicrosoftDocs/azure-docs #53826 (250 a region)"),
        *(
            Quota(f"{POSTGRESQL}{name}", 350, "vCores", _VCORES)
            for name in (REGIONAL, *sorted({family_of(sku) for skus in SERVER_SKUS.values() for sku in skus}))
        ),
    )
}
