"""The runbook of the state store, walked: a state that is locked, broken, lost, wrong, and one that leaves the store.

Azurite keeps no versions of a blob, so the walker does; Microsoft's Python client does what the Azure CLI would.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Template

import pytest
import typer
from azure.storage.blob import ContainerClient

from mystira.app import app
from offline.engine.home import PROJECT, Home
from offline.engine.prepare import prepare
from offline.engine.run import BACKEND_VARIABLE, Engine
from offline.world.store import World
from tests.engine.small import HERE, STACK
from tests.pages.test_first_deployment import BLOCK, parsed
from tools.blob_storage import KEY, VARIABLES, BlobStorage, running

PAGE = (PROJECT / "docs/runbooks/state.md").read_text()
VALUE = re.compile(r'(\w+)=("[^"]*"|<[^>]*>|\S+)')
"""A variable of a line with `export`; what a person enters is in angle brackets."""
ACCOUNT = "myssharedtfstsan"
BLOB = f".pulumi/stacks/stored/{STACK}.json"


def section(title: str, *, required: bool = True) -> list[str]:
    """The command lines of a section, those in several lines as one."""
    (text,) = re.findall(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    joined = "\n".join(BLOCK.findall(text)).replace("\\\n", " ")
    found = [line for line in joined.splitlines() if line.strip()]
    assert found or not required, title
    return found


class Walker:
    """Does what the lines say, on the program `stored` with its state in Azurite."""

    def __init__(self, engine: Engine, storage: BlobStorage, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.container = ContainerClient(storage.url, "state", credential=KEY)
        self.container.create_container()
        self.variables: dict[str, str] = {}
        self.store = self.backend = storage.backend("state")
        self.versions: dict[str, bytes] = {}
        """By id: the earlier versions of the state, the oldest first."""
        self.listed: list[str] = []

    def pulumi(self, *arguments: str) -> tuple[int, str]:
        """Exit code and output of a Pulumi command on the store."""
        done = self.engine.capture(arguments, VARIABLES | {BACKEND_VARIABLE: self.backend})
        return done.returncode, done.stdout + done.stderr

    def does(self, *arguments: str) -> str:
        """The output of a Pulumi command that succeeds."""
        code, text = self.pulumi(*arguments)
        assert code == 0, text
        return text

    def keep(self) -> str:
        """The state becomes an earlier version; returns the id of that version."""
        version = f"2026-11-21T00:00:0{len(self.versions)}.0000000Z"
        self.versions[version] = self.container.download_blob(BLOB).readall()
        return version

    def walk(self, title: str, between: Callable[[], None] = lambda: None, **choices: str) -> None:
        """Do what a section says; ``choices`` are what a person enters, ``between`` what follows the first command."""
        for number, line in enumerate(section(title)):
            if number == 1:
                between()
            if line.startswith("export "):
                given = {key: self._filled(value.strip('"')) for key, value in VALUE.findall(line)}
                self.variables |= given | choices
            else:
                self._do([self._filled(word) for word in shlex.split(line)])

    def _filled(self, word: str) -> str:
        """With the variables; a name of the platform becomes that of the program or the store here."""
        text = Template(word).substitute(self.variables, PWD=self.folder)
        text = text.replace("/stacks/mystira/", "/stacks/stored/")
        return {"shared": STACK, f"azblob://state?storage_account={ACCOUNT}": self.store}.get(text, text)

    def _do(self, words: list[str]) -> None:
        if words[:2] == ["pulumi", "login"]:
            self.backend = words[2]
        elif words[0] == "pulumi":
            arguments = [str(self.folder / word) if word.endswith(".json") else word for word in words[1:]]
            # Somebody who is asked says yes.
            self.does(*arguments, *(("--yes", "--skip-preview") if words[1] == "destroy" else ()))
        elif words[:3] == ["az", "storage", "blob"]:
            self._az(words[3], dict(zip(words[4:], [*words[5:], ""], strict=True)))
        elif words[0] == "rm":
            (self.folder / words[1]).unlink()
        elif words[0] == "mkdir":
            (self.folder / words[-1]).mkdir()
        else:
            # The world has a passphrase.
            assert words == ["openssl", "rand", "-hex", "32", ">", ".bootstrap/passphrase"]

    def _az(self, verb: str, flags: dict[str, str]) -> None:
        assert (flags["--container-name"], flags["--auth-mode"]) == ("state", "login")
        if verb == "list":
            assert (flags["--include"], flags["--prefix"]) == ("v", BLOB)
            assert "reverse(sort_by(" in flags["--query"]
            self.listed = sorted(self.versions, reverse=True)
        elif verb == "download":
            assert flags["--name"] == BLOB
            (self.folder / flags["--file"]).write_bytes(self.versions[flags["--version-id"]])
        else:
            assert (verb, "--overwrite" in flags) == ("upload", True)
            content = (self.folder / flags["--file"]).read_bytes()
            self.container.upload_blob(flags["--name"], content, overwrite=True)


@pytest.fixture(scope="module")
def walker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walker]:
    """A stack that is up, with its state in the store."""
    folder = tmp_path_factory.mktemp("walk")
    engine = Engine(Home(folder / "world"), HERE / "stored", say=lambda _: None)
    prepare(engine)
    with running(folder) as storage:
        made = Walker(engine, storage, folder)
        made.variables["STACK"] = STACK
        made.does("stack", "init", STACK, "--no-select")
        made.does("up", "--stack", STACK, "--yes", "--skip-preview")
        yield made


def is_whole(walker: Walker) -> None:
    """Pulumi reads the state, and nothing would change; no copy of it is left behind."""
    walker.does("preview", "--stack", STACK, "--expect-no-changes")
    assert list(walker.folder.glob("*.json")) == []


def lock(walker: Walker) -> None:
    """What a run on a machine that is gone leaves."""
    name = f".pulumi/locks/organization/stored/{STACK}/gone.json"
    content = {"pid": 1, "username": "somebody", "hostname": "gone", "timestamp": "2026-11-21T00:00:00Z"}
    walker.container.upload_blob(name, json.dumps(content), overwrite=True)
    code, text = walker.pulumi("refresh", "--stack", STACK, "--yes", "--skip-preview")
    assert code != 0
    assert "the stack is currently locked by 1 lock(s)" in text


def test_a_lock_of_a_run_that_is_gone(walker: Walker) -> None:
    lock(walker)
    walker.walk("A lock of a run that is gone", STACK=STACK)
    is_whole(walker)


def broken(walker: Walker) -> None:
    """Somebody has cut it off."""
    walker.container.upload_blob(BLOB, b'{"version": 3, "checkp', overwrite=True)


def lost(walker: Walker) -> None:
    """Somebody has deleted it."""
    walker.container.delete_blob(BLOB)


@pytest.mark.parametrize("harm", [broken, lost])
def test_a_state_that_is_broken_or_lost_comes_back_from_an_earlier_version(
    walker: Walker, harm: Callable[[Walker], None]
) -> None:
    version = walker.keep()
    harm(walker)
    code, _ = walker.pulumi("stack", "export", "--stack", STACK)
    assert code != 0
    walker.walk("A state that is broken, or lost", STACK=STACK, VERSION=version)
    assert walker.listed[0] == version, "the latest comes first"
    is_whole(walker)


def test_a_state_that_is_wrong_is_edited_outside_the_store(walker: Walker) -> None:
    """It has an entry of which neither Azure nor the program knows."""
    state = json.loads(walker.does("stack", "export", "--stack", STACK))
    (real,) = [each for each in state["deployment"]["resources"] if each["urn"].endswith("UserAssignedIdentity::one")]
    ghost = real | {"urn": real["urn"].replace("::one", "::ghost"), "id": real["id"].replace("-one-", "-ghost-")}
    state["deployment"]["resources"].append(ghost)
    (walker.folder / "harm").write_text(json.dumps(state))
    walker.does("stack", "import", "--stack", STACK, "--file", str(walker.folder / "harm"))
    code, text = walker.pulumi("preview", "--stack", STACK, "--expect-no-changes")
    assert code != 0
    assert "1 to delete" in text

    def edit() -> None:
        file = walker.folder / "state.json"
        found = json.loads(file.read_text())
        found["deployment"]["resources"].remove(ghost)
        file.write_text(json.dumps(found))

    walker.walk("A state that Pulumi reads and that is wrong", between=edit)
    is_whole(walker)


def test_the_state_leaves_the_store_before_the_store_goes(walker: Walker) -> None:
    """And what was in it can be destroyed."""
    walker.walk("Taking `shared` down")
    assert World(walker.engine.home.cloud).all() == []


COMMANDS = [line for title in re.findall(r"^## (.*)$", PAGE, re.MULTILINE) for line in section(title, required=False)]


def test_every_command_is_of_a_tool_that_the_first_deployment_asks_for() -> None:
    assert {line.split()[0] for line in COMMANDS} <= {"az", "export", "mkdir", "openssl", "pulumi", "rm", "uv"}


def test_every_command_of_this_project_exists_with_its_options() -> None:
    group = typer.main.get_command(app)
    called = [words[3:] for words in map(shlex.split, COMMANDS) if words[:3] == ["uv", "run", "mystira"]]
    assert [parsed(group, words) for words in called] == ["adopt"]
