"""The evidence about objects in a tenant: complete, readable, and answered alike by the offline tenants."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from components.facts.types import DIRECTORY_TYPES
from offline.entra.codes import CODES
from tests.evidence.entra.explained import BELIEVED, EXPLAINED, NAMES
from tests.evidence.loading import FOLDER, leaves
from tests.harness.graph_replay import EVIDENCE, Stage, read_back


@pytest.mark.parametrize("key", DIRECTORY_TYPES)
def test_a_type_has_evidence_or_is_named_as_believed(key: str) -> None:
    assert (key in EVIDENCE) != (key in BELIEVED)


def test_evidence_and_explanations_are_about_known_types() -> None:
    assert {*EVIDENCE, *BELIEVED, *EXPLAINED, *NAMES} <= set(DIRECTORY_TYPES)


@pytest.mark.parametrize("key", EVIDENCE)
def test_what_graph_accepted_is_accepted_and_read_back(key: str, tmp_path: Path) -> None:
    found = Stage(tmp_path).replayed(key)
    assert len(found) == EVIDENCE[key].properties_returned
    assert EVIDENCE[key].properties_returned == sum(leaves(each.answer) for each in EVIDENCE[key].requests)
    assert [(leaf.path, leaf.expected, leaf.found) for leaf in found if not leaf.same and not leaf.reason] == []


@pytest.mark.parametrize("key", EVIDENCE)
def test_every_explanation_is_about_a_property_that_differs_or_is_not_read(key: str, tmp_path: Path) -> None:
    returned = {re.sub(r"\[\d+\]", "", leaf.path) for leaf in Stage(tmp_path).replayed(key)}
    unknown = [
        path for path in EXPLAINED.get(key, {}) if not any(f"{each}.".startswith(f"{path}.") for each in returned)
    ]
    assert unknown == []


def test_most_of_what_graph_returned_is_read_back() -> None:
    counts = read_back().values()
    assert sum(read for read, _ in counts) >= 0.75 * sum(returned for _, returned in counts)


@pytest.mark.parametrize("key", EVIDENCE)
def test_what_graph_refused_has_a_code_with_a_confirmed_rule(key: str) -> None:
    for refusal in EVIDENCE[key].refusals:
        assert any(rule.confirmed for rule in CODES[refusal.code]), refusal.code


def test_no_evidence_holds_an_id_that_entra_drew() -> None:
    guid = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
    for file in (FOLDER / "entra").glob("*.yaml"):
        assert not guid.search(file.read_text()), file.name
