"""The list of requirements is whole, and agrees with the tests that carry their ids and with the table of mutants."""

from __future__ import annotations

import tomllib

from stacks.plan.load import PROJECT
from tools.requirements_page import STATES, proofs, register

ROADMAPS = {"S0": (43, 2), "S1": (128, 3), "S2": (97, 3), "S3": (205, 3)}
"""Of each roadmap: how many requirements it makes, and the digits of their numbers."""

BESIDES = {"S1-X03"}
"""What a roadmap only tells of, and is answered all the same."""

REGISTER = register()
ANSWERED, STILL_OPEN, REST = (REGISTER[key] for key in ("answered", "still_open", "not_answered"))


def test_every_requirement_is_listed_once() -> None:
    every = {
        f"{roadmap}-{number:0{digits}}"
        for roadmap, (count, digits) in ROADMAPS.items()
        for number in range(1, count + 1)
    }
    assert {*ANSWERED, *REST} == every | BESIDES
    assert set(ANSWERED) & set(REST) == set()


def test_every_answered_requirement_has_a_test_and_no_test_an_unknown_id() -> None:
    assert set(proofs()) == set(ANSWERED)


def test_what_is_still_open_belongs_to_an_answer() -> None:
    assert set(STILL_OPEN) <= set(ANSWERED)


def test_what_is_not_answered_says_what_it_asks_for_and_why_it_is_not() -> None:
    for id, row in REST.items():
        assert row["state"] in STATES, id
        assert row["asks"], id
        assert set(row) <= {"state", "asks", "waits_for"}, id
    # What waits for nothing would be done.
    assert [id for id, row in REST.items() if row["state"] in ("open", "partly") and not row.get("waits_for")] == []


def test_what_is_to_come_is_a_row_of_the_parity_page() -> None:
    """Or it waits for nothing, because it was decided otherwise, which is a row of that page as well."""
    decided, coming = (PROJECT / "docs/parity.md").read_text().split("\n## ")[1:]
    areas = {line.split(" | ")[0].removeprefix("| ") for line in coming.splitlines() if line.startswith("| ")}
    for id, row in REST.items():
        waits_for = row.get("waits_for", "").partition(";")[0]
        if waits_for.startswith("nothing:"):
            assert id in decided, id
        elif row["state"] in ("open", "partly") and not waits_for.startswith("nothing here:"):
            assert waits_for in {*areas, "all of them"}, id


def test_every_answered_requirement_is_broken_by_a_mutant() -> None:
    """Or is proven by the engine alone: `make mutants` does not start one."""
    table = tomllib.loads((PROJECT / "tools/mutants/table.toml").read_text())
    assert set(table) == set(ANSWERED)
    without = {id for id, row in table.items() if not row.get("mutants")}
    tests = proofs()
    assert without == {id for id, row in table.items() if row.get("engine")}
    assert [id for id in without if not all("/engine/" in test for test in tests[id])] == []
