"""A job of a workflow: its variables and files, a `pulumi` that answers, and a key that wraps."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import respx

from mystira.ci.engine import Pulumi
from mystira.ci.sealing import NotOpened
from stacks.plan.model import StackPlan
from tests.harness.pulumi import FakePulumi, fake_pulumi

COMMIT = "c" * 40
API = "https://api.github.com/repos/phoenixvc/Mystira.workspace"
URN = "urn:pulumi:dev::mystira::azure-native:network:VirtualNetwork::core"


class LocalKey:
    """A key that wraps without a vault."""

    def __init__(self, name: str = "pulumi-dev") -> None:
        self.name = name

    def wrap(self, key: bytes) -> tuple[str, bytes]:
        """The key the other way round, and who wrapped it."""
        return self.name, key[::-1]

    def unwrap(self, id: str, wrapped: bytes) -> bytes:
        """The key; only the same name unwraps it."""
        if id != self.name:
            raise NotOpened(f"sealed with another key; seen: {id}")
        return wrapped[::-1]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    """A `pulumi` on the PATH."""
    return fake_pulumi(tmp_path / "bin", monkeypatch)


@pytest.fixture
def pulumi(fake: FakePulumi, plans: Mapping[str, StackPlan], tmp_path: Path) -> Pulumi:
    """Pulumi for the tests' own dev."""
    fake.says("stack export", state())
    return Pulumi(plans["dev"], tmp_path)


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[respx.MockRouter]:
    """GitHub, as far as a test says."""
    monkeypatch.delenv("GITHUB_API_URL", raising=False)
    monkeypatch.setenv("GITHUB_TOKEN", "token")
    monkeypatch.setenv("GITHUB_REPOSITORY", "phoenixvc/Mystira.workspace")
    with respx.mock(base_url=API, assert_all_called=False) as router:
        yield router


def state(**more: Any) -> str:
    """What `pulumi stack export` prints."""
    resources = [{"urn": URN, "type": "azure-native:network:VirtualNetwork", "outputs": {"ciphertext": "v1:x"}}]
    deployment = {"manifest": {"time": "2026-11-01T00:00:00Z"}, "resources": resources, **more}
    return json.dumps({"version": 3, "deployment": deployment})


def stream(*, changes: Mapping[str, int] | None = None, was: Any = None, now: Any = None) -> str:
    """An event stream, as `--event-log` writes it."""
    stack = {"type": "pulumi:pulumi:Stack", "op": "same", "old": {"outputs": was or {}}, "new": {"outputs": now or {}}}
    summary = {"resourceChanges": dict(changes or {"same": 3}), "result": "succeeded", "isPreview": True}
    events = [
        {"sequence": 1, "resOutputsEvent": {"metadata": stack}},
        {"sequence": 2, "summaryEvent": summary},
    ]
    return "".join(json.dumps(event) + "\n" for event in events)
