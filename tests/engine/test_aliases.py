"""Dropping the SDK's version aliases changes neither state nor URNs, in either direction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from offline.engine.home import Home
from offline.engine.prepare import prepare
from offline.engine.run import Engine

PROGRAM = Path(__file__).with_name("aliases")
VOLATILE = ("created", "modified", "id", "inputs", "outputs")


def _state(engine: Engine, stack: str) -> list[dict[str, Any]]:
    states = [{key: each[key] for key in each if key not in VOLATILE} for each in engine.resources(stack)]
    # The engine draws a new id for a provider each time it makes one.
    return [{**each, "provider": each.get("provider", "").rpartition("::")[0]} for each in states]


def test_state_and_urns_are_the_same_with_and_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(Home(tmp_path), PROGRAM, say=lambda _: None)
    prepare(engine)
    states: dict[str, list[dict[str, Any]]] = {}
    for drop in ("yes", "no"):
        monkeypatch.setenv("DROP_ALIASES", drop)
        engine.ensure_stack("one")
        up = engine.capture(["up", "-s", "one", "--yes"])
        assert up.returncode == 0, up.stdout + up.stderr
        states[drop] = _state(engine, "one")
        monkeypatch.setenv("DROP_ALIASES", {"yes": "no", "no": "yes"}[drop])
        other = engine.capture(["preview", "-s", "one", "--expect-no-changes"])
        assert other.returncode == 0, other.stdout + other.stderr
        assert engine.capture(["destroy", "-s", "one", "--yes"]).returncode == 0
    urns = {drop: [each["urn"] for each in state] for drop, state in states.items()}
    assert urns["yes"] == urns["no"]
    for kept, dropped in zip(states["no"], states["yes"], strict=True):
        assert {key: kept[key] for key in kept if key != "aliases"} == {
            key: dropped[key] for key in dropped if key != "aliases"
        }
