"""From a file to what it holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from stacks.adopt import pulumi_state, terraform
from stacks.adopt.listed import ids_in, listed, rows_of
from stacks.adopt.live import Live
from stacks.adopt.source import Source, json_of, mapping, refused, text_of, told_once

TWICE = "said twice"


def source_in(file: Path) -> Source:
    """What a file holds, whichever of the known shapes it has. Raises ``InvalidInput`` with one problem."""
    text = text_of(file)
    left_out = Counter[str]()
    if text.lstrip()[:1] in ("{", "["):
        content = json_of(file, text)
        if terraform.is_state(mapping(content)) and not pulumi_state.is_state(mapping(content)):
            found, left_out = terraform.instances(file, content)
        elif pulumi_state.is_state(mapping(content)):
            found, left_out = pulumi_state.instances(file, content)
        else:
            found = list[Live](listed(rows_of(file, content)))
    else:
        found = list(ids_in(text))
    live, twice = told_once(found)
    if not live:
        raise refused(file, "holds no id of an Azure resource", "")
    return Source(str(file), live, {**left_out, **({TWICE: twice} if twice else {})})
