"""The shadow project: what the engine sees instead of the committed files.

With a passphrase, ``stack init`` writes its salt into the stack's settings file and removes a real stack's secrets
provider and key. So the engine works on a copy: its ``Pulumi.yaml`` points back at the program (``main``) and at copies
of the settings (``stackConfigDir``) that have neither. A value that a user set in the copy, such as a secret of the
offline world, is kept until the committed file changes the same key.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

from components.problems import MystiraError
from offline.engine.documents import dump, parse

COMMITTED_ENCRYPTION = ("secretsprovider", "encryptedkey", "encryptionsalt")


class BrokenProject(MystiraError):
    """A project file that cannot be read."""


def write_shadow(program: Path, folder: Path) -> Path:
    """Update the shadow of the project in ``program`` below ``folder`` and return its folder."""
    program = program.resolve()
    project = _read(program / "Pulumi.yaml")
    shadow = folder / str(project["name"])
    settings = program / project.get("stackConfigDir", project.get("config", "."))
    project["main"] = os.path.relpath(program / project.get("main", "."), shadow)
    project["stackConfigDir"] = "stacks"
    _absolute_virtualenv(project, program)
    _write(shadow / "Pulumi.yaml", project)
    for committed in sorted(settings.glob("Pulumi.*.yaml")):
        _merge(committed, shadow / "stacks" / committed.name, shadow / "committed" / committed.name)
    return shadow


def project_of(program: Path) -> str:
    """The name of the project in ``program``."""
    return str(_read(program / "Pulumi.yaml")["name"])


def stacks_of(program: Path) -> list[str]:
    """The stacks that have a settings file next to the program."""
    return sorted(path.name.split(".")[1] for path in program.glob("Pulumi.*.yaml"))


def _absolute_virtualenv(project: dict[str, Any], program: Path) -> None:
    runtime = project.get("runtime")
    options = runtime.get("options", {}) if isinstance(runtime, dict) else {}
    if options.get("virtualenv"):
        options["virtualenv"] = str(program / options["virtualenv"])


def _merge(committed: Path, copy: Path, remembered: Path) -> None:
    """A three-way merge: the committed file, the user's copy, and what was committed at the last merge."""
    theirs, ours, base = _read(committed), _read(copy), _read(remembered)
    result = {key: value for key, value in theirs.items() if key not in COMMITTED_ENCRYPTION}
    result |= {key: ours[key] for key in ("encryptionsalt",) if key in ours}
    config = dict(theirs.get("config") or {})
    before = base.get("config") or {}
    for key, value in (ours.get("config") or {}).items():
        set_by_user = value != before.get(key)
        if set_by_user and config.get(key) == before.get(key):
            config[key] = value
    result["config"] = config
    _write(copy, result)
    _write(remembered, {"config": theirs.get("config") or {}})


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        content = parse(path.read_text())
    except yaml.YAMLError as error:
        raise BrokenProject(f"{path.name}: {error}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise BrokenProject(f"{path.name}: seen: a {type(content).__name__}; allowed: a mapping")
    return content


def _write(path: Path, content: dict[str, Any]) -> None:
    text = dump(content)
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
