"""The Pulumi commands of the runbook of the first deployment, against Pulumi's own command line."""

from __future__ import annotations

import re
import subprocess

import pytest

from offline.engine.run import Engine
from tests.pages.test_first_deployment import commands

LINES = sorted({tuple(words[1:]) for words in commands() if words[0] == "pulumi"})


@pytest.mark.parametrize("words", LINES, ids=" ".join)
def test_the_command_exists_with_its_options(engine: Engine, words: tuple[str, ...]) -> None:
    """Pulumi prints the usage of the command that it recognizes, and stops at an option that it does not know."""
    names = [word for word in words[:2] if word.isalpha()]
    options = [word for word in words if word.startswith("-")]
    done = subprocess.run(
        [str(engine.executable), *names, "--help"],
        env=engine.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    *groups, name = names
    usage = " ".join(["pulumi", *groups])
    assert re.search(rf"^  {usage} {name}\b|^Aliases:\n  .*\b{name}\b", done.stdout, re.MULTILINE)
    assert [option for option in options if f"{option} " not in done.stdout.replace(",", " ")] == []
