"""What is known of a chart, and which values it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.problems import Problem
from offline.kubernetes.played.api import Object
from offline.kubernetes.played.definitions.shape import Definition

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """What a release is asked for with."""

    name: str
    namespace: str
    values: Values


@dataclass(frozen=True)
class Chart:
    """A chart that this program installs."""

    reference: str
    """Where it is: an OCI reference without version."""
    versions: Mapping[str, str]
    """The versions that are known → the version of the application."""
    known: Values
    """The values that are played, in the tree that the chart has: a leaf is anything."""
    objects: Callable[[Asked], Iterator[Object]]
    """What it makes, without definitions."""
    definitions: Callable[[Values], tuple[Definition, ...]]
    """The kinds that it brings."""
    keeps: Callable[[Values], bool]
    """Whether they stay when the release goes."""
    source: str

    @property
    def name(self) -> str:
        return self.reference.rpartition("/")[2]


def unknown(values: Values, known: Values, path: str) -> Iterator[Problem]:
    """A problem for each value that is not played."""
    for name, value in values.items():
        where = f"{path}.{name}"
        if name not in known:
            allowed = ", ".join(sorted(known))
            yield Problem(where, "the offline cloud does not play this value of the chart", repr(value), allowed)
        elif isinstance(known[name], Mapping) and known[name]:
            if isinstance(value, Mapping):
                yield from unknown(value, known[name], where)
            else:
                yield Problem(where, "takes values of its own", repr(value), ", ".join(sorted(known[name])))


def value(values: Values, *path: str, default: Any = None) -> Any:
    """A value below ``path``, or the chart's default."""
    found: Any = values
    for each in path:
        found = found.get(each) if isinstance(found, Mapping) else None
    return default if found is None else found


def deployment(
    name: str, namespace: str, labels: Mapping[str, str], selector: Mapping[str, str], spec: Object, **rest: Any
) -> Object:
    """A Deployment; ``spec`` is that of its pods, ``rest`` goes beside it, such as ``replicas``."""
    template = {"metadata": {"labels": {**labels, **rest.pop("pod_labels", {})}}, "spec": spec}
    annotations = rest.pop("pod_annotations", None)
    if annotations:
        template["metadata"]["annotations"] = annotations
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace, "labels": dict(labels)},
        "spec": {
            **{key: each for key, each in rest.items() if each},
            "selector": {"matchLabels": dict(selector)},
            "template": template,
        },
    }
