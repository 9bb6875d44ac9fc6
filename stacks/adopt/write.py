"""Adding entries to a settings file; comments, quotes and the order of everything else stay."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

ADOPT = "mystira:adopt"
WIDTH = 4096
"""Longer than any line, so that none is wrapped differently."""


def write_entries(file: Path, entries: Mapping[str, str]) -> int:
    """Add ``entries`` to ``mystira:adopt`` and return how many of them are new."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    content = yaml.load(file.read_text())
    known = content["config"].setdefault(ADOPT, {})
    new = {key: id for key, id in entries.items() if known.get(key) != id}
    known.update(new)
    if new:
        text = StringIO()
        yaml.dump(content, text)
        file.write_text(text.getvalue())
    return len(new)
