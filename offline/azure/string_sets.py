"""User-assigned identities, whose inputs and outputs azure-native shapes differently.

An input lists their ids; the output is Azure's map from each id to its details
(pulumi-azure-native: "string set" in the API's metadata).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from offline.rpc.protocol import UNKNOWN, Properties

PROPERTY = "userAssignedIdentities"


def to_outputs(properties: Properties, who: Callable[[str], Any]) -> Properties:
    """Properties in the shape of outputs; ``who`` gives the details of an identity."""
    identity = properties.get("identity")
    ids = identity.get(PROPERTY) if isinstance(identity, dict) else None
    if not isinstance(ids, list):
        return properties
    known = UNKNOWN if UNKNOWN in ids else {str(id): who(str(id)) for id in ids}
    return {**properties, "identity": {**properties["identity"], PROPERTY: known}}


def to_inputs(properties: Properties) -> Properties:
    """Properties in the shape of inputs."""
    identity = properties.get("identity")
    known = identity.get(PROPERTY) if isinstance(identity, dict) else None
    if not isinstance(known, dict):
        return properties
    return {**properties, "identity": {**properties["identity"], PROPERTY: list(known)}}
