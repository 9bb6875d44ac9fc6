"""What the state holds of an object: the live object, with what was asked for below ``__inputs``
(provider/pkg/provider/provider.go ``checkpointObject``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from offline.kubernetes.normal import SECRET
from offline.rpc.protocol import Properties, Secret
from offline.rpc.values import Path, SecretPaths, above_lists

INPUTS, INITIAL_VERSION, MANAGER = "__inputs", "__initialApiVersion", "__fieldManager"
OWN = (INPUTS, INITIAL_VERSION, MANAGER)


def checkpoint(inputs: Properties, live: Properties, initial_version: str, manager: str) -> Properties:
    """The properties of an object. What a Kubernetes ``Secret`` holds is secret, whoever gave it."""
    return {
        **sealed(live),
        INPUTS: sealed(inputs),
        INITIAL_VERSION: initial_version,
        MANAGER: manager,
    }


def sealed(body: Properties) -> Properties:
    """An object with what is always secret marked as such."""
    if body.get("kind") != SECRET:
        return body
    return {
        key: Secret(value) if key in ("data", "stringData") and value is not None else value
        for key, value in body.items()
    }


def split_state(state: Mapping[str, Any]) -> tuple[Properties, Properties]:
    """The inputs and the live object of a state."""
    return dict(state.get(INPUTS) or {}), {key: value for key, value in state.items() if key not in OWN}


def initial_version(state: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """The API version that an object was created with."""
    return str(state.get(INITIAL_VERSION) or inputs.get("apiVersion") or "")


def secret_outputs(secrets: Iterable[Path]) -> SecretPaths:
    """Where properties are secret whose inputs are secret at ``secrets``: in the live object and below ``__inputs``."""
    paths = above_lists(secrets)
    return paths | {(INPUTS, *path) for path in paths if path[0] != INPUTS}
