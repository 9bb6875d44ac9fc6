"""What GitHub gives a job, and what a job gives back."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.problems import InvalidInput
from mystira.ci import job


def test_each_missing_variable_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERE", " here ")
    for name in ("FIRST", "SECOND"):
        monkeypatch.delenv(name, raising=False)
    assert job.required("HERE") == ("here",)
    with pytest.raises(InvalidInput) as caught:
        job.required("FIRST", "HERE", "SECOND")
    assert [each.path for each in caught.value.problems] == ["variable FIRST", "variable SECOND"]
    assert all(each.what == "missing" and "gh variable set" in each.allowed for each in caught.value.problems)


def test_an_empty_variable_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub gives a job an empty text for a variable that is not there."""
    monkeypatch.setenv("EMPTY", "")
    with pytest.raises(InvalidInput):
        job.required("EMPTY")


def test_outputs_and_summary_go_to_the_files_of_the_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(job.OUTPUT, str(tmp_path / "out"))
    monkeypatch.setenv(job.SUMMARY, str(tmp_path / "summary"))
    job.output({"a": "1"})
    job.output({"b": "2"})
    job.summary("x" * (job.SUMMARY_LIMIT + 1))
    assert (tmp_path / "out").read_text() == "a=1\nb=2\n"
    assert len((tmp_path / "summary").read_text()) < job.SUMMARY_LIMIT + 100


def test_an_output_of_two_lines_would_be_two_outputs() -> None:
    with pytest.raises(InvalidInput, match="more than one line"):
        job.output({"previous": "x\nchanges=true"})


def test_a_person_sees_both(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in (job.OUTPUT, job.SUMMARY, "GITHUB_RUN_ID"):
        monkeypatch.delenv(name, raising=False)
    job.output({"a": "1"})
    job.summary("text")
    assert capsys.readouterr().out == "a=1\ntext\n"
    assert job.run_url() == ""
