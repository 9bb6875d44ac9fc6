"""A rehearsal on the offline cloud: up under separate names, unchanged by a second run, and gone again."""

from __future__ import annotations

from pathlib import Path

import pytest

from mystira.app import main
from offline.engine.home import HOME_VARIABLE, Home
from offline.world.store import World
from stacks.clock import today
from stacks.parts.registry.plan import REGISTRY
from stacks.plan.load import PROJECT, plan_of
from stacks.settings.loading import from_file
from tests.engine.conftest import captured

PASSPHRASE = True


def rehearse(*arguments: str) -> tuple[int, str, str]:
    with captured() as (out, err):
        code = main(["rehearse", "shared", *arguments])
    return code, out.text, err.text


def test_what_a_rehearsal_keeps_the_next_one_finds_and_takes_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    world = Home(tmp_path / "rehearsals" / "shared")
    plan = plan_of("shared", PROJECT, today())
    instance = from_file("shared", PROJECT).naming.instance or ""

    code, out, err = rehearse("--keep", "--instance", "t7")
    assert (code, err) == (0, "")
    assert [line.partition(":")[0] for line in out.splitlines()[-3:]] == [
        "up shared",
        "second preview shared",
        "shared is up; next",
    ]
    (registry,) = World(world.cloud).of_type("azure-native:containerregistry:Registry")
    assert registry.id.rpartition("/")[2] == plan.of(REGISTRY).name.replace(f"mys{instance}", "myst7", 1)

    code, _, err = rehearse("--instance", "t7")
    assert code == 1
    assert "a rehearsal of shared is still up" in err
    assert "mystira rehearse shared --down" in err

    code, out, _ = rehearse("--down")
    assert code == 0
    assert out.splitlines()[-1].startswith("destroy shared: ")
    assert not world.root.exists()
