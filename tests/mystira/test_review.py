"""`mystira report`, `gate` and `cost` as a workflow calls them."""

from __future__ import annotations

import threading
from pathlib import Path

import httpx
import pytest
import respx

from mystira.files import Busy, only_writer, write_whole
from mystira.retail_prices import URL
from offline.commands.output import FAILED, WRONG_LINE
from stacks.reports.review import report as comments
from stacks.reports.review.section import MOST
from tests.harness.events import STREAMS
from tests.harness.settings import SETTINGS, edit
from tests.mystira.conftest import Run

OWN = ("--folder", SETTINGS)
SERVER = "replacements.postgresql-server/core"
WAIVER = {"reason": "made up", "owner": "platform", "until": "2026-12-31"}


def events(name: str) -> tuple[str, Path]:
    return "--from", STREAMS / f"{name}.jsonl"


def test_a_change_that_passes_ends_with_0(run: Run, tmp_path: Path) -> None:
    base, comment = tmp_path / "base.json", tmp_path / "out" / "comment.md"
    assert run("report", "dev", "--tables", base, *OWN).code == 0
    done = run("report", "dev", *events("size"), "--base", base, "--output", comment, *OWN)
    assert (done.code, done.err) == (0, "")
    text = comment.read_text()
    assert "## dev: passes" in text
    assert len(text) <= MOST
    assert run("report", "dev", *events("size"), "--base", base, *OWN).out == text
    assert [each.name for each in comment.parent.iterdir()] == ["comment.md"]


@pytest.mark.parametrize(("name", "word"), [("replaced", "refused"), ("settings", "error"), ("waived", "refused")])
def test_a_change_that_does_not_pass_ends_with_1_and_a_comment(name: str, word: str, run: Run, tmp_path: Path) -> None:
    comment = tmp_path / "comment.md"
    assert run("report", "dev", *events(name), "--output", comment, *OWN).code == FAILED
    assert f"## dev: {word}" in comment.read_text()


def test_settings_that_cannot_be_built_are_in_the_comment(run: Run, folder: Path) -> None:
    edit(folder, "dev", {"redis.sku": "nope"})
    done = run("report", "dev", *events("settings"), "--folder", folder)
    assert done.code == FAILED
    assert "mystira:redis.sku" in done.out


@pytest.mark.parametrize(
    ("events_text", "base_text", "said"),
    [
        ('{"sequence":0,"timestamp":1}\n{"sequen', None, "the event stream is cut off"),
        ("", None, "no events"),
        (None, None, "cannot be read"),
        ((STREAMS / "size.jsonl").read_text(), "{}", "not the tables of a stack"),
    ],
)
def test_input_that_cannot_be_read_ends_with_2_and_the_comment_says_so(
    events_text: str | None, base_text: str | None, said: str, run: Run, tmp_path: Path
) -> None:
    """A comment of an earlier run must not stand where nobody knows what this one would do."""
    stream, base, comment = (tmp_path / name for name in ("events.jsonl", "base.json", "comment.md"))
    comment.write_text("## dev: passes")
    if events_text is not None:
        stream.write_text(events_text)
    if base_text is not None:
        base.write_text(base_text)
    options = ("--base", base) if base_text is not None else ()
    done = run("report", "dev", "--from", stream, *options, "--output", comment, *OWN)
    assert done.code == WRONG_LINE
    (line,) = done.err.splitlines()
    assert said in line
    assert "## dev: error" in comment.read_text()
    assert said in comment.read_text()


def test_a_stack_that_does_not_exist_and_no_stream_are_wrong_lines(run: Run) -> None:
    assert run("report", "moon", *events("size"), *OWN).code == WRONG_LINE
    assert run("gate", "moon", *events("size"), *OWN).code == WRONG_LINE
    done = run("report", "dev", *OWN)
    assert (done.code, "--from: missing" in done.err) == (WRONG_LINE, True)


def test_two_reports_of_one_stack_at_once_are_one_clear_error(run: Run, tmp_path: Path) -> None:
    comment = tmp_path / "comment.md"
    comment.write_text("before")
    with only_writer(comment):
        done = run("report", "dev", *events("size"), "--output", comment, *OWN)
    assert done.code == WRONG_LINE
    assert f"{comment}: another report is being written there" in done.err
    assert comment.read_text() == "before"


def test_a_lock_is_given_back_also_after_an_error(tmp_path: Path) -> None:
    file = tmp_path / "comment.md"

    def fail() -> None:
        with only_writer(file):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with only_writer(file):
        refused: list[BaseException] = []

        def second() -> None:
            try:
                with only_writer(file):
                    pass
            except Busy as error:
                refused.append(error)

        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert len(refused) == 1


def test_a_report_is_never_written_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "comment.md"
    file.write_text("before")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(file, "after")
    assert file.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["comment.md"]


def test_a_report_that_fails_leaves_what_was_there(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    comment = tmp_path / "comment.md"
    comment.write_text("before")

    def broken(*_: object) -> str:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(comments, "picture", broken)
    assert run("report", "dev", *events("size"), "--output", comment, *OWN).code == FAILED
    assert comment.read_text() == "before"


# gate


def test_the_gate_passes_what_loses_nothing(run: Run) -> None:
    done = run("gate", "dev", *events("size"), *OWN)
    assert (done.code, done.out.strip()) == (0, "dev: passes")


def test_the_gate_refuses_what_is_not_waived_and_says_how_to(run: Run) -> None:
    done = run("gate", "dev", *events("waived"), *OWN)
    assert done.code == FAILED
    assert "dev: refused: postgresql-server core is replaced (location): deleted first" in done.out
    assert "mystira:replacements.postgresql-server/core" in done.out


def test_the_gate_passes_what_the_settings_of_the_change_let_go(run: Run, folder: Path) -> None:
    edit(folder, "dev", {SERVER: WAIVER})
    done = run("gate", "dev", *events("waived"), "--folder", folder)
    assert done.code == 0
    assert "dev: waived: postgresql-server core is replaced" in done.out


def test_the_gate_tells_what_waives_nothing(run: Run, folder: Path) -> None:
    edit(folder, "dev", {"replacements.key-vault/app": WAIVER})
    done = run("gate", "dev", *events("size"), "--folder", folder)
    assert (done.code, "mystira:replacements.key-vault/app waives nothing" in done.out) == (0, True)


def test_the_gate_as_json(run: Run) -> None:
    done = run("gate", "dev", *events("waived"), "--json", *OWN)
    assert [each["key"] for each in done.json["refusals"]] == ["postgresql-server/core"]
    assert done.json["waived"] == []


@pytest.mark.parametrize("text", ["", "{"])
def test_the_gate_never_passes_what_it_cannot_read(text: str, run: Run, tmp_path: Path) -> None:
    stream = tmp_path / "events.jsonl"
    stream.write_text(text)
    assert run("gate", "dev", "--from", stream, *OWN).code == WRONG_LINE


# cost


def test_cost_shows_what_has_a_price_and_what_has_none(run: Run) -> None:
    done = run("cost", "dev", *OWN)
    assert done.code == 0
    assert "as far as there are prices" in done.out
    assert "no price: Redis cluster core" in done.out
    assert "by use, not estimated: " in done.out


def test_cost_as_json(run: Run) -> None:
    found = run("cost", "dev", "--json", *OWN).json
    assert found["currency"] == "USD"
    assert 0 < found["least"] <= found["most"]
    priced = [line for line in found["lines"] if line["price"]]
    assert found["least"] == pytest.approx(sum(line["dollars"]["least"] for line in priced))
    assert all(line["price"]["source"] and line["price"]["read_on"] for line in priced)


def test_live_prices_replace_the_list(run: Run) -> None:
    with respx.mock as api:
        api.get(url__startswith=URL).respond(json={"Items": [], "NextPageLink": None})
        found = run("cost", "dev", "--live", "--json", *OWN).json
    assert found["least"] == 0
    assert not [line for line in found["lines"] if line["price"]]


def test_live_prices_that_cannot_be_reached_are_one_clear_error(run: Run) -> None:
    with respx.mock as api:
        api.get(url__startswith=URL).mock(side_effect=httpx.ConnectError("no route"))
        done = run("cost", "dev", "--live", *OWN)
    assert done.code == FAILED
    assert "cannot be reached; seen: no route; allowed: without --live" in done.err
