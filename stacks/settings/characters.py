"""Characters that no setting may contain."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from components.problems import Problem

PROSE = re.compile(r"(waivers|replacements)\..+\.reason")
"""Settings for people, which may have several lines."""


def control_problems(prefix: str, value: Any, path: str = "") -> Iterator[Problem]:
    """Keys and texts with a control character, which names, tags and connection strings carry to Azure unseen.

    ``prefix`` is the file and the namespace, ``path`` the setting below them.
    """
    if isinstance(value, Mapping):
        for key, item in value.items():
            below = f"{path}.{_visible(str(key))}" if path else _visible(str(key))
            if _controls(str(key)):
                yield _problem(prefix + below, str(key))
            yield from control_problems(prefix, item, below)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from control_problems(prefix, item, f"{path}.{index}")
    elif isinstance(value, str):
        text = value.replace("\n", "") if PROSE.fullmatch(path) else value
        if _controls(text):
            yield _problem(prefix + path, value)


def _problem(path: str, seen: str) -> Problem:
    return Problem(path, "a control character", repr(seen), "visible characters and spaces, on one line")


def _controls(text: str) -> bool:
    return any(unicodedata.category(each) == "Cc" for each in text)


def _visible(text: str) -> str:
    return repr(text) if _controls(text) else text
