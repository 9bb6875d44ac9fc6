"""What a source holds, and the way from a file to it: Terraform's state, Pulumi's, ids, objects of a cluster."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from components.problems import InvalidInput, Problem
from stacks.adopt.live import Live, canonical

READ = "docs/runbooks/adoption.md"
ALLOWED = "a Terraform state (version 4), a Pulumi state, resource ids, or what kubectl get -o json prints"
MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""Byte order marks of the encodings that are read."""


@dataclass(frozen=True)
class Source:
    """What a source holds: every instance once, and how many things that are none it left out."""

    name: str
    """A file, or ``azure``."""
    live: tuple[Live, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    """By what they are (``data sources``): how many."""
    complete: bool = False
    """Whether what is not here is not there."""


def told_once(live: Sequence[Live]) -> tuple[tuple[Live, ...], int]:
    """Each id once whatever its case, in a spelling and an order that do not depend on the order given; and how many
    said the same again. Of several the one with the most to say is kept, and of those the one in the most telling case:
    some tools print ids in capitals, others without any, and a name is imported as its id spells it."""
    found: dict[str, Live] = {}
    for each in sorted(live, key=lambda each: (-_said(each), _flat(each.id), canonical(each.id), each.address)):
        id = canonical(each.id) if each.id else ""
        key = f"{each.kind} {id}".lower() if id else f"{each.kind} {each.address}"
        found.setdefault(key, replace(each, id=id))
    once = tuple(sorted(found.values(), key=lambda each: (each.id.lower(), each.kind, each.address)))
    return once, len(live) - len(once)


def _flat(id: str) -> tuple[int, int]:
    """How many parts of an id are in capitals only, and how many have none at all."""
    parts = id.split("/")
    return sum(part.isupper() for part in parts), sum(part.islower() for part in parts)


def _said(each: Live) -> int:
    return sum(bool(value) for name, value in vars(each).items() if name != "address")


def text_of(file: Path) -> str:
    """The text of a file in UTF-8 or UTF-16, with or without a byte order mark. Raises ``InvalidInput``."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise refused(file, "cannot be read", str(error.strerror)) from error
    encoding = "utf-8-sig"
    if content.startswith(MARKS[1:]) or (content[1:2] == b"\0" and content[:1] != b"\0"):
        # Windows PowerShell's `>` writes UTF-16, also without a mark where it appends.
        encoding = "utf-16" if content.startswith(MARKS[1:]) else "utf-16-le"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise refused(file, "not a text", f"byte {error.start} is not {encoding.removesuffix('-sig')}") from error
    if "\0" in text:
        raise refused(file, "not a text", "zero bytes")
    if not text.strip():
        raise refused(file, "empty", f"{len(content)} bytes")
    return text


def json_of(file: Path, text: str) -> Any:
    """The JSON in a text. Raises ``InvalidInput``, which repeats nothing of the text: it may be a state."""
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        seen = f"line {error.lineno} of {len(text.splitlines())}" if isinstance(error, json.JSONDecodeError) else ""
        raise refused(file, "not JSON, or cut off", seen) from error


def refused(file: Path, what: str, seen: str, where: str = "") -> InvalidInput:
    """One problem of a source."""
    return InvalidInput([Problem(f"{file}: {where}" if where else str(file), what, seen, ALLOWED, READ)])


def mapping(value: Any) -> Mapping[str, Any]:
    """A mapping as it is; anything else as an empty one: ``null`` is one of the ways to say nothing."""
    return value if isinstance(value, dict) else {}
