"""Running `mystira` in this process."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mystira.app import main
from offline.engine.home import HOME_VARIABLE
from stacks.clock import VARIABLE
from tests.harness.settings import TODAY


@dataclass(frozen=True)
class Done:
    """How a command line ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, which must be one JSON document."""
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command line, in an offline world of the test's own and on the day of all tests."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "world"))
    monkeypatch.setenv(VARIABLE, TODAY.isoformat())

    def run(*arguments: str | Path, input: str = "") -> Done:
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdin", io.StringIO(input))
            code = main([str(each) for each in arguments])
        captured = capfd.readouterr()
        return Done(code, captured.out, captured.err)

    return run
