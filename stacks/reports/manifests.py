"""The objects of a stack in its cluster, as YAML: what a person reads and a scanner checks.

Made from the plan's recording, as everything that is known before a deployment. Helm releases are no objects; what a
chart makes is its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from components.facts.model import KubernetesType
from stacks.build.recording import Planned, Recording, named

FIRST = ("apiVersion", "kind", "metadata")


def manifests(recording: Recording) -> str:
    """One document an object, by namespace, kind and name; empty where the stack has no cluster."""
    found = sorted(_objects(recording), key=_place)
    return "".join(f"---\n{yaml.safe_dump(each, sort_keys=False, width=120)}" for each in found)


def _objects(recording: Recording) -> Iterator[dict[str, Any]]:
    for each in recording.everything:
        if isinstance(each.row, KubernetesType) and each.row.metadata:
            yield _ordered(each)


def _ordered(planned: Planned) -> dict[str, Any]:
    """An object with its head first, and everything else by name."""
    found = _sorted(named(planned.name, planned.inputs))
    return {key: found[key] for key in (*FIRST, *(key for key in found if key not in FIRST)) if key in found}


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _place(document: dict[str, Any]) -> tuple[str, ...]:
    described = document["metadata"]
    return described.get("namespace", ""), document["kind"], document["apiVersion"], described["name"]
