"""docs/offline-coverage.md."""

from __future__ import annotations

import pytest

from components.facts.types import KUBERNETES_TYPES, RESOURCE_TYPES
from offline.azure.codes.table import CODES
from offline.azure.services.every import BEHAVIOURS
from offline.engine.home import PROJECT
from tools.coverage_page import coverage_page


@pytest.fixture(scope="module")
def text() -> str:
    return coverage_page()


def test_every_type_and_code_is_on_the_page(text: str) -> None:
    for key, row in RESOURCE_TYPES.items():
        assert (f"\n### {key}\n" in text) == (row.token in BEHAVIOURS)
        assert f"`{key}`" in text or f"### {key}" in text
    assert all(f"\n| {code} | " in text for code in CODES)
    assert all(f"\n| {key} | " in text for key in KUBERNETES_TYPES)


def test_the_page_is_up_to_date(text: str) -> None:
    assert (PROJECT / "docs" / "offline-coverage.md").read_text() == text, "run `make accept`"
