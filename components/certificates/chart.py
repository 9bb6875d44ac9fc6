"""The values of cert-manager's chart (cert-manager v1.21.2: deploy/charts/cert-manager/values.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.certificates.facts import CAINJECTOR, CONTROLLER, PODS, REGISTRY, STARTUP_CHECK, WEBHOOK
from components.kubernetes.images import Image
from components.kubernetes.manifests import cores, mebibytes
from components.workloads.facts import USES_IDENTITY_LABEL


def values(namespace: str, *, mirror: str | None, identified: bool) -> Mapping[str, Any]:
    """What differs from the chart's own values: images by digest, resources, and where it keeps what it locks.

    ``mirror`` has copies of the images under their own paths. ``identified``: whether the controller has an identity,
    with which any issuer may answer challenges.
    """
    login = {"podLabels": {USES_IDENTITY_LABEL: "true"}, "extraArgs": ["--issuer-ambient-credentials"]}
    return {
        "global": {"leaderElection": {"namespace": namespace}},
        # They go with the release: it is installed again only where everything that uses them is gone.
        "crds": {"enabled": True, "keep": False},
        "imageRegistry": mirror or REGISTRY,
        "image": _pinned(CONTROLLER),
        "resources": resources("cert-manager"),
        # It asks the cluster's resolver alone, the one that its network policy lets it reach.
        "dns01RecursiveNameserversOnly": True,
        **(login if identified else {}),
        "webhook": {"image": _pinned(WEBHOOK), "resources": resources("cert-manager-webhook")},
        "cainjector": {"image": _pinned(CAINJECTOR), "resources": resources("cert-manager-cainjector")},
        "startupapicheck": {"image": _pinned(STARTUP_CHECK), "resources": resources("cert-manager-startupapicheck")},
    }


def resources(pod: str) -> Mapping[str, Any]:
    """What a pod is guaranteed and may use."""
    millicores, memory, most_millicores, most_memory = PODS[pod]
    return {
        "requests": {"cpu": cores(millicores), "memory": mebibytes(memory)},
        "limits": {"cpu": cores(most_millicores), "memory": mebibytes(most_memory)},
    }


def _pinned(image: Image) -> Mapping[str, str]:
    return {"tag": image.version, "digest": image.digest}
