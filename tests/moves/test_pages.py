"""Each move is a page of one form, whose commands are those that its test walks."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from mystira.app import app
from offline.engine.home import PROJECT
from tests.harness.runbook import PAGES, SECTIONS, blocks, headings, section
from tests.pages.test_first_deployment import parsed

MOVES = [page for page in PAGES if page.stem not in ("README", "left")]
VARIABLE = re.compile(r"\$\{?([A-Z_]{2,})")
SET = re.compile(r"\b([A-Z_]{2,})=|read -rs ([A-Z_]+)|for ([A-Z_]+) in|read -r ([A-Z_]+)")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[\w-]+)?\)")
EACH = pytest.mark.parametrize("page", MOVES, ids=lambda page: page.stem)


@EACH
def test_a_page_says_what_a_person_has_to_know(page: Path) -> None:
    assert tuple(headings(page, 2)) == SECTIONS
    for title in SECTIONS:
        assert len(section(page, title).split()) > 10, title


@EACH
def test_its_test_walks_every_section_that_has_commands(page: Path) -> None:
    text = (PROJECT / "tests" / "moves" / f"test_{page.stem.replace('-', '_')}.py").read_text()
    assert "shell_for(" in text
    for title in SECTIONS:
        walked = set(re.findall(rf'\.walk\(\s*"{title}"((?:, \d+)*)', text))
        numbers = {int(each) for found in walked for each in found.split(", ")[1:]}
        count = len(blocks(page, title))
        assert not count or "" in walked or numbers == set(range(1, count + 1)), title


@EACH
def test_every_variable_is_set_before_it_is_used(page: Path) -> None:
    known = {"PWD", "HOME"}
    for title in SECTIONS:
        for line in "".join(blocks(page, title)).replace("\\\n", " ").splitlines():
            known |= {name for found in SET.findall(line) for name in found if name}
            assert set(VARIABLE.findall(line)) <= known, line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_its_links_lead_somewhere(page: Path) -> None:
    found = LINK.findall(page.read_text())
    assert found
    assert [link for link in found if not (page.parent / link).exists()] == []


@EACH
def test_every_command_of_this_project_exists_with_its_options(page: Path) -> None:
    group = typer.main.get_command(app)
    lines = "".join(text for title in SECTIONS for text in blocks(page, title)).replace("\\\n", " ").splitlines()
    for line in lines:
        start = line.find("uv run mystira ")
        if start >= 0:
            words = shlex.split(re.split(r"[|>)]", line[start:])[0])
            parsed(group, words[3:])
