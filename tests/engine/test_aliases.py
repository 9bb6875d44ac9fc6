"""Dropping the SDK's version aliases changes neither state nor URNs, in either direction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engine.small import STACK, SmallProgram

VOLATILE = ("created", "modified", "id", "inputs", "outputs")


def _state(run: SmallProgram) -> list[dict[str, Any]]:
    states = [{key: each[key] for key in each if key not in VOLATILE} for each in run.engine.resources(STACK)]
    # The engine draws a new id for a provider each time it makes one.
    return [{**each, "provider": each.get("provider", "").rpartition("::")[0]} for each in states]


def test_state_and_urns_are_the_same_with_and_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = SmallProgram("aliases", tmp_path)
    states: dict[str, list[dict[str, Any]]] = {}
    for drop in ("yes", "no"):
        monkeypatch.setenv("DROP_ALIASES", drop)
        code, text = run.up()
        assert code == 0, text
        states[drop] = _state(run)
        monkeypatch.setenv("DROP_ALIASES", {"yes": "no", "no": "yes"}[drop])
        code, text = run.pulumi("preview", "--expect-no-changes")
        assert code == 0, text
        assert run.destroy()[0] == 0
    urns = {drop: [each["urn"] for each in state] for drop, state in states.items()}
    assert urns["yes"] == urns["no"]
    for kept, dropped in zip(states["no"], states["yes"], strict=True):
        assert {key: kept[key] for key in kept if key != "aliases"} == {
            key: dropped[key] for key in dropped if key != "aliases"
        }
