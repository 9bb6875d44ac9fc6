"""When azure-native replaces a resource: for inputs of its path and for those that the table of types says.

azure-native looks at the top of a resource and one level below. Inside an object that replaces, every changed value
does; an item that joins or leaves a list never does, and neither does a change within an item of a list that replaces
(pulumi-azure-native: provider/pkg/provider/diff.go).
"""

from __future__ import annotations

import re

from components.facts.types import RESOURCE_TYPES
from offline.rpc.protocol import Change

_INDEX = re.compile(r"\[\d+\]")


def replaced_for(kind: str) -> list[str]:
    """The inputs of a type for which azure-native replaces the resource, those of its path apart."""
    return [each.path for each in RESOURCE_TYPES[kind].creation_only if each.replaces]


def location_stays(kind: str) -> bool:
    """Whether azure-native tries to change the location of a resource, which ARM refuses (InvalidResourceLocation)."""
    return any(each.path == "location" and not each.replaces for each in RESOURCE_TYPES[kind].creation_only)


def replaces(kind: str, path: str, change: Change) -> bool:
    """Whether a changed property (dotted, with indexes) makes azure-native replace a resource of a type."""
    keys = replaced_for(kind)
    here = _INDEX.sub("[]", path)
    parts = here.split(".")
    above = {".".join(parts[:length]) for length in range(1, len(parts))}
    return here in keys or (change is Change.UPDATE and not above.isdisjoint(keys))
