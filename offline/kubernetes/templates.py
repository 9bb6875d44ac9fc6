"""Pod templates, tried as a Pod: the API server checks a template for less than the pods that a controller makes of it.

Ours, not pulumi-kubernetes': a cluster takes the workload, and only its controller meets what is wrong with its pods.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from offline.kubernetes.errors import FORBIDDEN, NOT_FOUND, POD
from offline.kubernetes.kinds import metadata, text
from offline.kubernetes.played.api import Api, ApiError, Kind
from offline.rpc.protocol import Properties

TEMPLATES: Mapping[Kind, tuple[str, ...]] = {
    Kind("apps/v1", "Deployment"): ("spec", "template"),
    Kind("apps/v1", "ReplicaSet"): ("spec", "template"),
    Kind("apps/v1", "StatefulSet"): ("spec", "template"),
    Kind("batch/v1", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
    Kind("batch/v1", "Job"): ("spec", "template"),
}

DRY = {"dryRun": "All", "fieldValidation": "Strict"}

LATER = ("error looking up service account", "exceeded quota", "cannot create resource")
"""What may be right when the pods are made: the account comes, the old pods go. Who applies need not make pods."""


def pod_of(body: Properties) -> Properties | None:
    """A Pod as the controller of a workload would make it; ``None`` for what has no pods."""
    path = TEMPLATES.get(Kind(str(body.get("apiVersion")), str(body.get("kind"))))
    template: Any = body
    for name in path or ():
        template = template.get(name) if isinstance(template, dict) else None
    if path is None or not isinstance(template, dict) or not isinstance(template.get("spec"), dict):
        return None
    spec = copy.deepcopy(template["spec"])
    claims = (body.get("spec") or {}).get("volumeClaimTemplates") or []
    volumes = [
        {"name": text(each, "name"), "persistentVolumeClaim": {"claimName": text(each, "name")}} for each in claims
    ]
    if volumes:
        spec["volumes"] = [*(spec.get("volumes") or []), *volumes]
    about = {key: value for key, value in metadata(template).items() if key in ("labels", "annotations")}
    name = f"{text(body, 'name') or 'pod'}-"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**about, "generateName": name, "namespace": text(body, "namespace")},
        "spec": spec,
    }


def refusal(api: Api, body: Properties) -> str:
    """Why no pod of a workload could be made; empty where one can."""
    pod = pod_of(body)
    if pod is None:
        return ""
    try:
        api.create(pod, DRY)
    except ApiError as error:
        later = error.code == NOT_FOUND or (error.code == FORBIDDEN and any(each in str(error) for each in LATER))
        return "" if later else f"pod template: {error}{POD}"
    return ""
