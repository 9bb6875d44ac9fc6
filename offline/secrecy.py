"""Hiding the secrets of an operation in every message of that operation.

A provider receives an operation's secrets in clear, and its messages may quote them: a refusal, a violation of the
schema, a traceback. Whatever leaves the operation, to the engine, to the log or to the record of operations, goes
through :func:`hidden`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import quote

PLACEHOLDER = "[secret]"
"""What the engine itself prints instead of a secret."""

SHORTEST = 3
"""Characters below which a value is not hidden (pulumi/pulumi: sdk/go/common/util/logging ``CreateFilter``)."""

COMMON = frozenset({"true", "false"})
"""Values that reveal nothing (the same source)."""

_pattern: ContextVar[re.Pattern[str] | None] = ContextVar("hidden values", default=None)


@contextmanager
def hiding(secrets: Iterable[Any]) -> Iterator[None]:
    """Within this context, :func:`hidden` replaces every text and number of ``secrets``. Applies to this thread."""
    forms = {form for secret in secrets for value in _leaves(secret) for form in _forms(value)}
    # The longest first: a secret may be part of another.
    alternatives = "|".join(sorted(forms, key=lambda form: (-len(form), form)))
    token = _pattern.set(re.compile(alternatives, re.IGNORECASE) if forms else None)
    try:
        yield
    finally:
        _pattern.reset(token)


def hidden(text: str) -> str:
    """``text`` without the values that the current context hides."""
    pattern = _pattern.get()
    return pattern.sub(PLACEHOLDER, text) if pattern else text


def _leaves(value: Any) -> Iterator[str | int | float]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield value


def _forms(value: str | int | float) -> Iterator[str]:
    """Patterns of a value: verbatim, in JSON, in a Python literal, and in a URL."""
    text = str(value)
    if len(text) < SHORTEST or text.lower() in COMMON:
        return
    if not isinstance(value, str):
        yield rf"(?<![\w.]){re.escape(text)}(?![\w.])"
        return
    for form in {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], repr(text)[1:-1]}:
        yield re.escape(form)
    for safe in ("", "/"):
        yield re.escape(quote(text, safe=safe))
