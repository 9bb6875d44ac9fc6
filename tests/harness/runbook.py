"""Walking a runbook: its command lines run in a real shell, as they stand on the page.

What a person enters is in angle brackets there (`export HOST=<host>`). A program is a real one, or a stand-in that
answers for what only Azure has; the shell finds nothing else.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socketserver
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from offline.engine.home import PROJECT
from offline.rpc.protocol import ProviderError

MOVES = PROJECT / "docs" / "runbooks" / "moves"
PAGES = sorted(MOVES.glob("*.md"))
SECTIONS = ("Before", "Steps", "How to see that it worked", "Downtime", "Way back")
"""What each move has, in this order."""
BLOCK = re.compile(r"^( *)```sh\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
ENTERED = re.compile(r"\b([A-Z_]+)=<[^>]*>")
TOOLS = (
    "cat",
    "comm",
    "cp",
    "cut",
    "date",
    "diff",
    "grep",
    "head",
    "mkdir",
    "mv",
    "rm",
    "sed",
    "sleep",
    "sort",
    "tail",
)
"""What every shell has."""

CLIENT = """\
#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as there:
    there.connect({address!r})
    there.sendall(json.dumps([os.path.basename(sys.argv[0]), *sys.argv[1:]]).encode() + b"\\n")
    code, out, err = json.loads(there.makefile().readline())
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(code)
"""

Answer = Callable[[Sequence[str]], str]
"""What a stand-in prints for its arguments. Raises :class:`Refusal`."""


class Refusal(Exception):
    """A stand-in ends with exit code 1 and this text."""


class Unfinished(AssertionError):
    """A command line of a page failed; the message is what the shell printed."""


def section(page: Path, title: str) -> str:
    """The text of a section of the second or the third level."""
    found = re.findall(rf"^(##+) {re.escape(title)}\n(.*?)(?=^##|\Z)", page.read_text(), re.DOTALL | re.MULTILINE)
    assert len(found) == 1, f"{page.name}: {title}"
    return found[0][1]


def headings(page: Path, level: int) -> list[str]:
    """The titles of one level, in their order."""
    return re.findall(rf"^{'#' * level} (.*)$", page.read_text(), re.MULTILINE)


def blocks(page: Path, title: str) -> list[str]:
    """The blocks of command lines of a section; those of a numbered step without its indent."""
    return [textwrap.dedent(text) for _, text in BLOCK.findall(section(page, title))]


@dataclass
class Shell:
    """A shell with its variables, its folder and the programs that it finds."""

    page: Path
    folder: Path
    answers: dict[str, Answer] = field(default_factory=dict)
    """What stands in for a program, by its name."""
    instead: dict[str, str] = field(default_factory=dict)
    """What is written on the page and cannot be had here, and what takes its place."""
    called: list[list[str]] = field(default_factory=list)
    """The command lines of stand-ins, in their order."""
    refused: list[str] = field(default_factory=list)
    """What stand-ins refused: a substitution in a line hides the exit code."""

    @property
    def programs(self) -> Path:
        return self.folder / "programs"

    def real(self, name: str, path: Path) -> None:
        """Let the shell find a real program."""
        (self.programs / name).symlink_to(path)

    def walk(self, title: str, *numbers: int, entered: str = "", **choices: str) -> str:
        """Do what a section says and return what it printed; only those of its blocks that have ``numbers``, from 1.

        ``choices`` are what a person puts into angle brackets, ``entered`` is what they type. Raises
        :class:`Unfinished` where a line fails.
        """
        found = blocks(self.page, title)
        text = "".join(found[number - 1] for number in numbers or range(1, len(found) + 1))
        assert text, f"{self.page.name}: {title} has no command"
        for written, here in self.instead.items():
            text = text.replace(written, here)
        return self.run(ENTERED.sub(lambda each: f"{each[1]}={shlex.quote(choices[each[1]])}", text), entered)

    def run(self, text: str, entered: str = "") -> str:
        """Run command lines; variables stay for the next ones."""
        kept = self.folder / "variables"
        lines = f"set -euo pipefail\n[ -e {kept} ] && source {kept}\ncd {self.folder / 'work'}\n{text}\n"
        self.refused.clear()
        done = subprocess.run(
            [shutil.which("bash") or "bash", "--noprofile", "--norc", "-c", f"{lines}\nexport -p > {kept}"],
            env={"PATH": str(self.programs), "HOME": str(self.folder), "LC_ALL": "C"},
            input=entered,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or self.refused:
            raise Unfinished(f"{self.page.name}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout


@contextmanager
def shell_for(page: Path, folder: Path, programs: Mapping[str, Path | Answer]) -> Iterator[Shell]:
    """A shell that finds the tools of every shell and ``programs``: a path, or what stands in for it."""
    made = Shell(page, folder)
    made.programs.mkdir(parents=True)
    (folder / "work").mkdir()
    for name in (each for each in TOOLS if each not in programs):
        made.real(name, Path(shutil.which(name) or name))
    address = str(folder / "programs.socket")
    for name, program in programs.items():
        if isinstance(program, Path):
            made.real(name, program)
            continue
        made.answers[name] = program
        file = made.programs / name
        file.write_text(CLIENT.format(python=sys.executable, address=address))
        file.chmod(file.stat().st_mode | stat.S_IXUSR)

    class Called(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            name, *arguments = json.loads(self.rfile.readline())
            made.called.append([name, *arguments])
            try:
                answer: tuple[int, str, str] = (0, made.answers[name](arguments), "")
            except (AssertionError, LookupError, Refusal, ProviderError) as error:
                answer = (1, "", f"{name} {shlex.join(arguments)}: {error!r}\n")
                made.refused.append(answer[2])
            self.wfile.write(json.dumps(answer).encode() + os.linesep.encode())

    with socketserver.UnixStreamServer(address, Called) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()
