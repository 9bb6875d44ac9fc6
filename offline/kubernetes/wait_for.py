"""The conditions of the annotation ``pulumi.com/waitFor`` (provider/pkg/metadata/overrides.go ``ReadyCondition``)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offline.kubernetes.kinds import annotation, metadata
from offline.kubernetes.paths import parsed
from offline.rpc.protocol import ProviderError

WAIT_FOR, SKIP = "pulumi.com/waitFor", "pulumi.com/skipAwait"
Met = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Condition:
    """One condition: as the annotation says it, and whether an object meets it."""

    text: str
    met: Met


def skips(inputs: Mapping[str, Any]) -> bool:
    """Whether nothing is waited for."""
    return annotation(inputs, SKIP) == "true"


def conditions(body: Mapping[str, Any]) -> Sequence[Condition]:
    """The conditions of an object's annotation; none where it has none. Raises what the provider says of wrong ones."""
    value = annotation(body, WAIT_FOR)
    if not value:
        return ()
    try:
        texts = json.loads(value)
    except ValueError:
        texts = [value]
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        texts = [value]
    if not texts:
        raise ProviderError("at least one condition must be specified")
    return [Condition(each, _condition(each)) for each in texts]


def _condition(expression: str) -> Met:
    kind, _, rest = expression.partition("=")
    if kind == "condition":
        name, _, wanted = rest.partition("=")
        return lambda body: _has_condition(body, name, wanted or "True")
    if kind == "jsonpath":
        return _path(rest)
    raise ProviderError(f'expected a "jsonpath=" or "condition=" prefix, got "{expression}"')


def _has_condition(body: Mapping[str, Any], name: str, wanted: str) -> bool:
    found = [
        each
        for each in (body.get("status") or {}).get("conditions") or []
        if str(each.get("type")).lower() == name.lower() and "status" in each
    ]
    if not found:
        return False
    seen = found[0].get("observedGeneration", (body.get("status") or {}).get("observedGeneration"))
    if seen is not None and seen < metadata(body).get("generation", 0):
        return False
    return str(found[0]["status"]).lower() == wanted.lower()


_BRACES = re.compile(r"\{\s*(.*?)\s*\}")
_PLAIN = re.compile(r"""\$?((\.[A-Za-z_][\w-]*)|(\['[^']+'\])|(\["[^"]+"\])|(\[\d+\]))+""")


def _path(expression: str) -> Met:
    path, equals, wanted = expression.partition("=")
    inside = _BRACES.match(path)
    if equals and not wanted:
        raise ProviderError(f"{path}= requires a value")
    if inside is None:
        raise ProviderError(f"{path} should be wrapped in brackets {{ ... }}")
    if not _PLAIN.fullmatch(inside[1]):
        raise ProviderError(
            f'parsing "{path}": the offline cloud plays names and numbers in a path, no wildcard, slice or filter'
        )
    parts = parsed(re.sub(r"\['([^']+)'\]", r'["\1"]', inside[1].removeprefix("$").removeprefix(".")))
    return lambda body: _selects(body, parts, wanted if equals else None)


def _selects(body: Mapping[str, Any], parts: Sequence[str | int], wanted: str | None) -> bool:
    seen = (body.get("status") or {}).get("observedGeneration")
    if seen is not None and seen < metadata(body).get("generation", 0):
        return False
    value: Any = body
    for part in parts:
        inside: Mapping[Any, Any] = dict(enumerate(value)) if isinstance(value, list) else value
        if not isinstance(inside, dict) or part not in inside:
            return False
        value = inside[part]
    if wanted is None:
        return True
    return (str(value).lower() if isinstance(value, bool) else str(value)) == wanted
