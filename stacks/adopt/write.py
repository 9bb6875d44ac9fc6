"""Changing a settings file; comments, quotes and the order of everything else stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from stacks.adopt.following import Line

ADOPT = "mystira:adopt"
NETWORK, SUBNET_NAMES = "mystira:network", "subnet_names"
NO_TEXT = re.compile(r"[\d.]+|on|off|yes|no|true|false", re.IGNORECASE)
"""What YAML 1.1, as which Pulumi reads its settings, takes for a number or a boolean."""
WIDTH = 4096
"""Longer than any line, so that none is wrapped differently."""


def write_entries(
    file: Path, entries: Mapping[str, str], subnet_names: Mapping[str, str] | None = None, lines: Iterable[Line] = ()
) -> int:
    """Add ``entries`` to ``mystira:adopt`` and ``subnet_names``, role to name, to the network, and give each of
    ``lines`` its value; return how many lines are new or changed. An entry and a name that are there stay, whatever
    they say: a person may have written them."""
    new = 0

    def added(known: MutableMapping[str, Any], wanted: Mapping[str, str]) -> None:
        nonlocal new
        fresh = {key: value for key, value in wanted.items() if key not in known}
        known.update(fresh)
        new += len(fresh)

    def add(config: MutableMapping[str, Any]) -> None:
        nonlocal new
        if entries:
            added(config.setdefault(ADOPT, {}), entries)
        if subnet_names:
            added(config[NETWORK].setdefault(SUBNET_NAMES, {}), subnet_names)
        for line in lines:
            set_line(config, line)
            new += 1

    change(file, add)
    return new


def set_line(config: MutableMapping[str, Any], line: Line) -> None:
    """Give one setting another value; its place and its comment stay."""
    name, _, field = line.setting.partition(".")
    section = config.setdefault(f"mystira:{name}", {})
    section[field] = written(line.value)


def written(value: Any) -> Any:
    """As a settings file has it: a mapping of plain values in one line, a text that YAML would not take for one in
    quotes."""
    if isinstance(value, Mapping):
        found = CommentedMap({name: written(each) for name, each in value.items()})
        if not any(isinstance(each, Mapping) for each in value.values()):
            found.fa.set_flow_style()
        return found
    return DoubleQuotedScalarString(value) if isinstance(value, str) and NO_TEXT.fullmatch(value) else value


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
