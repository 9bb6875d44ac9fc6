"""Files that leave a job: only who may use the key of the stack reads them, and for the same purpose."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from components.problems import MystiraError
from mystira.ci import sealing
from mystira.ci.sealing import NotOpened, VaultKey, key_of, opened, seal, write_sealed
from stacks.plan.model import StackPlan
from tests.mystira.ci.conftest import LocalKey

PURPOSE = "plan dev abc"
ID = "https://mys-vault.vault.azure.net/keys/pulumi-dev/1"


def test_what_is_sealed_opens_for_the_same_purpose_alone() -> None:
    sealed = seal(b"a plan", PURPOSE, LocalKey())
    assert b"a plan" not in sealed
    assert opened(sealed, PURPOSE, LocalKey()) == b"a plan"
    with pytest.raises(NotOpened, match="allowed: plan dev other"):
        opened(sealed, "plan dev other", LocalKey())
    with pytest.raises(NotOpened, match="another key"):
        opened(sealed, PURPOSE, LocalKey("pulumi-prod"))


def test_no_two_files_are_alike() -> None:
    assert seal(b"x", PURPOSE, LocalKey()) != seal(b"x", PURPOSE, LocalKey())


@pytest.mark.parametrize("part", ["data", "nonce", "wrapped"])
def test_a_changed_file_does_not_open(part: str) -> None:
    document = json.loads(seal(b"a plan", PURPOSE, LocalKey()))
    document[part] = document[part][4:8] + document[part][:4] + document[part][8:]
    with pytest.raises(NotOpened, match="changed since"):
        opened(json.dumps(document).encode(), PURPOSE, LocalKey())


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"format": "other"}', b"\xff"])
def test_what_nobody_sealed_is_one_error(content: bytes) -> None:
    with pytest.raises(NotOpened, match="no sealed file"):
        opened(content, PURPOSE, LocalKey())


def test_a_sealed_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    write_sealed(tmp_path / "plan", b"a plan", PURPOSE, LocalKey())
    assert [each.name for each in tmp_path.iterdir()] == ["plan"]


def test_the_key_is_the_one_of_the_state(plans: Mapping[str, StackPlan]) -> None:
    key = key_of("dev", plans["shared"], None)
    assert (key._name, key._vault) == ("pulumi-dev", "mys-shared-tf-kv-san")


class Client:
    """Both clients of Key Vault, as far as they are asked."""

    refuses = False

    def __init__(self, *arguments: Any) -> None:
        self.id = ID

    def get_key(self, name: str) -> Any:
        if self.refuses:
            raise HttpResponseError("Forbidden")
        return self

    def wrap_key(self, _: Any, key: bytes) -> Any:
        return type("Result", (), {"encrypted_key": key[::-1]})

    def unwrap_key(self, _: Any, wrapped: bytes) -> Any:
        if self.refuses:
            raise HttpResponseError("Forbidden")
        return type("Result", (), {"key": wrapped[::-1]})


def test_the_vault_wraps_and_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "KeyClient", Client)
    monkeypatch.setattr(sealing, "CryptographyClient", Client)
    key = VaultKey("mys-vault", "pulumi-dev", None)
    assert opened(seal(b"a plan", PURPOSE, key), PURPOSE, key) == b"a plan"
    with pytest.raises(NotOpened, match="sealed with another key"):
        key.unwrap("https://other.vault.azure.net/keys/pulumi-dev/1", b"")
    monkeypatch.setattr(Client, "refuses", True)
    for ask in (lambda: key.wrap(b"x"), lambda: key.unwrap(ID, b"x")):
        with pytest.raises(MystiraError, match="key pulumi-dev of vault mys-vault: Forbidden"):
            ask()
