"""The provider without a server: checks, its own options on the wire, secrets, a cluster that nobody reaches."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from pulumi.runtime.proto import provider_pb2

from components.facts.creation import Witness
from components.facts.types import KUBERNETES_TYPES
from offline.kubernetes.access import Unreachable
from offline.kubernetes.checkpoint import checkpoint
from offline.kubernetes.cluster import Cluster, Endpoint
from offline.kubernetes.kinds import RELEASE
from offline.kubernetes.naming import unique_name
from offline.kubernetes.paths import written
from offline.kubernetes.provider import KubernetesProvider
from offline.kubernetes.replacing import Mutable, replacing
from offline.kubernetes.servicer import KubernetesServicer
from offline.rpc.protocol import UNKNOWN, CheckFailure, Properties, ProviderError, Secret
from offline.rpc.values import from_struct, to_struct
from offline.world.store import World

MAP = "kubernetes:core/v1:ConfigMap"
GONE = "dial tcp: lookup a.hcp.example: no such host"


def urn(token: str, name: str = "app") -> str:
    return f"urn:pulumi:one::k::{token}::{name}"


def nowhere(_folder: Path, _server: str) -> Endpoint:
    raise Unreachable(GONE)


def settle_nothing(_cluster: Cluster) -> Callable[[], bool]:
    return lambda: True


KUBECONFIG = yaml.safe_dump(
    {
        "current-context": "it",
        "clusters": [
            {
                "name": "it",
                "cluster": {
                    "server": "https://a.hcp.example:443",
                    "certificate-authority-data": base64.b64encode(b"ca").decode(),
                },
            }
        ],
        "users": [{"name": "it", "user": {"token": "t"}}],
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
    }
)


def configured(tmp_path: Path, **options: str) -> KubernetesProvider:
    world = World(tmp_path / "cloud.db")
    provider = KubernetesProvider(world, tmp_path, "4.34.2", nowhere, settle_nothing, sleep=lambda _: None)
    provider.configure({"kubeconfig": KUBECONFIG, **options})
    return provider


@pytest.fixture
def provider(tmp_path: Path) -> KubernetesProvider:
    return configured(tmp_path)


def config_map(**content: Any) -> Properties:
    metadata = {"namespace": "mys-dev", **content.pop("metadata", {})}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, **content}


def test_a_check_names_an_object_and_places_it(provider: KubernetesProvider) -> None:
    inputs, failures = provider.check(urn(MAP), MAP, {}, {"data": {"a": "1"}}, b"seed")
    assert failures == []
    assert (inputs["apiVersion"], inputs["kind"]) == ("v1", "ConfigMap")
    assert inputs["metadata"] == {
        "name": unique_name("app-", b"seed"),
        "namespace": "default",
        "annotations": {"pulumi.com/autonamed": "true"},
    }
    token = "kubernetes:storage.k8s.io/v1:StorageClass"
    placed, _ = provider.check(urn(token), token, {}, {"metadata": {"name": "mys-chain"}})
    assert placed["metadata"] == {"name": "mys-chain"}


def test_a_kind_of_the_type_table_needs_no_server(provider: KubernetesProvider) -> None:
    token = "kubernetes:cert-manager.io/v1:ClusterIssuer"
    inputs, _ = provider.check(urn(token), token, {}, {"metadata": {"name": "acme"}})
    assert inputs["metadata"] == {"name": "acme"}
    state = checkpoint(inputs, inputs, "cert-manager.io/v1", "m")
    assert not provider.diff(token, "acme", {}, state, inputs, []).changes


def test_what_a_preview_does_not_know_stays_unknown(provider: KubernetesProvider) -> None:
    inputs, _ = provider.check(urn(MAP), MAP, {}, {"metadata": {"name": UNKNOWN, "namespace": UNKNOWN}})
    assert inputs["metadata"] == {"name": UNKNOWN, "namespace": UNKNOWN}
    assert provider.create(urn(MAP), MAP, inputs, preview=True, timeout=0).properties == inputs


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("kubernetes:apps/v1:DaemonSet", "not played"),
        ("kubernetes:core/v1:NamespacePatch", "a patch of what others own"),
        ("kubernetes:core/v1:ConfigMapList", "register what is in it"),
        ("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "the release that brings them"),
    ],
)
def test_kinds_that_are_not_played_are_refused(provider: KubernetesProvider, token: str, why: str) -> None:
    with pytest.raises(ProviderError, match=why):
        provider.check(urn(token), token, {}, {"metadata": {"name": "a"}})


def test_a_generated_name_and_a_function_are_refused(provider: KubernetesProvider) -> None:
    with pytest.raises(ProviderError, match="generateName"):
        provider.check(urn(MAP), MAP, {}, {"metadata": {"generateName": "a-"}})
    with pytest.raises(ProviderError, match="no function"):
        provider.invoke("kubernetes:yaml:decode", {})


def test_a_release_is_named_and_what_is_not_played_of_it_is_refused(provider: KubernetesProvider) -> None:
    inputs, failures = provider.check(urn(RELEASE), RELEASE, {}, {"chart": "oci://example/unknown"}, b"s")
    assert (inputs["name"], inputs["namespace"], inputs["timeout"]) == (unique_name("app-", b"s"), "default", 300)
    assert [isinstance(each, CheckFailure) and "chart" in each.reason for each in failures] == [True]
    kept, _ = provider.check(urn(RELEASE), RELEASE, {"name": "app-1"}, {"chart": UNKNOWN}, b"t")
    assert kept["name"] == "app-1"


def test_a_release_changes_by_its_inputs_and_is_replaced_for_its_name(provider: KubernetesProvider) -> None:
    inputs = {"chart": "oci://a", "name": "a", "namespace": "b", "values": {"x": 1}}
    state = {**inputs, "status": {"revision": 2}, "__inputs": inputs}
    assert not provider.diff(RELEASE, "b/a", {}, state, inputs, []).changes
    changed = provider.diff(RELEASE, "b/a", {}, state, {**inputs, "values": {"x": 2}}, [])
    assert (list(changed.changes), changed.replaces) == (["values.x"], [])
    assert provider.diff(RELEASE, "b/a", {}, state, {**inputs, "name": "c"}, []).replaces == ["name"]


def test_a_cluster_that_nobody_reaches_stops_what_needs_it(provider: KubernetesProvider) -> None:
    inputs = config_map(metadata={"name": "a"})
    assert provider.create(urn(MAP), MAP, inputs, preview=True, timeout=0).properties == inputs
    with pytest.raises(ProviderError, match=f"configured Kubernetes cluster is unreachable: {GONE}"):
        provider.create(urn(MAP), MAP, inputs, preview=False, timeout=0)
    with pytest.raises(ProviderError, match="failed to read resource state due to unreachable cluster"):
        provider.read(urn(MAP), MAP, "mys-dev/a", inputs, {})
    with pytest.raises(ProviderError, match="PULUMI_K8S_DELETE_UNREACHABLE"):
        provider.delete(urn(MAP), MAP, "mys-dev/a", {}, timeout=0)


def test_objects_of_a_cluster_that_is_gone_are_forgotten_where_the_program_says_so(tmp_path: Path) -> None:
    provider = configured(tmp_path, deleteUnreachable="true")
    assert provider.read(urn(MAP), MAP, "mys-dev/a", config_map(), {}) is None
    provider.delete(urn(MAP), MAP, "mys-dev/a", {}, timeout=0)


def test_a_kubeconfig_that_cannot_be_read_is_told_once_it_is_needed(tmp_path: Path) -> None:
    provider = configured(tmp_path, kubeconfig="{")
    with pytest.raises(ProviderError, match="failed to parse kubeconfig data"):
        provider.create(urn(MAP), MAP, config_map(metadata={"name": "a"}), preview=False, timeout=0)


def test_a_job_is_not_asked_for_where_nobody_answers(provider: KubernetesProvider) -> None:
    job = {"apiVersion": "batch/v1", "kind": "Job"}
    job |= {"metadata": {"name": "a", "namespace": "b", "annotations": {"pulumi.com/replaceUnready": "true"}}}
    state = checkpoint(job, job, "batch/v1", "m")
    assert not provider.diff("kubernetes:batch/v1:Job", "b/a", {}, state, job, []).changes


class Context:
    """A call that nobody ends."""

    def abort(self, code: grpc.StatusCode, details: str) -> None:
        raise AssertionError(f"{code}: {details}")


def test_secrets_stay_secret_on_the_wire_and_the_seed_makes_the_name(provider: KubernetesProvider) -> None:
    news = to_struct({"data": {"a": Secret("hush"), "b": "plain"}})
    request = provider_pb2.CheckRequest(urn=urn(MAP), type=MAP, news=news, randomSeed=b"seed")
    response = KubernetesServicer(provider).Check(request, Context())
    inputs, secrets = from_struct(response.inputs)
    assert inputs["metadata"]["name"] == unique_name("app-", b"seed")
    assert secrets == {("data", "a")}


def test_what_is_in_a_secret_is_secret_whoever_gave_it(provider: KubernetesProvider) -> None:
    token = "kubernetes:core/v1:Secret"
    news = to_struct({"stringData": {"a": "hush"}, "metadata": {"name": "a"}})
    request = provider_pb2.CheckRequest(urn=urn(token), type=token, news=news)
    response = KubernetesServicer(provider).Check(request, Context())
    inputs, secrets = from_struct(response.inputs)
    assert (inputs["data"], secrets) == ({"a": "aHVzaA=="}, {("data",)})


def test_secret_inputs_are_secret_in_both_places_of_the_state(provider: KubernetesProvider) -> None:
    marked = KubernetesServicer(provider).marked({("data", "a"), ("spec", "list", 1, "b")})
    assert marked == {("data", "a"), ("spec", "list"), ("__inputs", "data", "a"), ("__inputs", "spec", "list")}


def test_another_identifier_replaces_the_provider(provider: KubernetesProvider) -> None:
    def replaced(before: str, now: str) -> list[str]:
        olds, news = ({"kubeconfig": KUBECONFIG, "clusterIdentifier": each} for each in (before, now))
        request = provider_pb2.DiffRequest(olds=to_struct(olds), news=to_struct({**news, "kubeconfig": UNKNOWN}))
        servicer = KubernetesServicer(provider)
        return list(servicer.DiffConfig(request, Context()).replaces)

    assert replaced("a", "a") == []
    assert replaced("a", "b") == ["clusterIdentifier"]


def test_an_interrupted_run_ends_all_waiting(provider: KubernetesProvider) -> None:
    KubernetesServicer(provider).Cancel(None, Context())
    assert provider.work.cancelled.is_set()


@pytest.mark.parametrize("key", sorted(KUBERNETES_TYPES))
def test_the_type_table_and_the_provider_replace_for_the_same_paths(key: str) -> None:
    row = KUBERNETES_TYPES[key]
    if row.token == RELEASE:
        return
    played = {written(path) for path in replacing({"apiVersion": row.api_version, "kind": row.kind}, Mutable())}
    told = {each.path for each in row.creation_only if each.witness is Witness.TABLE}
    assert played - {"metadata.namespace"} == told - {"metadata.namespace"}


def test_the_first_object_waits_for_a_whole_turn_of_the_controllers(provider: KubernetesProvider) -> None:
    """Which bring what AKS puts into a cluster; those who come later wait for nothing."""
    work, turns = provider.work, iter((False, False, True))
    work.settle = lambda _cluster: lambda: next(turns)
    work.complete()
    work.complete()
    assert list(turns) == []
