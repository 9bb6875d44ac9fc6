"""The way back from what an adoption has added, as its report says it: `make phases`."""

from __future__ import annotations

import os

import pytest

from offline.engine.run import Engine
from offline.world.faults import Fault
from tests.engine.conftest import Command
from tests.engine.test_phases import begun
from tests.engine.test_whole_phases import VARIABLE
from tests.engine.walk import STORES, Walk

UP = ("shared",)

pytestmark = pytest.mark.skipif(not os.environ.get(VARIABLE), reason=f"make phases, which sets {VARIABLE}")


def test_the_way_back_from_what_was_added_is_as_the_report_says(engine: Engine, command: Command) -> None:
    """After a run that failed while it added: nothing that lived has been written, and everybody comes in as before."""
    walk = begun(Walk(engine, command, "staging"))
    walk.world.add_fault(Fault("conflict", "create", "/privateEndpoints/"))
    written = walk.up(fails=True, adoption={"*": "add"})
    assert {verb for verb, _ in written} == {"create"}
    assert {id: walk.bodies()[id] for id in walk.live} == walk.live
    assert walk.closed() == []

    walk.engine.capture(["state", "unprotect", "--all", "--yes", "--stack", "staging"])
    written = walk.up(adoption={"*": "hold"})
    assert {verb for verb, _ in written} == {"delete"}
    assert {id: walk.bodies()[id] for id in walk.live} == walk.live
    # Secrets in vaults that were there already are never deleted.
    assert set(walk.kinds(walk.new())) == {"key-vault-secret"}
    protected = {str(each.get("id")).lower() for each in walk.engine.resources("staging") if each.get("protect")}
    assert {walk.ids[key].lower() for key in STORES.values() if key in walk.plan.adopt} <= protected
