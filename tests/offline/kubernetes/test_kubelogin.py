"""The stand-in for kubelogin, and the kubeconfig that asks for it."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509

from components.aks.facts import SERVER_APPLICATION
from offline.azure.behaviour import guid
from offline.azure.errors import ArmError
from offline.azure.subscription import CALLER
from offline.engine.home import HOME_VARIABLE, PROJECT, Home
from offline.engine.plugins import install_programs
from offline.engine.run import Engine
from offline.kubernetes import kubelogin
from offline.kubernetes.kubelogin import EXEC_INFO, LOGIN_METHOD, V1, V1BETA1, Refused, get_token
from offline.kubernetes.servers.rights import user_of
from offline.world.limits import Login
from tests.harness.clusters import NAME
from tests.harness.compose import TENANT
from tests.harness.entra_clusters import entra_cluster, server_of
from tests.harness.offline import GROUP, Cloud

AZURE_CLI = ("get-token", "--login", "azurecli", "--server-id", SERVER_APPLICATION)
CREDENTIALS = "azure-native:containerservice:listManagedClusterUserCredentials"
NOW = 1_700_000_000.0


def log_in(cloud: Cloud, **login: Any) -> None:
    with cloud.world.limits() as limits:
        limits.set_login(Login(**login))


def asked(version: str) -> str:
    return json.dumps({"apiVersion": version, "kind": "ExecCredential", "spec": {"interactive": False}})


def test_a_token_of_the_login(cloud: Cloud) -> None:
    made = entra_cluster(cloud)
    found = get_token(cloud.world, AZURE_CLI, {EXEC_INFO: asked(V1)}, NOW)
    assert {**found, "status": None} == {
        "kind": "ExecCredential",
        "apiVersion": V1,
        "spec": {"interactive": False},
        "status": None,
    }
    assert found["status"]["expirationTimestamp"] == "2023-11-14T23:13:20Z"
    with cloud.world.reading() as reader:
        cluster = reader.get(made.id)
        assert cluster is not None
        assert user_of(reader, cluster, found["status"]["token"], NOW)["username"] == CALLER


def test_a_pipeline_has_a_token_by_either_method(cloud: Cloud) -> None:
    made, pipeline = entra_cluster(cloud), cloud.identity("apply").properties
    log_in(cloud, service=True, client_id=pipeline["clientId"], object_id=pipeline["principalId"])
    for variables in ({}, {LOGIN_METHOD: "workloadidentity"}):
        token = get_token(cloud.world, AZURE_CLI, variables, NOW)["status"]["token"]
        with cloud.world.reading() as reader:
            cluster = reader.get(made.id)
            assert cluster is not None
            assert user_of(reader, cluster, token, NOW)["username"] == pipeline["principalId"]


def test_the_oldest_client_asks_for_no_version(cloud: Cloud) -> None:
    assert get_token(cloud.world, AZURE_CLI, {}, NOW)["apiVersion"] == V1BETA1
    assert get_token(cloud.world, AZURE_CLI, {EXEC_INFO: "{}"}, NOW)["apiVersion"] == V1BETA1


@pytest.mark.parametrize(
    ("arguments", "variables", "why"),
    [
        (AZURE_CLI, {LOGIN_METHOD: "browser"}, "'browser' is not a supported login method. Supported method is one of"),
        (AZURE_CLI, {LOGIN_METHOD: "devicecode"}, "devicecode needs a person"),
        (AZURE_CLI, {LOGIN_METHOD: "workloadidentity"}, "workloadidentity needs a service's login"),
        (AZURE_CLI[:3], {}, "server-id is required"),
        (("get-token", "--server-id", SERVER_APPLICATION), {}, "devicecode needs a person"),
        ((*AZURE_CLI, "--colour"), {}, "unrecognized arguments: --colour"),
        (("convert-kubeconfig",), {}, "invalid choice: 'convert-kubeconfig'"),
        (AZURE_CLI, {EXEC_INFO: asked("client.authentication.k8s.io/v1alpha1")}, "v1alpha1 is not supported"),
        (AZURE_CLI, {EXEC_INFO: "["}, "cannot unmarshal"),
    ],
)
def test_what_kubelogin_refuses(cloud: Cloud, arguments: tuple[str, ...], variables: dict[str, str], why: str) -> None:
    with pytest.raises(Refused, match=why.replace(".", r"\.")):
        get_token(cloud.world, arguments, variables, NOW)


def test_a_variable_may_be_told_not_to_count(cloud: Cloud) -> None:
    arguments = (*AZURE_CLI, "--disable-environment-override")
    assert get_token(cloud.world, arguments, {LOGIN_METHOD: "browser"}, NOW)["status"]["token"]


def test_an_expired_and_a_deleted_login(cloud: Cloud) -> None:
    log_in(cloud, expired=True)
    with pytest.raises(Refused, match="AADSTS700082"):
        get_token(cloud.world, AZURE_CLI, {}, NOW)
    log_in(cloud, service=True, client_id=guid("client"), object_id=guid("gone"))
    with pytest.raises(Refused, match="AADSTS700016"):
        get_token(cloud.world, AZURE_CLI, {}, NOW)


def test_the_program(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(cloud.world.path.parent))
    assert kubelogin.main(AZURE_CLI, {}, lambda: NOW) == 0
    assert json.loads(capsys.readouterr().out)["status"]["token"]
    assert kubelogin.main(AZURE_CLI[:3], {}, lambda: NOW) == 1
    assert capsys.readouterr().err == "Error: server-id is required\n"


def test_a_run_finds_it_before_all_others(cloud: Cloud) -> None:
    engine = Engine(Home(cloud.world.path.parent))
    install_programs(engine.home.programs)
    environment = {**engine.environment(), "PYTHONPATH": str(PROJECT)}
    assert shutil.which("kubelogin", path=environment["PATH"]) == str(engine.home.programs / "kubelogin")
    done = subprocess.run(["kubelogin", *AZURE_CLI], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["kind"] == "ExecCredential"


def test_the_kubeconfig_names_the_cluster_and_holds_no_secret(cloud: Cloud, tmp_path: Path) -> None:
    made = entra_cluster(cloud)
    arguments = {"resourceGroupName": GROUP, "resourceName": NAME, "format": "exec"}
    answered = cloud.azure.invoke(CREDENTIALS, arguments)
    (found,) = answered["kubeconfigs"]
    assert found["name"] == "clusterUser"
    config = yaml.safe_load(base64.b64decode(found["value"]))
    (cluster,), (user,), (context,) = config["clusters"], config["users"], config["contexts"]
    assert cluster["cluster"]["server"] == server_of(made)
    assert user["name"] == context["context"]["user"] == f"clusterUser_{GROUP}_{NAME}"
    assert config["current-context"] == context["name"] == cluster["name"] == NAME
    login = user["user"]["exec"]
    assert (login["command"], login["apiVersion"]) == ("kubelogin", V1BETA1)
    assert login["args"][login["args"].index("--server-id") + 1] == SERVER_APPLICATION
    assert login["args"][login["args"].index("--tenant-id") + 1] == TENANT
    authority = base64.b64decode(cluster["cluster"]["certificate-authority-data"])
    assert x509.load_pem_x509_certificate(authority).subject.rfc4514_string() == "CN=ca"
    assert b"PRIVATE" not in base64.b64decode(found["value"])
    assert cloud.azure.invoke(CREDENTIALS, arguments) == answered
    cloud.delete("azure-native:containerservice:ManagedCluster", made.id)
    assert list((tmp_path / "clusters").glob("mys*")) == []
    with pytest.raises(ArmError, match="ResourceNotFound"):
        cloud.azure.invoke(CREDENTIALS, arguments)


def test_the_kubeconfig_takes_a_right_of_its_own(cloud: Cloud) -> None:
    made, pipeline = entra_cluster(cloud), cloud.identity("apply").properties
    log_in(cloud, service=True, client_id=pipeline["clientId"], object_id=pipeline["principalId"])
    arguments = {"resourceGroupName": GROUP, "resourceName": NAME}
    with pytest.raises(ArmError, match="listClusterUserCredential/action"):
        cloud.azure.invoke(CREDENTIALS, arguments)
    log_in(cloud)
    cloud.grant("cluster-user", pipeline["principalId"], made.id)
    log_in(cloud, service=True, client_id=pipeline["clientId"], object_id=pipeline["principalId"])
    assert cloud.azure.invoke(CREDENTIALS, arguments)["kubeconfigs"]
