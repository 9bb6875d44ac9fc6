"""The reviewed comments on pull requests, from recorded previews and the tables of both commits."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from stacks.reports.cost import difference_of
from stacks.reports.gate import judge
from stacks.reports.review.report import report
from stacks.reports.review.section import MOST
from stacks.reports.review.subject import Subject
from stacks.reports.tables import Tables, read_tables
from stacks.settings.waivers import Waiver
from tests.harness.events import STREAMS, run_of
from tests.harness.golden import ACCEPT, GoldenFile
from tests.harness.settings import TODAY

WAIVER = Waiver.model_validate(
    {"reason": "The next seeding fills the new server.", "owner": "platform", "until": "2026-12-31"}
)
REPLACEMENTS = {"waived": {"postgresql-server/core": WAIVER}}
"""By recorded preview: what its settings let go."""

CASES = {
    "size": "base",
    "service": "base",
    "replaced": "base",
    "waived": "base",
    "settings": "base",
    "first": None,
}
"""By recorded preview: the tables that it is compared with."""


class Comment(GoldenFile):
    """``snapshot(name="size")`` is the file ``size.md``."""

    file_extension = "md"


def tables(name: str) -> Tables:
    """Recorded tables: those of the preview's own commit where it has other ones than its base."""
    file = STREAMS / f"{name}.tables.json"
    return read_tables((file if file.exists() else STREAMS / "base.tables.json").read_text(), file.name, stack_of(name))


def stack_of(name: str) -> str:
    """The stack of a recorded preview."""
    return "staging" if name == "first" else "dev"


def subject(name: str) -> Subject:
    """A recorded preview, with everything that `mystira report` knows of it."""
    run, base = run_of(name), CASES[name]
    return Subject(
        stack=stack_of(name),
        today=TODAY,
        run=run,
        verdict=judge(run, REPLACEMENTS.get(name, {}), TODAY),
        head=None if name == "settings" else tables(name),
        base=tables(base) if base else None,
        cost=difference_of(run.changes, "southafricanorth"),
    )


@pytest.mark.parametrize("name", CASES)
def test_the_comment_is_the_reviewed_one(name: str, snapshot: SnapshotAssertion) -> None:
    text = report(subject(name))
    assert len(text) <= MOST
    golden = snapshot(name=f"report-{name}", extension_class=Comment)
    assert text == golden, f"tests/golden/report-{name}.md {ACCEPT}"


def test_every_golden_comment_has_its_case() -> None:
    assert {file.stem for file in Path(__file__).parent.glob("report-*.md")} == {f"report-{name}" for name in CASES}
