"""Azure regions of this platform and their codes in names (ADR-0008; the extension table for what it lacks)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

GLOBAL = "global"
"""The location of resources that belong to no region."""


@dataclass(frozen=True)
class Region:
    """One region of Azure."""

    name: str
    """Azure's name: ``southafricanorth``."""
    code: str
    """What stands for it in resource names."""
    zones: tuple[str, ...]
    """Its availability zones; none: it has none. Every region here that has zones also has zone-redundant disks
    (Microsoft: Redundancy options for managed disks)."""
    source: str
    """Where the code comes from."""
    pair: str = ""
    """The region that Azure pairs with it (Microsoft: Azure region pairs); empty: none."""


_ZONES = ("1", "2", "3")
_ADR = "ADR-0008"
_EXTENSION = "extension table: used by the estate, not in ADR-0008"
_SITES = "extension table: offers Static Web Apps; code of Microsoft's Cloud Adoption Framework"

REGIONS: Mapping[str, Region] = {
    region.name: region
    for region in (
        Region("westeurope", "euw", _ZONES, _ADR, "northeurope"),
        Region("northeurope", "eun", _ZONES, _ADR, "westeurope"),
        Region("westus", "wus", (), _ADR, "eastus"),
        Region("eastus", "eus", _ZONES, _ADR, "westus"),
        Region("southafricanorth", "san", _ZONES, _ADR, "southafricawest"),
        Region("southafricawest", "saf", (), _ADR, "southafricanorth"),
        Region("swedencentral", "swe", _ZONES, _ADR, "swedensouth"),
        Region("uksouth", "uks", _ZONES, _ADR, "ukwest"),
        Region("eastus2", "eus2", _ZONES, _EXTENSION, "centralus"),
        Region("northcentralus", "ncus", (), _EXTENSION, "southcentralus"),
        Region("centralus", "cus", _ZONES, _SITES, "eastus2"),
        Region("eastasia", "ea", _ZONES, _SITES, "southeastasia"),
        Region("westus2", "wus2", _ZONES, _SITES, "westcentralus"),
        Region(GLOBAL, "glob", (), _ADR),
    )
}
"""By Azure's name, :data:`GLOBAL` included."""

CODES = frozenset(region.code for region in REGIONS.values())
