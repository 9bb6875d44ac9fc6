"""A `pulumi` on the PATH that answers as a test says and remembers what it was asked: pipelines without an engine."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

_PROGRAM = """#!{python} -SE
import json, os, pathlib, sys
folder = pathlib.Path({folder!r})
variables = {{k: v for k, v in os.environ.items() if k.startswith(("PULUMI_", "ARM_", "AZURE_", "AAD_"))}}
token = os.environ.get("AZURE_FEDERATED_TOKEN_FILE")
if token:
    variables["token"] = pathlib.Path(token).read_text()
    variables["mode"] = oct(pathlib.Path(token).stat().st_mode & 0o777)
with open(folder / "asked", "a") as asked:
    asked.write(json.dumps([sys.argv[1:], variables]) + "\\n")
answers = json.loads((folder / "answers").read_text())
words = " ".join(sys.argv[1:])
found = next((answers[key] for key in sorted(answers, key=len, reverse=True) if words.startswith(key)), None)
if found is None:
    sys.exit("no answer to: " + words)
for option, text in found.get("files", {{}}).items():
    pathlib.Path(sys.argv[sys.argv.index(option) + 1]).write_text(text)
sys.stdout.write(found.get("out", ""))
sys.stderr.write(found.get("err", ""))
sys.exit(found.get("code", 0))
"""


@dataclass
class FakePulumi:
    """The program: each answer by the words that a command begins with."""

    folder: Path
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def says(self, command: str, out: Any = "", *, code: int = 0, err: str = "", **files: str) -> None:
        """What a command prints, how it ends, and what it writes into the files that its options name."""
        text = out if isinstance(out, str) else json.dumps(out)
        written = {f"--{name.replace('_', '-')}": content for name, content in files.items()}
        self.answers[command] = {"out": text, "code": code, "err": err, "files": written}
        (self.folder / "answers").write_text(json.dumps(self.answers))

    @property
    def asked(self) -> list[tuple[list[str], Mapping[str, str]]]:
        """Every command line, with the variables of Pulumi and of logins that it ran with."""
        file = self.folder / "asked"
        return [tuple(json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []

    @property
    def commands(self) -> list[str]:
        """The first words of every command line."""
        return [" ".join(word for word in line[:2] if not word.startswith("-")) for line, _ in self.asked]


def fake_pulumi(folder: Path, patch: pytest.MonkeyPatch) -> FakePulumi:
    """Put it on the PATH, before every other."""
    folder.mkdir(parents=True)
    program = folder / "pulumi"
    program.write_text(_PROGRAM.format(python=sys.executable, folder=str(folder)))
    program.chmod(0o755)
    patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    for name in ("ACTIONS_ID_TOKEN_REQUEST_URL", "PULUMI_BACKEND_URL", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        patch.delenv(name, raising=False)
    fake = FakePulumi(folder)
    fake.says("version", "v0")
    return fake
