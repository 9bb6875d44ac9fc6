"""What all manifests have in common, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PART_OF = "mystira"
MANAGED_BY = "pulumi"

Manifest = Mapping[str, Any]
"""An object as its YAML says it, without ``apiVersion`` and ``kind``. Values that only the deployment knows are
outputs."""


def selector(name: str, instance: str) -> Mapping[str, str]:
    """The two labels by which pods are found (Kubernetes: Recommended Labels). A Deployment takes them at creation,
    so that they never change."""
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": instance}


def labels(name: str, instance: str) -> Mapping[str, str]:
    """The labels of every object: those of the selector, and to whom it belongs."""
    return {
        **selector(name, instance),
        "app.kubernetes.io/part-of": PART_OF,
        "app.kubernetes.io/managed-by": MANAGED_BY,
    }


def metadata(
    labels: Mapping[str, str],
    *,
    name: str = "",
    namespace: str = "",
    annotations: Mapping[str, str] | None = None,
) -> Manifest:
    """The metadata of an object. ``name`` is empty where pulumi-kubernetes makes one, ``namespace`` for what is in
    none."""
    found = {"name": name, "namespace": namespace, "labels": dict(labels), "annotations": dict(annotations or {})}
    return {key: value for key, value in found.items() if value}


def cores(millicores: int) -> str:
    """CPU as the API server writes it (Kubernetes: Quantity): ``2`` or ``250m``. Another form of the same quantity
    would be a difference at every refresh."""
    return str(millicores // 1000) if millicores % 1000 == 0 else f"{millicores}m"


def mebibytes(number: int) -> str:
    """Memory or disk as the API server writes it: ``2Gi`` or ``256Mi``."""
    return f"{number // 1024}Gi" if number % 1024 == 0 else f"{number}Mi"
