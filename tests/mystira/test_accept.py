"""`mystira accept`: what it writes, what it calls stale, and its summary, on a small project of the test's own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from mystira import accept as command
from offline.engine.home import PROJECT
from stacks.pages.every import PAGES
from tests.mystira.conftest import Run
from tools.accept import (
    GENERATED,
    lines_changed,
    main,
    objects_changed,
    rows_changed,
    schema_changed,
    summary,
)

GOLDEN_TEST = """
from pathlib import Path

from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode


class Golden(SingleFileSnapshotExtension):
    file_extension = "txt"
    _write_mode = WriteMode.TEXT

    @classmethod
    def dirname(cls, *, test_location):
        return str(Path(test_location.filepath).parent)

    @classmethod
    def get_file_basename(cls, *, test_location, index):
        return str(index)


def test_dev(snapshot):
    text = Path("inventory").read_text()
    assert "broken" not in text
    assert text == snapshot(name="dev", extension_class=Golden)
"""

OLD = "agent-pool core-rg chain vmSize=D2 minCount=1\nredis core-rg cache sku.name=B1\n"
NEW = "agent-pool core-rg chain vmSize=D4 minCount=1\nservice-bus-queue core-rg orders\n"


@dataclass
class Project:
    """A folder with one golden test, one page and one schema."""

    folder: Path
    page: str = "one\n"
    schema: str = '{"a": 1}'

    @property
    def generated(self) -> Mapping[str, Callable[[], str]]:
        return {"docs/page.md": lambda: self.page, "docs/schema.json": lambda: self.schema}

    def accept(self, *options: str) -> int:
        return main(list(options), self.folder, self.generated)

    def inventory(self, text: str) -> None:
        (self.folder / "inventory").write_text(text)

    def files(self) -> dict[str, str]:
        return {
            file.relative_to(self.folder).as_posix(): file.read_text()
            for file in self.folder.rglob("*")
            if file.is_file() and "__pycache__" not in file.parts
        }


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    """A project in which everything was just accepted."""
    # The pytest that it starts runs nothing of ours.
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    made = Project(tmp_path)
    (tmp_path / "tests" / "golden").mkdir(parents=True)
    (tmp_path / "tests" / "golden" / "test_golden.py").write_text(GOLDEN_TEST)
    made.inventory(OLD)
    assert made.accept() == 0
    assert capsys.readouterr().out.splitlines() == [
        "tests/golden/dev.txt (new)",
        "  + agent-pool core-rg chain vmSize=D2 minCount=1",
        "  + redis core-rg cache sku.name=B1",
        "docs/page.md (new)",
        "  1 lines added, 0 removed",
        "docs/schema.json (new)",
        "  + a: 1",
    ]
    return made


def test_objects_of_a_cluster_are_compared_field_by_field() -> None:
    def deployment(name: str, replicas: int) -> str:
        head = f"---\nkind: Deployment\nmetadata: {{name: {name}, namespace: mys-dev}}\n"
        return f"{head}spec:\n  replicas: {replicas}\n"

    namespace = "---\nkind: Namespace\nmetadata:\n  name: mys-dev\n"
    found = list(objects_changed(namespace + deployment("mys-a", 1) + deployment("mys-b", 1), deployment("mys-a", 2)))
    assert found == [
        "- Namespace - mys-dev",
        "- Deployment mys-dev mys-b",
        "~ Deployment mys-dev mys-a: spec.replicas: 1 → 2",
    ]
    assert list(objects_changed("", deployment("mys-a", 1))) == ["+ Deployment mys-dev mys-a"]


def test_what_was_accepted_is_up_to_date(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    before = project.files()
    assert project.accept("--check") == 0
    assert project.accept() == 0
    assert project.files() == before
    assert capsys.readouterr().out.splitlines() == ["everything generated is up to date", "nothing changed"]


def test_a_stale_golden_file_is_told_with_the_command_and_left_alone(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.inventory(NEW)
    before = project.files()
    assert project.accept("--check", "--pages") == 0
    assert project.accept("--check") == 3
    assert "make accept" in capsys.readouterr().out
    assert project.files() == before


@pytest.mark.parametrize(("field", "text"), [("page", "two\n"), ("schema", '{"a": 2}')])
def test_a_stale_page_is_told_with_the_command_and_left_alone(
    field: str, text: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    setattr(project, field, text)
    before = project.files()
    assert project.accept("--check", "--pages") == 3
    (line,) = capsys.readouterr().out.splitlines()
    assert line.endswith("stale; write it with `make accept` and read the diff")
    assert project.files() == before


def test_the_summary_is_in_the_order_of_a_review(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.inventory(NEW)
    project.page, project.schema = "one\ntwo\n", '{"a": 1, "b": {"c": "new"}}'
    assert project.accept() == 0
    assert capsys.readouterr().out.splitlines() == [
        "tests/golden/dev.txt",
        "  - redis core-rg cache sku.name=B1",
        "  + service-bus-queue core-rg orders",
        "  ~ agent-pool core-rg chain: vmSize D2 → D4",
        "docs/page.md",
        "  1 lines added, 0 removed",
        "docs/schema.json",
        '  + b.c: "new"',
    ]
    assert project.accept("--check") == 0


def test_a_golden_test_that_fails_for_another_reason_is_an_error(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.inventory("broken")
    assert project.accept() == 1
    assert "a test fails whatever the golden files hold" in capsys.readouterr().err


def test_pages_only_leaves_the_golden_files_alone(project: Project) -> None:
    project.inventory(NEW)
    project.page = "two\n"
    assert project.accept("--pages") == 0
    files = project.files()
    assert (files["docs/page.md"], files["tests/golden/dev.txt"]) == ("two\n", OLD)


# The parts of the summary.


def test_resources_that_share_a_name_are_paired_by_their_columns() -> None:
    old = "diagnostic to-workspace uri=/a log=all\ndiagnostic to-workspace uri=/b log=all\n"
    new = "diagnostic to-workspace uri=/a log=all\ndiagnostic to-workspace uri=/b log=audit\n"
    assert list(rows_changed(old, new)) == ["~ diagnostic to-workspace: log all → audit"]
    more = f"{old}diagnostic to-workspace uri=/c log=all\n"
    assert list(rows_changed(old, more)) == ["+ diagnostic to-workspace uri=/c log=all"]
    assert list(rows_changed(more, old)) == ["- diagnostic to-workspace uri=/c log=all"]


def test_values_with_blanks_and_columns_that_come_or_go() -> None:
    old, new = "pool g chain zones=['1', '2'] size=D2\n", "pool g chain zones=['1', '2', '3'] tier=a b\n"
    assert list(rows_changed(old, new)) == [
        "~ pool g chain: zones ['1', '2'] → ['1', '2', '3'], size D2 → nothing, tier nothing → a b"
    ]


def test_rows_without_columns_come_and_go_whole() -> None:
    assert list(rows_changed("app vault one\napp vault two\n", "app vault two\n")) == ["- app vault one"]


def test_a_schema_is_compared_by_path() -> None:
    old, new = {"a": {"b": 1, "gone": []}, "c": [{"d": 1}]}, {"a": {"b": 2}, "c": [{"d": 1}, {"d": 3}]}
    assert list(schema_changed(json.dumps(old), json.dumps(new))) == ["- a.gone", "+ c[1].d: 3", "~ a.b: 1 → 2"]


def test_a_page_is_counted_in_lines() -> None:
    assert list(lines_changed("one\ntwo\n", "one\n2\n3\n")) == ["2 lines added, 1 removed"]


def test_stacks_come_first_in_their_order_then_pages_then_schemas() -> None:
    order = (
        "tests/golden/shared.txt",
        "tests/golden/dev.txt",
        "tests/golden/secrets-dev.txt",
        "tests/golden/prod.txt",
        "docs/a.md",
        "docs/a.json",
    )
    found = [line for line in summary({}, dict.fromkeys(sorted(order), "{}")) if not line.startswith(" ")]
    assert found == [f"{name} (new)" for name in order]


def test_a_file_that_is_gone_is_told() -> None:
    first, *_ = summary({"docs/a.md": "x"}, {})
    assert first == "docs/a.md (removed)"


# The command.


def test_every_page_of_the_project_is_written() -> None:
    assert GENERATED.keys() == {
        *PAGES,
        "docs/requirements.md",
        "docs/offline-coverage.md",
        "docs/permissions.md",
    }


@pytest.mark.parametrize("code", [0, 1, 3])
def test_the_command_runs_the_tool_and_ends_as_it_does(code: int, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[list[str]] = []

    def fake(line: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        lines.append(line[1:])
        return subprocess.CompletedProcess(line, code)

    monkeypatch.setattr(command.subprocess, "run", fake)
    assert run("accept", "--check", "--pages").code == code
    assert lines == [["-m", "tools.accept", "--check", "--pages"]]


def test_without_a_checkout_there_is_nothing_to_accept(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "PROJECT", tmp_path)
    done = run("accept")
    assert (done.code, done.err) == (
        1,
        f"error: {tmp_path}: not a checkout of the project, which has the tests and pages to write\n",
    )
    assert (PROJECT / "tools" / "accept.py").exists()
