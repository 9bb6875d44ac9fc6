"""Add-ons as Helm releases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.kubernetes.manifests import Manifest

TIMEOUT_SECONDS = 540
"""How long Helm waits for what a release makes: less than pulumi-kubernetes waits for the release, so that it is Helm
that says what is missing."""

HISTORY = 5
"""Revisions of a release that the cluster keeps."""


@dataclass(frozen=True)
class Chart:
    """A chart that its maker publishes in an OCI registry."""

    place: str
    """Where: ``oci://quay.io/jetstack/charts``."""
    name: str
    """Its name there."""
    version: str
    """The version, as its tag says it."""

    def reference(self, mirror: str | None = None) -> str:
        """What Helm asks for: from its maker, or from ``mirror``, which has charts by their names."""
        return f"{mirror or self.place}/{self.name}"


@dataclass(frozen=True)
class ReleaseSpec:
    """One installation of a chart."""

    name: str
    """Its name, which its own documents use too."""
    namespace: str
    chart: str
    """The reference of the chart: ``oci://quay.io/jetstack/charts/cert-manager``."""
    version: str
    """The version of the chart."""
    values: Mapping[str, Any]
    """What differs from the chart's own values."""


def release(spec: ReleaseSpec) -> Manifest:
    """The inputs of a release: what fails is taken back, and nothing that uses it starts before it is ready."""
    return {
        "name": spec.name,
        "namespace": spec.namespace,
        "chart": spec.chart,
        "version": spec.version,
        "values": spec.values,
        "atomic": True,
        "createNamespace": False,
        "maxHistory": HISTORY,
        "skipAwait": False,
        "timeout": TIMEOUT_SECONDS,
        "waitForJobs": True,
    }
