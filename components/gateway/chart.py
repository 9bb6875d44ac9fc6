"""The values of Envoy Gateway's chart (envoyproxy/gateway v1.9.1: charts/gateway-helm/values.tmpl.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.gateway.facts import CONTROLLER, RESOURCES
from components.kubernetes.manifests import cores, mebibytes


def values(*, mirror: str | None) -> Mapping[str, Any]:
    """What differs from the chart's own values. ``mirror`` has copies of the images under their own paths.

    The chart gives this image to the managers of shutdowns as well. Without the topology injector nothing of it is
    asked when pods are made.
    """
    return {
        "global": {"images": {"envoyGateway": {"image": CONTROLLER.reference(mirror)}}},
        "deployment": {"replicas": 1, "envoyGateway": {"resources": resources("envoy-gateway")}},
        "certgen": {"job": {"resources": resources("envoy-gateway-certgen")}},
        "topologyInjector": {"enabled": False},
    }


def resources(container: str) -> Mapping[str, Any]:
    """What a container is guaranteed and may use."""
    millicores, memory, most_millicores, most_memory = RESOURCES[container]
    return {
        "requests": {"cpu": cores(millicores), "memory": mebibytes(memory)},
        "limits": {"cpu": cores(most_millicores), "memory": mebibytes(most_memory)},
    }
