"""The offline cloud answers as Azure did: every recorded request, effect and refusal, replayed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from offline.rpc.protocol import ProviderError
from tests.evidence.adapted import ADAPTED
from tests.evidence.explained import EXPLAINED
from tests.evidence.loading import Effect, Refusal
from tests.evidence.scenes import EFFECTS, PASSED_OVER, REFUSALS
from tests.harness.replay import EVIDENCE, Leaf, Stage, read_back

REFUSED = [(key, refusal) for key, each in EVIDENCE.items() for refusal in each.refusals]
KNOWN = [(key, refusal) for key, refusal in REFUSED if (key, refusal.code) in REFUSALS]
CHANGED = [(key, effect) for key, each in EVIDENCE.items() for effect in each.effects]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """An empty world."""
    return Stage(tmp_path)


@pytest.mark.parametrize("key", EVIDENCE)
def test_what_azure_accepted_is_accepted_and_read_back(key: str, stage: Stage) -> None:
    found = stage.replayed(key)
    assert len(found) == EVIDENCE[key].properties_returned
    assert not _unexplained(found)


@pytest.mark.parametrize(("key", "effect"), CHANGED, ids=[f"{key}-{each.property}" for key, each in CHANGED])
def test_what_azure_changed_on_another_resource_changes(key: str, effect: Effect, stage: Stage) -> None:
    EFFECTS.get((key, effect.property), lambda stage: stage.replayed(key))(stage)
    found = stage.effect(key, effect)
    assert not _unexplained(found)


@pytest.mark.parametrize(("key", "refusal"), KNOWN, ids=[f"{key}-{each.code}" for key, each in KNOWN])
def test_what_azure_refused_is_refused_with_the_same_code(key: str, refusal: Refusal, stage: Stage) -> None:
    with pytest.raises(ProviderError) as caught:
        REFUSALS[(key, refusal.code)](stage)
    text = str(caught.value)
    assert re.findall(r'Code="(\w+)"', text)[:1] == [refusal.code], text
    assert refusal.later or re.findall(r"Status=(\d+)", text)[:1] == [str(refusal.status)], text


def test_nine_tenths_of_what_azure_returned_are_read_back() -> None:
    counts = read_back().values()
    assert sum(read for read, _ in counts) >= 0.9 * sum(returned for _, returned in counts)


@pytest.mark.parametrize("refusal", PASSED_OVER, ids="-".join)
def test_what_azure_native_does_not_pass_on_ends_well(refusal: tuple[str, str], stage: Stage) -> None:
    PASSED_OVER[refusal](stage)
    assert stage.world.get(stage.id(refusal[0])) is None


def test_tables_are_about_what_the_evidence_has() -> None:
    refusals, effects = {(key, each.code) for key, each in REFUSED}, {(key, each.property) for key, each in CHANGED}
    assert REFUSALS.keys() | PASSED_OVER.keys() == refusals
    assert not REFUSALS.keys() & PASSED_OVER.keys()
    assert EFFECTS.keys() <= effects
    assert {*EXPLAINED, *ADAPTED} <= EVIDENCE.keys()


def _unexplained(found: list[Leaf]) -> list[str]:
    return [f"{leaf.path}: Azure {leaf.expected!r}, here {leaf.found!r}" for leaf in found if leaf.unexplained]
