"""`mystira arm`: what it prints, and what it says to a mistake."""

from __future__ import annotations

import json
from pathlib import Path

from offline.engine.home import Home
from offline.engine.run import Engine
from offline.schema.kept import ensure_schema
from offline.world.store import World
from tests.harness.offline import GROUP, SUBSCRIPTION, Cloud, token_of
from tests.mystira.conftest import Run


def test_it_writes_and_names_its_files(run: Run, tmp_path: Path) -> None:
    engine = Engine(Home(tmp_path / "world"))
    # Whoever runs it first on a machine is told that the types are read.
    ensure_schema(engine.home.schemas, lambda _: None)
    Cloud(World(engine.home.cloud))
    id = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
    state = [
        {"type": token_of("resource-group"), "id": id},
        {"type": "azuread:index/group:Group", "id": "g"},
        {"type": token_of("user-assigned-identity"), "id": f"{id}/providers/x/y/gone"},
    ]
    file = engine.checkpoint("dev")
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"checkpoint": {"latest": {"resources": state}}}))
    name = f"subscription-{SUBSCRIPTION}.json"
    for arguments, folder in (((), tmp_path / "world" / "arm" / "dev"), (("--output", tmp_path), tmp_path)):
        done = run("arm", "dev", *arguments)
        assert (done.code, done.err) == (0, "")
        assert done.out.splitlines() == [
            str(folder / name),
            "dev: 1 resources in 1 templates",
            "  left out: 1 objects of Entra tenants, which are no ARM resources",
            "  left out: 1 resources of the state that are gone: make drift STACK=dev lists them",
        ]
        assert json.loads((folder / name).read_text())["resources"][0]["name"] == GROUP


def test_a_stack_that_is_not_up_is_one_line(run: Run) -> None:
    done = run("arm", "dev")
    assert (done.code, done.out) == (1, "")
    assert done.err.strip() == (
        "error: dev is not up in the offline cloud; seen: no resource in its state; allowed: make up STACK=dev"
    )


def test_an_unknown_stack_is_one_line(run: Run, tmp_path: Path) -> None:
    done = run("arm", "dve")
    assert done.code == 1
    assert "STACK: no such stack; seen: dve" in done.err
    assert not (tmp_path / "world" / "arm").exists()
