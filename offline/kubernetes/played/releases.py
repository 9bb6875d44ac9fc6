"""Helm releases (``kubernetes:helm.sh/v3:Release``): what a chart makes, kept and removed as Helm would.

No chart is fetched. The outputs are those of pulumi-kubernetes (provider/pkg/provider/helm_release.go,
``setReleaseAttributes``), without ``manifest``, which it no longer fills.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from components.problems import InvalidInput, Problem
from offline.kubernetes.played.api import Api, ApiError, Kind, Object, kind_of
from offline.kubernetes.played.charts import cert_manager, envoy_gateway
from offline.kubernetes.played.charts.chart import Asked, Chart, unknown
from offline.kubernetes.played.gateways import sweep
from offline.kubernetes.played.installs import ESTABLISHED
from offline.kubernetes.played.kinds import DEFINITION, DEPLOYMENT, GATEWAY, NAMESPACE, SECRET
from offline.kubernetes.played.turn import holds
from offline.world.store import World

MANAGER = "helm"
CHARTS: Mapping[str, Chart] = {each.CHART.name: each.CHART for each in (cert_manager, envoy_gateway)}
"""By the last part of their reference: a mirror keeps that name (setting `kubernetes.charts`)."""

STORED = "helm.sh/release.v1"
"""The type of the Secret in which Helm keeps a release."""

PLAYED = frozenset(
    [
        "atomic",
        "chart",
        "cleanupOnFail",
        "compat",
        "createNamespace",
        "dependencyUpdate",
        "description",
        "disableWebhooks",
        "maxHistory",
        "name",
        "namespace",
        "repositoryOpts",
        "skipAwait",
        "skipCrds",
        "timeout",
        "values",
        "version",
        "waitForJobs",
    ]
)
"""The inputs of a release that are played, or that change nothing here."""


def problems_of(inputs: Mapping[str, Any]) -> list[Problem]:
    """What is not played of a release: its chart, version, values or other inputs."""
    path = f'kubernetes:helm.sh/v3:Release "{inputs.get("name") or ""}"'
    reference, version = str(inputs.get("chart") or ""), str(inputs.get("version") or "")
    chart = CHARTS.get(reference.rpartition("/")[2])
    found = [
        Problem(f"{path}.{name}", "the offline cloud does not play this input of a release", repr(inputs[name]))
        for name in sorted(set(inputs) - PLAYED - {"status", "resourceNames", "manifest"})
        if inputs[name] not in (None, False, "", {}, [])
    ]
    if chart is None or not reference.startswith("oci://"):
        allowed = ", ".join(each.reference for each in CHARTS.values())
        return [*found, Problem(f"{path}.chart", "the offline cloud does not know this chart", reference, allowed)]
    if version not in chart.versions:
        allowed = ", ".join(chart.versions)
        found.append(Problem(f"{path}.version", "the offline cloud does not know this version", version, allowed))
    return [*found, *unknown(inputs.get("values") or {}, chart.known, f"{path}.values")]


def play_release(api: Api, world: World, inputs: Mapping[str, Any]) -> Object:
    """Install or upgrade a release; its outputs. :func:`waiting` says what is not ready yet.

    Raises :class:`~components.problems.InvalidInput` for what is not played, and
    :class:`~offline.kubernetes.played.api.ApiError` as the server refuses.
    """
    del world
    problems = problems_of(inputs)
    if problems:
        raise InvalidInput(problems)
    chart, asked = CHARTS[str(inputs["chart"]).rpartition("/")[2]], _asked(inputs)
    before = _stored(api, asked.namespace, asked.name)
    if inputs.get("createNamespace") and api.get(NAMESPACE, asked.namespace) is None:
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": asked.namespace}})
    if not inputs.get("skipCrds"):
        for each in chart.definitions(asked.values):
            api.apply(each.body({"app.kubernetes.io/instance": asked.name}), MANAGER)
    made = list(chart.objects(asked))
    for each in made:
        api.apply(each, MANAGER)
    for each in _left(before, made):
        api.delete(Kind(each["apiVersion"], each["kind"]), each["name"], each["namespace"])
    revision = int(before["revision"]) + 1 if before else 1
    outputs = _outputs(inputs, chart, asked, made, revision)
    _store(api, asked, outputs, made, revision, before)
    return outputs


def read_release(api: Api, namespace: str, name: str) -> Object | None:
    """The outputs of a release that is installed; ``None`` where there is none."""
    found = _stored(api, namespace, name)
    return found["outputs"] if found else None


def waiting(api: Api, inputs: Mapping[str, Any]) -> list[str]:
    """What Helm still waits for, one line each; empty once a release is ready."""
    chart, asked = CHARTS[str(inputs["chart"]).rpartition("/")[2]], _asked(inputs)
    lines = [
        f"CustomResourceDefinition is not ready: {each.name}"
        for each in ([] if inputs.get("skipCrds") else chart.definitions(asked.values))
        if not holds(api.get(DEFINITION, each.name), ESTABLISHED)
    ]
    for each in chart.objects(asked) if not inputs.get("skipAwait") else ():
        if each["kind"] != DEPLOYMENT.kind:
            continue
        found = api.get(DEPLOYMENT, each["metadata"]["name"], asked.namespace) or {"metadata": {}}
        status, wanted = found.get("status") or {}, (found.get("spec") or {}).get("replicas", 1)
        seen = status.get("observedGeneration") == found["metadata"].get("generation")
        updated = min(status.get("updatedReplicas", 0), status.get("readyReplicas", 0))
        if not seen or updated < wanted:
            name = f"{asked.namespace}/{each['metadata']['name']}"
            lines.append(f"Deployment is not ready: {name}. {updated} out of {wanted} expected pods are ready")
    return lines


def remove_release(api: Api, inputs: Mapping[str, Any]) -> None:
    """Remove a release and, where its chart does not keep them, its definitions. Nothing where there is none."""
    asked = _asked(inputs)
    before = _stored(api, asked.namespace, asked.name)
    if before is None:
        return
    chart = CHARTS[str(before["outputs"]["chart"]).rpartition("/")[2]]
    if chart is envoy_gateway.CHART:
        # The controller cleans up behind Gateways that went, as long as it is there.
        sweep(api, {(each["metadata"]["namespace"], each["metadata"]["name"]) for each in api.list(GATEWAY)})
    for each in reversed(before["objects"]):
        api.delete(Kind(each["apiVersion"], each["kind"]), each["name"], each["namespace"])
    values = before["outputs"].get("values") or {}
    for each in () if chart.keeps(values) else chart.definitions(values):
        api.delete(DEFINITION, each.name)
    for each in api.list(SECRET, asked.namespace, labels=f"owner=helm,name={asked.name}"):
        api.delete(SECRET, each["metadata"]["name"], asked.namespace)


def _asked(inputs: Mapping[str, Any]) -> Asked:
    return Asked(str(inputs["name"]), str(inputs.get("namespace") or "default"), inputs.get("values") or {})


def _outputs(inputs: Mapping[str, Any], chart: Chart, asked: Asked, made: list[Object], revision: int) -> Object:
    names: dict[str, set[str]] = {}
    # Definitions of a chart's folder `crds` are no part of its manifest.
    definitions = [] if chart is envoy_gateway.CHART else [each.body() for each in chart.definitions(asked.values)]
    for each in [*made, *definitions]:
        group, _, _ = each["apiVersion"].rpartition("/")
        key = f"{each['kind']}{f'.{group}' if group else ''}/{each['apiVersion']}"
        place = each["metadata"].get("namespace")
        names.setdefault(key, set()).add(f"{place}/{each['metadata']['name']}" if place else each["metadata"]["name"])
    version = str(inputs["version"])
    kept = {name: each for name, each in inputs.items() if name not in ("resourceNames", "status")}
    return {
        **kept,
        "name": asked.name,
        "namespace": asked.namespace,
        "version": version,
        "resourceNames": {key: sorted(each) for key, each in sorted(names.items())},
        "status": {
            "appVersion": chart.versions[version],
            "chart": chart.name,
            "name": asked.name,
            "namespace": asked.namespace,
            "revision": revision,
            "status": "deployed",
            "version": version,
        },
    }


def _left(before: Object | None, made: list[Object]) -> list[Object]:
    """What an older revision made and this one does not."""
    now = [_reference(each) for each in made]
    return [each for each in (before["objects"] if before else []) if each not in now]


def _reference(body: Object) -> Object:
    kind, metadata = kind_of(body), body["metadata"]
    return {
        "apiVersion": kind.api_version,
        "kind": kind.kind,
        "name": metadata["name"],
        "namespace": metadata["namespace"],
    }


def _stored(api: Api, namespace: str, name: str) -> Object | None:
    found = api.list(SECRET, namespace, labels=f"owner=helm,name={name}")
    if not found:
        return None
    newest = max(found, key=lambda each: int(each["metadata"]["labels"]["version"]))
    return json.loads(base64.b64decode(newest["data"]["release"]))


def _store(api: Api, asked: Asked, outputs: Object, made: list[Object], revision: int, before: Object | None) -> None:
    kept = {"outputs": outputs, "objects": [_reference(each) for each in made], "revision": revision}
    labels = {"owner": "helm", "name": asked.name, "status": "deployed", "version": str(revision)}
    body = {
        "apiVersion": SECRET.api_version,
        "kind": SECRET.kind,
        "metadata": {"name": _secret(asked, revision), "namespace": asked.namespace, "labels": labels},
        "type": STORED,
        "data": {"release": base64.b64encode(json.dumps(kept).encode()).decode()},
    }
    try:
        api.create(body)
    except ApiError as error:
        if error.code != 409:
            raise
    if before is not None:
        # Of the revisions only the last one is ever asked for here.
        api.delete(SECRET, _secret(asked, int(before["revision"])), asked.namespace)


def _secret(asked: Asked, revision: int) -> str:
    return f"sh.helm.release.v1.{asked.name}.v{revision}"
