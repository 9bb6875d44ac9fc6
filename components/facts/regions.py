"""Azure regions of this platform and their codes in names (ADR-0008; the extension table for what it lacks)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

GLOBAL = "global"
"""The location of resources that belong to no region."""


@dataclass(frozen=True)
class Region:
    """One region: Azure's name, the code in resource names, availability zones, and where the code comes from."""

    name: str
    code: str
    zones: tuple[str, ...]
    source: str


_ZONES = ("1", "2", "3")
_ADR = "ADR-0008"
_EXTENSION = "extension table: used by the estate, not in ADR-0008"

REGIONS: Mapping[str, Region] = {
    region.name: region
    for region in (
        Region("westeurope", "euw", _ZONES, _ADR),
        Region("northeurope", "eun", _ZONES, _ADR),
        Region("westus", "wus", (), _ADR),
        Region("eastus", "eus", _ZONES, _ADR),
        Region("southafricanorth", "san", _ZONES, _ADR),
        Region("southafricawest", "saf", (), _ADR),
        Region("swedencentral", "swe", _ZONES, _ADR),
        Region("uksouth", "uks", _ZONES, _ADR),
        Region("eastus2", "eus2", _ZONES, _EXTENSION),
        Region("northcentralus", "ncus", (), _EXTENSION),
        Region(GLOBAL, "glob", (), _ADR),
    )
}
"""By Azure's name, :data:`GLOBAL` included."""

CODES = frozenset(region.code for region in REGIONS.values())
