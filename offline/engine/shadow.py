"""The shadow project: what the engine sees instead of the committed files.

With a passphrase, ``stack init`` writes its salt into the stack's settings file and removes a real stack's secrets
provider and key. So the engine works on a copy: its ``Pulumi.yaml`` points back at the program (``main``) and at copies
of the settings (``stackConfigDir``) that have neither, and no value that only the real stack's key decrypts. What a
user set or removed in the copy, such as a secret of the offline world, stays so until the committed file changes the
same key.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

from components.problems import MystiraError
from offline.engine.documents import dump, parse

ENCRYPTION = ("secretsprovider", "encryptedkey", "encryptionsalt")
"""How a stack encrypts its secrets, at the top level of its settings file."""

ENCRYPTED = {"secure"}
"""The keys of a mapping that is an encrypted value."""


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


def copy_settings(committed: Path, copy: Path) -> None:
    """Copy a settings file without its encryption, for a stack with another key."""
    _write(copy, _decrypted(_read(committed)))


def project_of(program: Path) -> str:
    """The name of the project in ``program``."""
    return str(_read(program / "Pulumi.yaml")["name"])


def stacks_of(program: Path) -> list[str]:
    """The stacks that have a settings file next to the program."""
    return sorted(path.name.split(".")[1] for path in program.glob("Pulumi.*.yaml"))


def _decrypted(content: dict[str, Any]) -> dict[str, Any]:
    """A settings file without its encryption and without what is encrypted with it."""
    kept = {key: value for key, value in content.items() if key not in ENCRYPTION}
    return kept | {"config": _in_clear(content.get("config") or {})}


def _in_clear(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _in_clear(each) for key, each in value.items() if not _encrypted(each)}
    return [_in_clear(each) for each in value if not _encrypted(each)] if isinstance(value, list) else value


def _encrypted(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == ENCRYPTED


def _absolute_virtualenv(project: dict[str, Any], program: Path) -> None:
    runtime = project.get("runtime")
    options = runtime.get("options", {}) if isinstance(runtime, dict) else {}
    if options.get("virtualenv"):
        options["virtualenv"] = str(program / options["virtualenv"])


def _merge(committed: Path, copy: Path, remembered: Path) -> None:
    """A three-way merge: the committed file, the user's copy, and what was committed at the last merge."""
    theirs, ours, base = _decrypted(_read(committed)), _read(copy), _read(remembered)
    result = {**theirs, **{key: ours[key] for key in ENCRYPTION if key in ours}}
    config, before, mine = dict(theirs["config"]), base.get("config") or {}, ours.get("config") or {}
    for key in [*before, *mine] if copy.exists() else ():
        unchanged_there = config.get(key) == before.get(key)
        if unchanged_there and mine.get(key) != before.get(key):
            config.pop(key, None)
            if key in mine:
                config[key] = mine[key]
    result["config"] = config
    _write(copy, result)
    _write(remembered, {"config": theirs["config"]})


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
