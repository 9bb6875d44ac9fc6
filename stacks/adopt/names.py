"""What a live name says: what it is for, and where it lies."""

from __future__ import annotations

import re
from collections.abc import Mapping

from components.facts.model import Naming, ResourceType
from components.facts.regions import CODES, REGIONS
from components.naming.environments import COMPACT, ORGANISATION
from components.naming.rules import ENVIRONMENTS

OLD_CODES: Mapping[str, tuple[str, ...]] = {
    "action-group": ("alerts",),
    "postgresql-server": ("db",),
    "redis": ("cache",),
    "storage-account": ("stg",),
    "service-bus-namespace": ("queue",),
    "front-door-profile": ("fd",),
    "email-service": ("ecs",),
}
"""What live names say instead of the type's code (estate core 8.2)."""

CONVENTIONAL = (Naming.FIVE_PART, Naming.COMPACT)

_REGION = {region.code: name for name, region in REGIONS.items()}


def purpose_of(row: ResourceType, name: str) -> str:
    """What a name is for: what is left without organisation, environment, type and region. It may be nothing:
    ``mys-prod-asp-san``."""
    if row.abbreviation == "":
        return name.lower()
    codes = {row.abbreviation, *OLD_CODES.get(row.key, ())}
    if "-" not in name:
        compact = COMPACT.fullmatch(name.lower())
        rest = compact[2] if compact else name.lower()
        tail = re.fullmatch(f"(.*?)(?:{'|'.join(sorted(codes))})(?:{'|'.join(sorted(CODES))})?", rest)
        return tail[1] if tail else rest
    words = name.lower().split("-")
    words = words[1:] if ORGANISATION.fullmatch(words[0]) else words
    words = words[1:] if words and words[0] in ENVIRONMENTS else words
    words = words[:-1] if words and words[-1] in CODES else words
    words = words[:-1] if words and words[-1] in codes else words
    return "-".join(words)


def region_of(row: ResourceType, name: str) -> str:
    """The region that a name carries by the convention, in Azure's word; empty for any other name."""
    tail = name.lower().rpartition("-")[2]
    return _REGION.get(tail, "") if row.naming is Naming.FIVE_PART and "-" in name else ""
