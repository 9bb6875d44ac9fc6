"""The runbook of the first deployment, walked as far as that goes without Azure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from mystira.app import app
from stacks.parts.state.plan import STATE
from stacks.plan.load import PROJECT
from stacks.settings.fictitious import fictitious_values
from stacks.settings.loading import NAMESPACE, from_file, stacks_in
from tests.harness.settings import SETTINGS, plan

PAGE = PROJECT / "docs/runbooks/first-deployment.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
VARIABLE = re.compile(r"\$\{?([A-Z_]+)")
PROGRAMS = {"az", "export", "git", "make", "pulumi", "uv"}
ROW = re.compile(r"^\| `(mystira:[\w.]+)` \|", re.MULTILINE)
"""A row of the table of step 5."""
PATH = re.compile(r"`((?:docs/)?[\w.-]+/[\w./-]+|Pulumi\.yaml|uv\.lock)`")


def lines() -> list[str]:
    """The command lines of the page, those in several lines as one."""
    text = "\n".join(BLOCK.findall(PAGE.read_text())).replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip()]


def commands() -> Iterator[list[str]]:
    """Each simple command: the parts of a pipe are commands of their own."""
    for line in lines():
        words: list[str] = []
        for word in shlex.split(line):
            if word == "|":
                yield words
                words = []
            else:
                words.append(word)
        yield words


def test_every_command_is_of_a_tool_that_step_one_lists() -> None:
    """`export`, and what a clone was made with, apart."""
    assert {words[0] for words in commands()} == PROGRAMS


def test_every_variable_is_set_before_it_is_used() -> None:
    known: set[str] = set()
    for line in lines():
        if line.startswith("export "):
            known |= set(re.findall(r"([A-Z_]+)=", line))
        else:
            assert set(VARIABLE.findall(line)) <= known


def parsed(command: Any, words: list[str]) -> str:
    """The name of the command that these words call; every option and argument is one that it takes."""
    if hasattr(command, "commands"):
        return parsed(command.commands[words[0]], words[1:])
    command.make_context(command.name, words)
    return command.name


def test_every_command_of_this_project_exists_with_its_options() -> None:
    group = typer.main.get_command(app)
    called = [parsed(group, words[3:]) for words in commands() if words[:3] == ["uv", "run", "mystira"]]
    assert called == ["check", "preflight", "preflight", "rehearse", "check", "preflight"]


def test_every_target_of_make_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    assert {words[1] for words in commands() if words[0] == "make"} == {"bootstrap"} <= targets


def test_the_names_of_account_and_vault_are_those_that_shared_makes() -> None:
    store = plan("shared").of(STATE)
    text = PAGE.read_text()
    assert f"STATE_ACCOUNT={store.account.name} STATE_VAULT={store.vault.name}" in text
    for each in (store.backend, store.secrets_providers["dev"]):
        named = each.replace(store.account.name, "$STATE_ACCOUNT").replace(store.vault.name, "$STATE_VAULT")
        assert f'"{named}"' in text


def test_every_path_exists() -> None:
    made = {".rehearsals"}
    named = set(PATH.findall(PAGE.read_text()))
    assert named
    assert {path for path in named if not (PROJECT / path).exists()} <= made


def fictitious(folder: Path) -> set[str]:
    return {path for stack in stacks_in(folder) for path, _, _ in fictitious_values(from_file(stack, folder))}


def test_the_settings_to_replace_are_all_that_are_fictitious() -> None:
    """Each row replaces something, and after all of them nothing fictitious is left. The committed settings may have
    been replaced already; the tests' own are fictitious for good."""
    listed = {setting.removeprefix(f"{NAMESPACE}:") for setting in ROW.findall(PAGE.read_text())}
    found = fictitious(SETTINGS)
    assert fictitious(PROJECT) <= found
    replaced = {path: row for path in found for row in listed if path == row or path.startswith(f"{row}.")}
    assert found - replaced.keys() == set()
    assert listed - set(replaced.values()) == set()
