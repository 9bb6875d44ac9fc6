"""Inputs in one form, and live objects reduced to them, as pulumi-kubernetes compares them.

It converts objects of built-in kinds to Kubernetes' own Go types and back (provider/pkg/clients/unstructured.go
``Normalize``). What that changes is played here: fields without a value go, quantities and secrets take the form that
the server writes.
"""

from __future__ import annotations

import base64
import binascii
import copy
from typing import Any

from offline.kubernetes.kinds import BUILT_IN, words
from offline.kubernetes.quantities import canonical
from offline.rpc.protocol import UNKNOWN, Properties

READ_ONLY = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
)
"""Of the metadata (provider/pkg/provider/provider.go ``normalizeInputs``)."""

_MAPS = words(
    "labels annotations nodeSelector matchLabels data binaryData stringData limits requests hard parameters "
    "default defaultRequest max min"
)
"""Maps of texts: an empty one is none, other than an empty structure, such as ``emptyDir: {}``."""

_QUANTITIES = words("limits requests hard capacity default defaultRequest max min maxLimitRequestRatio")
_QUANTITY = frozenset({"sizeLimit", "divisor", "averageValue"})
_PLAIN_FALSE = words(
    "hostNetwork hostPID hostIPC readOnly stdin stdinOnce tty paused publishNotReadyAddresses unschedulable"
)
"""Fields whose ``false`` is written by nobody: they are no pointers in Go."""

AUTOSCALER, SECRET = "HorizontalPodAutoscaler", "Secret"


def has_unknown(value: Any) -> bool:
    """Whether a preview does not know a part of ``value``."""
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    return any(map(has_unknown, value)) if isinstance(value, list) else value is UNKNOWN


def normalized(body: Properties) -> Properties:
    """The inputs of an object as they are compared and sent; ``body`` stays as it is."""
    body = copy.deepcopy(body)
    if not has_unknown(body) and body.get("apiVersion") in BUILT_IN:
        body = _secret(body) if body.get("kind") == SECRET else _without_zeros(body, body.get("kind") == AUTOSCALER)
    if isinstance(body.get("metadata"), dict):
        for name in READ_ONLY:
            body["metadata"].pop(name, None)
    return body


def pruned(source: Any, target: Any) -> Any:
    """``source`` reduced to the shape of ``target`` (provider/pkg/provider/util.go ``pruneMap``, ``pruneSlice``)."""
    if isinstance(source, dict) and isinstance(target, dict):
        return {key: pruned(value, target[key]) for key, value in source.items() if key in target}
    if isinstance(source, list) and isinstance(target, list):
        if source and target and type(source[0]) is not type(target[0]):
            return copy.deepcopy(source)
        return [pruned(value, shape) for value, shape in zip(source, target, strict=False)]
    return source


def _without_zeros(value: Any, autoscaler: bool) -> Any:
    if isinstance(value, list):
        return [_without_zeros(each, autoscaler) for each in value]
    if not isinstance(value, dict):
        return value
    result: Properties = {}
    for key, each in value.items():
        if key in _QUANTITIES and isinstance(each, dict):
            each = {name: canonical(one) if _scalar(one) else one for name, one in each.items()}
        elif _scalar(each) and (key in _QUANTITY or (autoscaler and key == "value")):
            each = canonical(each)
        else:
            each = _without_zeros(each, autoscaler)
        nothing = each is None or each == [] or (each == {} and key in _MAPS) or (each is False and key in _PLAIN_FALSE)
        if not nothing:
            result[key] = each
    return result


def _scalar(value: Any) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _secret(body: Properties) -> Properties:
    """The server keeps ``stringData`` in ``data``, and encodes ``data`` anew."""
    texts = body.get("stringData")
    if texts:
        data = {**(body.get("data") or {}), **{key: _encoded(str(each).encode()) for key, each in texts.items()}}
        return {**{key: each for key, each in body.items() if key != "stringData"}, "data": data}
    if isinstance(body.get("data"), dict):
        return {**body, "data": {key: _again(each) for key, each in body["data"].items()}}
    return body


def _again(text: Any) -> Any:
    try:
        return _encoded(base64.b64decode(text.encode(), validate=False)) if isinstance(text, str) else text
    except binascii.Error:
        return text


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
