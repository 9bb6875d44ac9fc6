"""What a pull request must not do is refused on the real engine, with a comment that says so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from offline.clock import TODAY, TODAY_VARIABLE
from offline.commands.output import FAILED, WRONG_LINE
from offline.commands.verbs import POLICIES
from offline.engine.documents import dump, parse
from offline.engine.home import PROJECT, Home
from offline.engine.run import Engine
from tests.engine.conftest import Command
from tests.engine.warm import OF_PROGRAM

UP = ("shared", "dev")

SERVER = "azure-native:dbforpostgresql:Server"
KEY = "postgresql-server/core"
PASSWORD = "mystira:postgresqlPassword"
DAY = {TODAY_VARIABLE: TODAY.isoformat()}


@pytest.fixture
def base(command: Command, tmp_path: Path) -> Path:
    """The tables of the commit that the change starts from."""
    file = tmp_path / "base.json"
    assert command("mystira", "report", "dev", "--tables", file, **DAY).returncode == 0
    return file


def preview(engine: Engine, file: Path, *options: str) -> int:
    """A preview of dev that leaves its event stream in ``file``; its exit code."""
    line = ["preview", "--stack", "dev", "--event-log", str(file), "--non-interactive", *options]
    return engine.capture(line).returncode


def configure(engine: Engine, **values: Any) -> Path:
    """Change settings of dev in the world's own copy, and return the folder of these copies."""
    file = engine.settings_file("dev")
    content = parse(file.read_text())
    for name, value in values.items():
        key = f"mystira:{name}"
        if value is None:
            content["config"].pop(key, None)
        else:
            content["config"][key] = value
    file.write_text(dump(content))
    return file.parent


def move_server(engine: Engine, region: str) -> None:
    """Let the state say that the server is in another region: the settings then ask to replace it, and nothing else."""
    file = engine.checkpoint("dev")
    state = json.loads(file.read_text())
    for each in state["checkpoint"]["latest"]["resources"]:
        if each["type"] == SERVER:
            each["inputs"]["location"] = each["outputs"]["location"] = region
    file.write_text(json.dumps(state))


def test_a_replacement_of_postgresql_is_refused_until_the_change_waives_it(
    engine: Engine, command: Command, base: Path, tmp_path: Path
) -> None:
    events, comment = tmp_path / "events.jsonl", tmp_path / "comment.md"
    move_server(engine, "westeurope")

    assert preview(engine, events) != 0
    gate = command("mystira", "gate", "dev", "--from", events, **DAY)
    report = command("mystira", "report", "dev", "--from", events, "--base", base, "--output", comment, **DAY)
    assert (gate.returncode, report.returncode) == (FAILED, FAILED)
    assert "refused: postgresql-server core is replaced (location): deleted first" in gate.stdout
    text = comment.read_text()
    assert "## dev: refused" in text
    assert "**Error**: the preview failed" in text
    assert "**Refused**: postgresql-server core is replaced (location): deleted first, then created again" in text
    assert f"mystira:replacements.{KEY}" in text

    waiver = {KEY: {"reason": "Its data is made up.", "owner": "platform", "until": TODAY.isoformat()}}
    folder = configure(engine, replacements=waiver)
    assert preview(engine, events) == 0
    options = ("--from", events, "--folder", folder)
    gate = command("mystira", "gate", "dev", *options, **DAY)
    report = command("mystira", "report", "dev", *options, "--base", base, "--output", comment, **DAY)
    assert (gate.returncode, report.returncode) == (0, 0), gate.stdout + report.stderr
    assert "waived: postgresql-server core is replaced" in gate.stdout
    assert f"| replacement of {KEY} | Its data is made up. | platform |" in comment.read_text()

    # Without it in the settings the same preview does not pass: what a person has unprotected passes the engine.
    assert command("mystira", "gate", "dev", "--from", events, **DAY).returncode == FAILED
    configure(engine, replacements=None)
    move_server(engine, "southafricanorth")


def test_a_needed_secret_that_is_removed_is_refused(
    engine: Engine, command: Command, base: Path, tmp_path: Path
) -> None:
    events, comment = tmp_path / "events.jsonl", tmp_path / "comment.md"
    config = parse(engine.settings_file("dev").read_text())["config"]
    stores, waivers = config["mystira:local_auth"], config["mystira:waivers"]
    waived = {**waivers, "postgresql-passwords": waivers["local-auth"]}
    folder = configure(engine, local_auth=[*stores, "postgresql"], waivers=waived)
    engine.ensure_stack("dev")
    removed = engine.capture(["config", "rm", PASSWORD, "--stack", "dev"])
    assert removed.returncode == 0, removed.stderr

    assert preview(engine, events) != 0
    options = ("--from", events, "--folder", folder)
    gate = command("mystira", "gate", "dev", *options, **DAY)
    report = command("mystira", "report", "dev", *options, "--base", base, "--output", comment, **DAY)
    assert (gate.returncode, report.returncode) == (FAILED, FAILED)
    assert "refused: the preview failed" in gate.stdout
    text = comment.read_text()
    assert "## dev: error" in text
    assert "No resource changes" not in text
    assert PASSWORD in text
    configure(engine, local_auth=stores, waivers=waivers)


@pytest.fixture
def branch(world: Home, tmp_path: Path) -> Engine:
    """The engine on a branch: a copy of what the program consists of."""
    tree = tmp_path / "branch"
    for name in OF_PROGRAM:
        shutil.copytree(PROJECT / name, tree / name)
    for file in (PROJECT / "__main__.py", *PROJECT.glob("Pulumi*.yaml")):
        shutil.copy2(file, tree)
    (tree / ".venv").symlink_to(PROJECT / ".venv")
    return Engine(world, tree, say=lambda _: None)


def change(branch: Engine, edits: Mapping[str, tuple[str, str]]) -> None:
    """Replace what each file says once."""
    for name, (old, new) in edits.items():
        file = branch.program / name
        text = file.read_text()
        assert text.count(old) == 1, name
        file.write_text(text.replace(old, new))


OPENED = {
    "components/postgresql/server.py": ('public_network_access="Disabled"', 'public_network_access="Enabled"'),
    "components/access/role_assignments.py": (
        "definition_id(spec.role, subscription_id)",
        'f"/subscriptions/{subscription_id}/providers/Microsoft.Authorization/roleDefinitions/'
        '8e3af657-a8ff-443c-a75c-2fe8c4bcb635"',
    ),
}
"""A database that the internet may reach, and whoever had a role is an Owner."""
RENAMED = {"components/redis/instance.py": ("cluster_name=spec.name,", 'cluster_name="cache",')}


def test_a_branch_that_opens_a_database_and_widens_roles_is_refused(
    branch: Engine, command: Command, base: Path, tmp_path: Path
) -> None:
    events, comment = tmp_path / "events.jsonl", tmp_path / "comment.md"
    change(branch, OPENED)
    assert preview(branch, events, *POLICIES) != 0
    report = command("mystira", "report", "dev", "--from", events, "--base", base, "--output", comment, **DAY)
    assert report.returncode == FAILED
    text = comment.read_text()
    assert "## dev: refused" in text
    assert "postgresql-public-access" in text
    assert "role-wide" in text


def test_a_branch_that_breaks_a_name_is_refused(branch: Engine, command: Command, base: Path, tmp_path: Path) -> None:
    events, comment = tmp_path / "events.jsonl", tmp_path / "comment.md"
    change(branch, RENAMED)
    assert preview(branch, events, *POLICIES) != 0
    report = command("mystira", "report", "dev", "--from", events, "--base", base, "--output", comment, **DAY)
    assert report.returncode == FAILED
    text = comment.read_text()
    assert "## dev: error" in text
    assert "the name of a redis does not follow the convention; seen: 'cache'" in text


def test_a_waiver_that_has_ended_is_refused(engine: Engine, command: Command, base: Path, tmp_path: Path) -> None:
    events, comment = tmp_path / "events.jsonl", tmp_path / "comment.md"
    waivers = parse(engine.settings_file("dev").read_text())["config"]["mystira:waivers"]
    ended = {**waivers, "aks-tier": {**waivers["aks-tier"], "until": "2026-01-31"}}
    folder = configure(engine, waivers=ended)
    assert preview(engine, events) != 0
    options = ("--from", events, "--folder", folder, "--base", base, "--output", comment)
    assert command("mystira", "report", "dev", *options, **DAY).returncode in (FAILED, WRONG_LINE)
    text = comment.read_text()
    assert "## dev: error" in text
    assert "mystira:waivers.aks-tier.until: the waiver has ended" in text
    configure(engine, waivers=waivers)
