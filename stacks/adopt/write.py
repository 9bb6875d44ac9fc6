"""Changing a settings file; comments, quotes and the order of everything else stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ADOPT = "mystira:adopt"
NETWORK, SUBNET_NAMES = "mystira:network", "subnet_names"
WIDTH = 4096
"""Longer than any line, so that none is wrapped differently."""


def write_entries(file: Path, entries: Mapping[str, str], subnet_names: Mapping[str, str] | None = None) -> int:
    """Add ``entries`` to ``mystira:adopt`` and ``subnet_names``, role to name, to the network; return how many lines
    are new. What is there stays, whatever it says: a person may have written it."""
    new = 0

    def added(known: MutableMapping[str, Any], wanted: Mapping[str, str]) -> None:
        nonlocal new
        fresh = {key: value for key, value in wanted.items() if key not in known}
        known.update(fresh)
        new += len(fresh)

    def add(config: MutableMapping[str, Any]) -> None:
        if entries:
            added(config.setdefault(ADOPT, {}), entries)
        if subnet_names:
            added(config[NETWORK].setdefault(SUBNET_NAMES, {}), subnet_names)

    change(file, add)
    return new


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
