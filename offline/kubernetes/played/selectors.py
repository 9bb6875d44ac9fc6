"""Which objects a selector selects: of labels, of nodes; which taints are tolerated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from offline.kubernetes.played.api import Object

_OPERATORS: Mapping[str, Callable[[str | None, list[str]], bool]] = {
    "In": lambda value, values: value is not None and value in values,
    "NotIn": lambda value, values: value is None or value not in values,
    "Exists": lambda value, _: value is not None,
    "DoesNotExist": lambda value, _: value is None,
    "Gt": lambda value, values: value is not None and value.isdecimal() and int(value) > int(values[0]),
    "Lt": lambda value, values: value is not None and value.isdecimal() and int(value) < int(values[0]),
}


def expressed(labels: Mapping[str, str], expressions: list[Object]) -> bool:
    """Whether labels meet all expressions."""
    return all(_OPERATORS[each["operator"]](labels.get(each["key"]), each.get("values") or []) for each in expressions)


def selects(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    """Whether a ``LabelSelector`` selects an object with these labels; one that is missing selects nothing."""
    if selector is None:
        return False
    exact = selector.get("matchLabels") or {}
    plain = all(labels.get(key) == value for key, value in exact.items())
    return plain and expressed(labels, selector.get("matchExpressions") or [])


def node_selected(pod: Object, node: Object) -> bool:
    """Whether a pod's node selector and required node affinity take a node."""
    labels, spec = node["metadata"].get("labels") or {}, pod["spec"]
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return False
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return required is None or any(term_selects(each, node) for each in required.get("nodeSelectorTerms") or [])


def term_selects(term: Mapping[str, Any], node: Object) -> bool:
    """Whether a ``NodeSelectorTerm`` takes a node; an empty one takes none."""
    labels = node["metadata"].get("labels") or {}
    expressions, fields = term.get("matchExpressions") or [], term.get("matchFields") or []
    name = {"metadata.name": node["metadata"]["name"]}
    return bool(expressions or fields) and expressed(labels, expressions) and expressed(name, fields)


def tolerated(pod: Object, taint: Object) -> bool:
    """Whether a pod tolerates a taint."""
    return any(_tolerates(each, taint) for each in pod["spec"].get("tolerations") or [])


def _tolerates(toleration: Object, taint: Object) -> bool:
    if toleration.get("effect") not in (None, "", taint["effect"]):
        return False
    if toleration.get("operator") == "Exists":
        return toleration.get("key") in (None, "", taint["key"])
    return toleration.get("key") == taint["key"] and (toleration.get("value") or "") == (taint.get("value") or "")
