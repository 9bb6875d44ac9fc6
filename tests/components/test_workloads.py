"""Manifests of workloads: what Pod Security, the drivers and the autoscaler need of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.kubernetes.manifests import mebibytes
from components.workloads.policies import network_policy
from components.workloads.spec import EdgeSpec, PeerSpec, PolicySpec, PortRange
from components.workloads.values import digest_of, objects
from tests.harness.build import compose_plan
from tests.harness.compose import Composition, Registered
from tests.harness.settings import GONE, edited_plan, every_environment

DEPLOYMENTS = {"mys-admin-api", "mys-story-generator", "mys-publisher"}
JOBS = {"mys-data-migration", "mys-analytics", "mys-training-export"}


def of(composition: Composition, kind: str) -> dict[str, Registered]:
    """The objects of a kind of our services, by logical name."""
    return {
        each.name: each
        for each in composition.kubernetes()
        if each.type.endswith(f":{kind}")
        and each.inputs["metadata"].get("namespace", "mys-").startswith("mys-")
        and each.name.startswith("mys-")
    }


def pods(composition: Composition) -> dict[str, dict[str, Any]]:
    """The pod of everything that runs, by name."""
    found = {kind: of(composition, kind) for kind in ("Deployment", "StatefulSet", "Job")}
    return {name: each.inputs["spec"]["template"] for made in found.values() for name, each in made.items()}


@every_environment
@pytest.mark.requirement("S1-020", "S3-004", "S3-038", "S3-044")
def test_what_runs_in_the_cluster(stack: str, composed: Mapping[str, Composition]) -> None:
    """Names agree: selectors find the pods, services lead to them, autoscalers and budgets are theirs."""
    found = composed[stack]
    assert set(of(found, "Deployment")) == DEPLOYMENTS
    assert set(of(found, "StatefulSet")) == {"mys-chain"}
    assert set(of(found, "Job")) == {"mys-db-migrator"}
    assert set(of(found, "HorizontalPodAutoscaler")) == DEPLOYMENTS
    assert set(of(found, "PodDisruptionBudget")) == {*DEPLOYMENTS, "mys-chain"}
    assert set(of(found, "Service")) >= {*DEPLOYMENTS, "mys-chain", "mys-chain-p2p"}
    accounts = of(found, "ServiceAccount")
    assert set(accounts) == {*DEPLOYMENTS, *JOBS, "mys-chain", "mys-db-migrator"}
    for name, template in pods(found).items():
        if name == "mys-db-migrator":
            continue
        owner = {**of(found, "Deployment"), **of(found, "StatefulSet")}[name].inputs["spec"]
        selector = owner["selector"]["matchLabels"]
        assert set(selector) == {"app.kubernetes.io/name", "app.kubernetes.io/instance"}
        assert selector.items() <= template["metadata"]["labels"].items()
        assert of(found, "Service")[name].inputs["spec"]["selector"] == selector
        assert of(found, "PodDisruptionBudget")[name].inputs["spec"] == {
            "maxUnavailable": 1,
            "selector": {"matchLabels": selector},
        }
        assert of(found, "NetworkPolicy")[name].inputs["spec"]["podSelector"]["matchLabels"] == selector
        assert template["spec"]["serviceAccountName"] == name in accounts


@every_environment
@pytest.mark.requirement("S1-089")
def test_every_account_is_the_identity_of_its_service(stack: str, composed: Mapping[str, Composition]) -> None:
    found = composed[stack]
    ids = {
        each.inputs["metadata"]["annotations"]["azure.workload.identity/client-id"]
        for each in of(found, "ServiceAccount").values()
    }
    assert len(ids) == len(of(found, "ServiceAccount"))
    assert not any(each.startswith("00000000-0000-0000") for each in ids), "estate 3"
    for template in pods(found).values():
        assert template["metadata"]["labels"]["azure.workload.identity/use"] == "true"


@every_environment
def test_every_pod_is_restricted_and_bounded(stack: str, composed: Mapping[str, Composition]) -> None:
    for name, template in pods(composed[stack]).items():
        spec = template["spec"]
        security = spec["securityContext"]
        assert (security["runAsUser"], security["runAsNonRoot"]) == (1000, True), name
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["automountServiceAccountToken"] is False
        for container in (*spec["containers"], *spec.get("initContainers", ())):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": True,
            }
            for bound in ("requests", "limits"):
                assert set(container["resources"][bound]) == {"cpu", "memory", "ephemeral-storage"}
        assert all("sizeLimit" in each["emptyDir"] for each in spec["volumes"] if "emptyDir" in each)


@every_environment
@pytest.mark.requirement("S1-023", "S1-042", "S2-026")
def test_every_copy_is_probed_and_drained(stack: str, composed: Mapping[str, Composition]) -> None:
    for name, template in pods(composed[stack]).items():
        if name == "mys-db-migrator":
            continue
        (container,) = template["spec"]["containers"]
        ports = {each["name"] for each in container["ports"]}
        for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
            (asked,) = [container[probe][kind] for kind in ("httpGet", "tcpSocket", "grpc") if kind in container[probe]]
            assert asked["port"] in ports
        assert container["lifecycle"]["preStop"]["sleep"]["seconds"] < template["spec"]["terminationGracePeriodSeconds"]


@every_environment
@pytest.mark.requirement("S1-028", "S1-098", "S1-105", "S3-156")
def test_copies_follow_the_load(stack: str, composed: Mapping[str, Composition]) -> None:
    found = composed[stack]
    for name, each in of(found, "HorizontalPodAutoscaler").items():
        spec = each.inputs["spec"]
        assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
        assert spec["minReplicas"] < spec["maxReplicas"]
        targets = {
            metric["resource"]["name"]: metric["resource"]["target"]["averageUtilization"] for metric in spec["metrics"]
        }
        assert targets == {"cpu": 70, "memory": 80}
        assert spec["behavior"]["scaleUp"]["stabilizationWindowSeconds"] == 0
        assert spec["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 300
        assert of(found, "Deployment")[name].ignored == ("spec.replicas",)


@every_environment
@pytest.mark.requirement("S2-006")
def test_chain_keeps_its_disks(stack: str, composed: Mapping[str, Composition]) -> None:
    found = composed[stack]
    chain, kind = of(found, "StatefulSet")["mys-chain"], of(found, "StorageClass")["mys-chain"]
    assert chain.protect
    (claim,) = chain.inputs["spec"]["volumeClaimTemplates"]
    assert claim["spec"]["storageClassName"] == kind.inputs["metadata"]["name"] == "mys-chain"
    assert claim["spec"]["resources"]["requests"]["storage"] == ("500Gi" if stack == "prod" else "100Gi")
    assert (kind.inputs["reclaimPolicy"], kind.inputs["volumeBindingMode"]) == ("Retain", "WaitForFirstConsumer")
    assert kind.inputs["parameters"] == {"skuName": "Premium_ZRS"}
    assert kind.inputs["allowVolumeExpansion"] is True
    service = of(found, "Service")["mys-chain"].inputs["spec"]
    assert (service["clusterIP"], chain.inputs["spec"]["serviceName"]) == ("None", "mys-chain")
    apart = chain.inputs["spec"]["template"]["spec"]["affinity"]["podAntiAffinity"]
    (rule,) = apart["requiredDuringSchedulingIgnoredDuringExecution"]
    assert rule["topologyKey"] == "kubernetes.io/hostname"
    peers = of(found, "Service")["mys-chain-p2p"].inputs
    number = {"dev": 0, "staging": 1, "prod": 2}[stack]
    annotations = peers["metadata"]["annotations"]
    assert annotations["service.beta.kubernetes.io/azure-load-balancer-ipv4"] == f"10.{number}.6.13"
    assert annotations["service.beta.kubernetes.io/azure-load-balancer-internal"] == "true"
    assert [(each["port"], each["protocol"]) for each in peers["spec"]["ports"]] == [(30303, "TCP"), (30303, "UDP")]


@every_environment
def test_values_have_a_new_name_whenever_they_change(stack: str, composed: Mapping[str, Composition]) -> None:
    """Classes and maps are replaced, new ones first; the Secret is named for the versions that it holds."""
    found = composed[stack]
    for name, each in of(found, "SecretProviderClass").items():
        assert "name" not in each.inputs["metadata"]
        assert each.replaced_on == ("spec",)
        (secret,) = each.inputs["spec"]["secretObjects"]
        delivered = {item["key"] for item in secret["data"]}
        (container,) = pods(found)[name]["spec"]["containers"]
        assert {item["name"] for item in container["env"]} == delivered
        assert {item["valueFrom"]["secretKeyRef"]["name"] for item in container["env"]} == {secret["secretName"]}
        assert secret["secretName"].startswith(f"{name}-")
        array = yaml.safe_load(each.inputs["spec"]["parameters"]["objects"])["array"]
        listed = list(map(yaml.safe_load, array))
        assert {item["objectName"] for item in listed} == {item["objectName"] for item in secret["data"]}
        assert all(item["objectType"] == "secret" and item["objectVersion"] for item in listed)
        assert not each.secrets, "a version says nothing of a value"
        volumes = pods(found)[name]["spec"]["volumes"]
        (mounted,) = [item["csi"] for item in volumes if "csi" in item]
        assert mounted["volumeAttributes"]["secretProviderClass"].startswith(f"{name}-")
    for name, each in of(found, "ConfigMap").items():
        assert "name" not in each.inputs["metadata"], name


def test_a_new_version_of_one_secret_is_another_secret_and_an_old_one_is_the_same() -> None:
    secrets = {"A": "one", "B": "two"}
    before = digest_of(secrets, {"one": "1", "two": "1"})
    assert before == digest_of(dict(reversed(secrets.items())), {"two": "1", "one": "1"})
    assert before != digest_of(secrets, {"one": "2", "two": "1"})
    assert before != digest_of({"A": "two", "B": "one"}, {"one": "1", "two": "1"})


def test_what_its_owner_writes_has_no_version() -> None:
    assert objects({"one": "", "two": "7"}).splitlines() == [
        "array:",
        "  - |",
        "    objectName: one",
        "    objectType: secret",
        "  - |",
        "    objectName: two",
        "    objectType: secret",
        "    objectVersion: 7",
    ]


@pytest.mark.requirement("S1-043", "S2-024", "S2-037", "S2-038", "S2-039", "S2-040", "S2-083")
@every_environment
def test_admin_api_is_told_the_phase_of_the_migration(stack: str, composed: Mapping[str, Composition]) -> None:
    data = of(composed[stack], "ConfigMap")["mys-admin-api"].inputs["data"]
    assert data["DataMigration__Phase"] == "0"


def test_without_an_image_there_are_an_account_and_a_policy_only(folder: Path) -> None:
    changes = {"services.publisher.rollout": "off", "services.publisher.image_digest": GONE}
    found = compose_plan(edited_plan(folder, "prod", changes))
    named = {each.type.rpartition(":")[2] for each in found.kubernetes() if each.name == "mys-publisher"}
    assert named == {"ServiceAccount", "NetworkPolicy"}


@pytest.mark.parametrize(
    ("number", "text"), [(64, "64Mi"), (1024, "1Gi"), (1536, "1536Mi"), (512000, "500Gi"), (1 << 20, "1Ti")]
)
def test_sizes_are_written_as_the_api_server_writes_them(number: int, text: str) -> None:
    assert mebibytes(number) == text


def test_a_policy_names_pods_or_addresses_and_ranges_of_ports() -> None:
    pods_ = PeerSpec("a", namespace="mys-dev", labels={"app": "a"})
    range_ = PeerSpec("b", cidr="10.0.0.0/24", excepted=("10.0.0.8/29",))
    spec = PolicySpec(
        "mys-x",
        "mys-dev",
        {"app": "x"},
        ingress=(),
        egress=(
            EdgeSpec(pods_, (PortRange(1, 1, "UDP"),)),
            EdgeSpec(range_, (PortRange(8500, 8599, "TCP"),)),
        ),
    )
    made = network_policy(spec, {"app": "x"})["spec"]
    assert "ingress" not in made, "nobody: an empty list would be read as nothing at all"
    assert made["policyTypes"] == ["Ingress", "Egress"]
    assert made["egress"] == [
        {
            "to": [
                {
                    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "mys-dev"}},
                    "podSelector": {"matchLabels": {"app": "a"}},
                }
            ],
            "ports": [{"protocol": "UDP", "port": 1}],
        },
        {
            "to": [{"ipBlock": {"cidr": "10.0.0.0/24", "except": ["10.0.0.8/29"]}}],
            "ports": [{"protocol": "TCP", "port": 8500, "endPort": 8599}],
        },
    ]
