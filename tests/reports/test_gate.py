"""The gate: what is kept is replaced or deleted only where the same change says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from components.facts.keeping import KEPT
from components.facts.types import REGISTERED_TYPES
from stacks.plan.load import PROJECT
from stacks.reports.events import Action, Change, Run
from stacks.reports.gate import judge, said
from stacks.settings.waivers import Waiver
from tests.harness.events import run_of
from tests.harness.settings import TODAY

LIFTS = ("--ignore-protect", "state unprotect")
SERVER = "postgresql-server/core"


def waiver(until: date = TODAY) -> Waiver:
    return Waiver.model_validate({"reason": "Its data is made up.", "owner": "platform", "until": until.isoformat()})


def run(*changes: Change, succeeded: bool = True) -> Run:
    return Run(changes, (), (), {}, {}, succeeded=succeeded, preview=True)


def change(kind: str, action: Action, **others: object) -> Change:
    token = REGISTERED_TYPES[kind].token
    return replace(Change(action, f"urn:pulumi:dev::mystira::{token}::core", token), **others)


@pytest.mark.parametrize("action", [Action.REPLACE, Action.DELETE])
@pytest.mark.parametrize("kind", KEPT)
def test_what_is_kept_is_neither_replaced_nor_deleted(kind: str, action: Action) -> None:
    verdict = judge(run(change(kind, action)), {}, TODAY)
    (refusal,) = verdict.refusals
    assert refusal.key == f"{kind}/core"
    assert KEPT[kind] in refusal.text
    assert f"mystira:replacements.{kind}/core" in refusal.text


def test_data_clusters_vaults_and_identities_are_kept() -> None:
    assert {"kubernetes-cluster", "key-vault", "user-assigned-identity", "postgresql-server"} <= KEPT.keys()
    assert {key for key, row in REGISTERED_TYPES.items() if row.holds_data} <= KEPT.keys()
    assert KEPT.keys() <= REGISTERED_TYPES.keys()


@pytest.mark.parametrize("action", [Action.UPDATE, Action.CREATE, Action.IMPORT])
def test_all_else_may_happen_to_it(action: Action) -> None:
    assert judge(run(change("key-vault", action)), {}, TODAY).passes


def test_what_is_not_kept_may_go() -> None:
    assert judge(run(change("diagnostic-setting", Action.REPLACE)), {}, TODAY).passes


def test_a_waiver_lets_one_resource_go_and_is_told() -> None:
    gone, other = change("key-vault", Action.DELETE), change("dns-zone", Action.DELETE)
    verdict = judge(run(gone, other), {"key-vault/core": waiver()}, TODAY)
    assert verdict.waived == (gone,)
    assert [each.key for each in verdict.refusals] == ["dns-zone/core"]


def test_a_waiver_holds_until_the_end_of_its_last_day() -> None:
    (refusal,) = judge(
        run(change("key-vault", Action.DELETE)), {"key-vault/core": waiver(TODAY - timedelta(days=1))}, TODAY
    ).refusals
    assert f"its waiver ended on {TODAY - timedelta(days=1)}" in refusal.text


def test_a_waiver_for_nothing_in_this_preview_is_told() -> None:
    verdict = judge(run(), {"key-vault/core": waiver()}, TODAY)
    assert verdict.passes
    assert verdict.idle == ("key-vault/core",)


def test_a_preview_that_failed_never_passes() -> None:
    (refusal,) = judge(run(succeeded=False), {}, TODAY).refusals
    assert "the preview failed" in refusal.text


def test_the_order_of_a_replacement_is_told() -> None:
    first = change("postgresql-server", Action.REPLACE, delete_first=True, causes=("location",))
    assert said(first) == "postgresql-server core is replaced (location): deleted first, then created again"
    assert said(replace(first, delete_first=False)).endswith("created anew, then the old one deleted")
    assert said(change("key-vault", Action.DELETE, retained=True)).endswith("is deleted, and left at Azure")


def test_no_workflow_lifts_protection() -> None:
    files = [PROJECT / "Makefile", PROJECT / ".ci" / "run", *(PROJECT / ".github").rglob("*.y*ml")]
    assert len(files) > 2
    for file in files:
        assert [word for word in LIFTS if word in file.read_text()] == [], file


def test_the_recorded_replacement_of_postgresql_is_refused() -> None:
    verdict = judge(run_of("replaced"), {}, TODAY)
    assert [each.key for each in verdict.refusals] == ["", SERVER]


def test_the_recorded_replacement_passes_with_its_waiver() -> None:
    verdict = judge(run_of("waived"), {SERVER: waiver()}, TODAY)
    assert verdict.passes
    assert [each.key for each in verdict.waived] == [SERVER]


def test_without_protection_the_gate_alone_refuses() -> None:
    """What a person has unprotected in the state passes the engine."""
    verdict = judge(run_of("waived"), {}, TODAY)
    assert [each.key for each in verdict.refusals] == [SERVER]
