"""The provider's own options: which it takes, which replace everything, how a kubeconfig is read."""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from offline.kubernetes.access import Unreachable, read_kubeconfig
from offline.kubernetes.options import read_options, replaced_options
from offline.rpc.protocol import UNKNOWN, ProviderError

CA = "-----BEGIN CERTIFICATE-----\n"


def kubeconfig(server: str = "https://a.hcp.example:443", user: dict[str, Any] | None = None, **context: str) -> str:
    authority = base64.b64encode(CA.encode()).decode()
    cluster = {"server": server, "certificate-authority-data": authority}
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "it",
            "clusters": [{"name": "c", "cluster": cluster}],
            "users": [{"name": "u", "user": user or {"token": "t"}}],
            "contexts": [{"name": "it", "context": {"cluster": "c", "user": "u", **context}}],
        }
    )


ONE, OTHER = kubeconfig(), kubeconfig("https://b.hcp.example:443")


@pytest.mark.parametrize(
    ("olds", "news", "replaces"),
    [
        ({"kubeconfig": ONE, "clusterIdentifier": "a"}, {"kubeconfig": OTHER, "clusterIdentifier": "a"}, []),
        ({"kubeconfig": ONE, "clusterIdentifier": "a"}, {"kubeconfig": UNKNOWN, "clusterIdentifier": "a"}, []),
        (
            {"kubeconfig": ONE, "clusterIdentifier": "a"},
            {"kubeconfig": ONE, "clusterIdentifier": "b"},
            ["clusterIdentifier"],
        ),
        ({"kubeconfig": ONE}, {"kubeconfig": ONE, "clusterIdentifier": "a"}, []),
        ({"kubeconfig": ONE}, {"kubeconfig": OTHER}, ["kubeconfig"]),
        ({"kubeconfig": ONE}, {"kubeconfig": kubeconfig(user={"token": "new"})}, []),
        ({"kubeconfig": ONE}, {"kubeconfig": UNKNOWN}, ["kubeconfig"]),
    ],
)
def test_an_identifier_decides_what_is_another_cluster(
    olds: dict[str, Any], news: dict[str, Any], replaces: list[str]
) -> None:
    assert replaced_options(olds, news) == replaces


@pytest.mark.parametrize("option", ["renderYamlToDirectory", "upsertExistingObjects", "kubeClientSettings"])
def test_options_that_are_not_played_are_refused(option: str) -> None:
    with pytest.raises(ProviderError, match=option):
        read_options({"kubeconfig": ONE, option: "true"})
    assert read_options({"kubeconfig": ONE, option: "false", "clusterIdentifier": "a"}).identifier == "a"


def test_contents_are_mutable_where_the_program_says_so() -> None:
    assert not read_options({"kubeconfig": ONE}).mutable.config_maps
    assert read_options({"kubeconfig": ONE, "enableConfigMapMutable": "true"}).mutable.config_maps


def test_a_provider_without_a_kubeconfig_and_client_side_apply_are_refused() -> None:
    with pytest.raises(ProviderError, match="needs a kubeconfig"):
        read_options({})
    with pytest.raises(ProviderError, match="server-side apply only"):
        read_options({"kubeconfig": ONE, "enableServerSideApply": "false"})


def test_the_current_context_says_server_trust_and_namespace() -> None:
    access = read_kubeconfig(kubeconfig(namespace="mys-dev"))
    assert (access.server, access.authority, access.namespace) == ("https://a.hcp.example:443", CA, "mys-dev")
    assert access.token() == "t"
    assert read_kubeconfig(ONE).namespace == "default"


def login(*code: str, command: str = sys.executable) -> str:
    arguments = ["-c", "\n".join(code)]
    version = "client.authentication.k8s.io/v1beta1"
    return kubeconfig(user={"exec": {"apiVersion": version, "command": command, "args": arguments, "env": None}})


def test_a_command_prints_the_token() -> None:
    says = 'import json, os; info = json.loads(os.environ["KUBERNETES_EXEC_INFO"])'
    prints = 'print(json.dumps({"kind": info["kind"], "status": {"token": "minted"}}))'
    assert read_kubeconfig(login(says, prints)).token() == "minted"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (login(command="no-such-kubelogin"), "exec: executable no-such-kubelogin not found"),
        (login("import sys", "sys.exit('please log in')"), "failed with exit code 1: please log in"),
        (login("print('{}')"), "didn't return a token"),
    ],
)
def test_a_command_that_gives_no_token_is_the_reason(content: str, said: str) -> None:
    access = read_kubeconfig(content)
    with pytest.raises(Unreachable, match=said):
        access.token()


@pytest.mark.parametrize("content", ["{", "[]", "current-context: none", "a: b"])
def test_a_kubeconfig_that_cannot_be_read_is_one_error(content: str) -> None:
    with pytest.raises(Unreachable, match="failed to parse kubeconfig data"):
        read_kubeconfig(content)


def test_certificates_are_named_by_their_files(tmp_path: Path) -> None:
    user = {"client-certificate": str(tmp_path / "c"), "client-key": str(tmp_path / "k")}
    access = read_kubeconfig(kubeconfig(user=user))
    assert (access.certificate, access.token()) == ((tmp_path / "c", tmp_path / "k"), "")
