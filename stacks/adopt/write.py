"""Writing entries into a settings file without touching what else stands there."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

ADOPT = "mystira:adopt"


def write_entries(file: Path, entries: Mapping[str, str]) -> int:
    """Add ``entries`` to `mystira:adopt`; return how many were new. Comments and order stay."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
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
