"""Changing a settings file; comments, quotes and the order of everything else stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ADOPT = "mystira:adopt"
WIDTH = 4096
"""Longer than any line, so that none is wrapped differently."""


def write_entries(file: Path, entries: Mapping[str, str]) -> int:
    """Add ``entries`` to ``mystira:adopt`` and return how many of them are new."""
    new: dict[str, str] = {}

    def add(config: MutableMapping[str, Any]) -> None:
        known = config.setdefault(ADOPT, {})
        new.update({key: id for key, id in entries.items() if known.get(key) != id})
        known.update(new)

    change(file, add)
    return len(new)


def change(file: Path, edit: Callable[[MutableMapping[str, Any]], None]) -> None:
    """Change the ``config`` of a settings file. A file in which nothing changes is not written."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    content = yaml.load(file.read_text())
    before = deepcopy(content["config"])
    edit(content["config"])
    if content["config"] != before:
        text = StringIO()
        yaml.dump(content, text)
        file.write_text(text.getvalue())
