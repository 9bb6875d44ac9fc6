"""Role definitions: Azure's own, and the custom ones of a world."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from offline.rpc.protocol import Properties
from offline.world.objects import Writer

CUSTOM = "azure-native:authorization:RoleDefinition"

_PATTERNS = ("actions", "notActions", "dataActions", "notDataActions")


@dataclass(frozen=True)
class Definition:
    """A role."""

    id: str
    """The last part of its resource id."""
    name: str
    permissions: tuple[Properties, ...]
    """Each with ``actions``, ``notActions``, ``dataActions`` and ``notDataActions``, all of them lists of patterns."""


def _read() -> Mapping[str, Definition]:
    """The table, in the shape in which Azure lists roles.

    Microsoft: Azure built-in roles, as iann0036/iam-dataset has them (azure/built-in-roles-raw.json, 2026-08-22).
    """
    rows = json.loads(Path(__file__).with_name("built_in_roles.json").read_text())
    return {row["roleName"]: Definition(row["name"], row["roleName"], tuple(row["permissions"])) for row in rows}


BUILT_IN: Mapping[str, Definition] = _read()
"""By name: the roles that somebody who deploys may have, and those of components/facts/roles."""

_BY_ID: Mapping[str, Definition] = {each.id: each for each in BUILT_IN.values()}


def definition(cloud: Writer, id: str) -> Definition | None:
    """The role with this resource id, or with this last part of one; ``None`` for a role that does not exist."""
    last = id.rpartition("/")[2].lower()
    if last in _BY_ID:
        return _BY_ID[last]
    for each in cloud.of_type(CUSTOM):
        if each.id.rpartition("/")[2].lower() == last:
            rows = each.body.get("permissions") or []
            permissions = tuple({key: list(row.get(key) or []) for key in _PATTERNS} for row in rows)
            return Definition(last, str(each.body.get("roleName")), permissions)
    return None
