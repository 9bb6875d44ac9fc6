"""Property paths as the engine writes them: ``metadata.labels["app.kubernetes.io/name"]``, ``spec.ports[0].port``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
ANY = "*"

_PART = re.compile(r'\.?([^.\[\]"]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]')


def written(path: Path) -> str:
    """A path as text."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif any(each in part for each in '."[]'):
            text += '["{}"]'.format(part.replace('"', '\\"'))
        else:
            text += f".{part}" if text else part
    return text


def parsed(text: str) -> Path:
    """The parts of a path."""
    parts: list[str | int] = []
    for plain, quoted, index in _PART.findall(text):
        if index:
            parts.append(ANY if index == ANY else int(index))
        else:
            parts.append(plain or re.sub(r"\\(.)", r"\1", quoted))
    return tuple(parts)


def contains(pattern: Path, path: Path) -> bool:
    """Whether ``path`` is what ``pattern`` names, or below it; ``*`` is any part."""
    return len(pattern) <= len(path) and all(
        mine in (ANY, theirs) for mine, theirs in zip(pattern, path[: len(pattern)], strict=True)
    )


def ignored(path: str, patterns: Sequence[str]) -> bool:
    """Whether a change of ``path`` is to be ignored."""
    return any(contains(parsed(each), parsed(path)) for each in patterns)
