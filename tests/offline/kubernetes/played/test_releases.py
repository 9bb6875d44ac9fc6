"""Helm releases: what of a chart is played, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from components.problems import InvalidInput
from offline.kubernetes.played import kinds
from offline.kubernetes.played.api import Object
from offline.kubernetes.played.charts import cert_manager, envoy_gateway
from offline.kubernetes.played.releases import CHARTS, play_release, problems_of, read_release, remove_release, waiting
from offline.world.store import World
from tests.harness.memory_api import MemoryApi

CERT_MANAGER: dict[str, Any] = {
    "name": "cert-manager",
    "namespace": "mys-cert-manager",
    "chart": "oci://quay.io/jetstack/charts/cert-manager",
    "version": "v1.21.2",
    "values": {"crds": {"enabled": True}},
}
ENVOY: dict[str, Any] = {
    "name": "eg",
    "namespace": "mys-gateway",
    "chart": "oci://docker.io/envoyproxy/gateway-helm",
    "version": "v1.9.1",
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "cloud.db")


@pytest.mark.parametrize(
    ("changed", "path", "seen"),
    [
        ({"chart": "oci://example.com/charts/traefik"}, "chart", "oci://example.com/charts/traefik"),
        ({"chart": "cert-manager"}, "chart", "cert-manager"),
        ({"version": "v1.0.0"}, "version", "v1.0.0"),
        ({"values": {"replicas": 2}}, "values.replicas", "2"),
        ({"values": {"webhook": {"hostNetwork": True}}}, "values.webhook.hostNetwork", "True"),
        ({"values": {"crds": True}}, "values.crds", "True"),
        ({"postrender": "sed"}, "postrender", "'sed'"),
    ],
)
def test_what_is_not_played_is_one_error(world: World, changed: dict[str, Any], path: str, seen: str) -> None:
    inputs = {**CERT_MANAGER, **changed}
    (problem,) = problems_of(inputs)
    assert problem.path == f'kubernetes:helm.sh/v3:Release "cert-manager".{path}'
    assert problem.seen == seen
    with pytest.raises(InvalidInput):
        play_release(MemoryApi(), world, inputs)


def test_a_mirror_has_the_chart_under_its_name() -> None:
    assert problems_of({**CERT_MANAGER, "chart": "oci://myssharedacr.azurecr.io/charts/cert-manager"}) == []
    assert set(CHARTS) == {"cert-manager", "gateway-helm"}


def test_outputs_are_those_of_a_release(world: World) -> None:
    api = MemoryApi()
    made = play_release(api, world, CERT_MANAGER)
    assert made["status"] == {
        "appVersion": "v1.21.2",
        "chart": "cert-manager",
        "name": "cert-manager",
        "namespace": "mys-cert-manager",
        "revision": 1,
        "status": "deployed",
        "version": "v1.21.2",
    }
    assert made["resourceNames"]["Deployment.apps/apps/v1"] == [
        "mys-cert-manager/cert-manager",
        "mys-cert-manager/cert-manager-cainjector",
        "mys-cert-manager/cert-manager-webhook",
    ]
    assert read_release(api, "mys-cert-manager", "cert-manager") == made
    lines = waiting(api, CERT_MANAGER)
    assert "CustomResourceDefinition is not ready: issuers.cert-manager.io" in lines
    assert "Deployment is not ready: mys-cert-manager/cert-manager. 0 out of 1 expected pods are ready" in lines


def test_an_upgrade_removes_what_it_no_longer_makes(world: World) -> None:
    api = MemoryApi()
    play_release(api, world, CERT_MANAGER)
    values = {"crds": {"enabled": True}, "cainjector": {"enabled": False}}
    made = play_release(api, world, {**CERT_MANAGER, "values": values})
    assert made["status"]["revision"] == 2
    assert api.get(kinds.DEPLOYMENT, "cert-manager-cainjector", "mys-cert-manager") is None
    assert len(api.list(kinds.SECRET, "mys-cert-manager")) == 1


@pytest.mark.parametrize(("keep", "left"), [(True, 3), (False, 0)])
def test_a_release_goes_with_all_that_it_does_not_keep(world: World, keep: bool, left: int) -> None:
    api = MemoryApi()
    inputs = {**CERT_MANAGER, "values": {"crds": {"enabled": True, "keep": keep}}}
    play_release(api, world, inputs)
    remove_release(api, inputs)
    remove_release(api, inputs)
    assert len(api.list(kinds.DEFINITION)) == left == len(api.objects)


def test_the_kinds_of_the_gateway_stay(world: World) -> None:
    api = MemoryApi()
    play_release(api, world, {**ENVOY, "createNamespace": True})
    assert {each["metadata"]["name"] for each in api.list(kinds.SECRET, "mys-gateway")} >= {"envoy", "envoy-gateway"}
    remove_release(api, ENVOY)
    assert {key[0] for key in api.objects} == {kinds.DEFINITION, kinds.NAMESPACE}


def _images(api: MemoryApi) -> list[str]:
    found: list[Object] = api.list(kinds.DEPLOYMENT)
    return [each["spec"]["template"]["spec"]["containers"][0]["image"] for each in found]


def test_images_are_named_as_the_charts_name_them(world: World) -> None:
    digest = "sha256:" + "0" * 64
    assert cert_manager.image({}, {}, "controller") == "quay.io/jetstack/cert-manager-controller:v1.21.2"
    own = {"image": {"digest": digest}}
    assert (
        cert_manager.image({"imageRegistry": "a.io"}, own, "webhook") == f"a.io/jetstack/cert-manager-webhook@{digest}"
    )
    whole = {"image": {"repository": "a.io/b", "tag": "v1", "digest": digest}}
    assert cert_manager.image({}, whole, "controller") == f"a.io/b:v1@{digest}"
    assert envoy_gateway.image({}) == "docker.io/envoyproxy/gateway:v1.9.1"
    api = MemoryApi()
    pinned = {"global": {"images": {"envoyGateway": {"image": f"docker.io/envoyproxy/gateway@{digest}"}}}}
    play_release(api, world, {**ENVOY, "values": pinned})
    assert _images(api) == [f"docker.io/envoyproxy/gateway@{digest}"]


@pytest.mark.parametrize("chart", CHARTS.values(), ids=lambda chart: chart.name)
def test_definitions_know_their_fields_and_no_others(chart: Any) -> None:
    for each in chart.definitions({"crds": {"enabled": True}}):
        assert each.source
        for version in each.body()["spec"]["versions"]:
            for schema in _schemas(version["schema"]["openAPIV3Schema"]):
                assert "x-kubernetes-preserve-unknown-fields" not in schema


def _schemas(schema: Object) -> list[Object]:
    below = [*(schema.get("properties") or {}).values(), *([schema["items"]] if "items" in schema else [])]
    return [schema, *(found for each in below for found in _schemas(each))]
