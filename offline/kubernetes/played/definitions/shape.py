"""How a definition is written down: a table of fields, which becomes a structural schema that knows nothing else.

The API server prunes what a schema does not name, and refuses it where fields are validated strictly: an object that
uses a field which no table has is refused, not half understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from offline.kubernetes.played.api import Object
from offline.kubernetes.played.kinds import DEFINITION

TEXT = "string"
NUMBER = "integer"
FLAG = "boolean"
TEXTS = "map of strings"
PORT = "integer or string"

Shape = str | list[Any] | Mapping[str, Any]
"""One of the words above, a list with the shape of its items, or a table of fields."""

CONDITION: Shape = {
    "type": TEXT,
    "status": TEXT,
    "reason": TEXT,
    "message": TEXT,
    "lastTransitionTime": TEXT,
    "observedGeneration": NUMBER,
}


@dataclass(frozen=True)
class Definition:
    """A kind of objects."""

    group: str
    kind: str
    plural: str
    versions: tuple[str, ...]
    """All served; the first is stored."""
    source: str
    """Where the fields come from."""
    spec: Shape
    status: Shape | None = None
    """``None`` for a kind without a status of its own."""
    namespaced: bool = True
    required: tuple[str, ...] = ("spec",)
    annotations: Mapping[str, str] = field(default_factory=dict)
    """What the server asks of a definition in a group of Kubernetes' own."""

    @property
    def name(self) -> str:
        return f"{self.plural}.{self.group}"

    def body(self, labels: Mapping[str, str] | None = None) -> Object:
        """The definition, as an API server takes it."""
        fields: Object = {"spec": schema(self.spec)}
        if self.status is not None:
            fields["status"] = schema(self.status)
        whole = {
            "type": "object",
            "properties": {
                "apiVersion": {"type": TEXT},
                "kind": {"type": TEXT},
                "metadata": {"type": "object"},
                **fields,
            },
            "required": list(self.required),
        }
        return {
            "apiVersion": DEFINITION.api_version,
            "kind": DEFINITION.kind,
            "metadata": {
                "name": self.name,
                "labels": dict(labels or {}),
                **({"annotations": dict(self.annotations)} if self.annotations else {}),
            },
            "spec": {
                "group": self.group,
                "names": {
                    "kind": self.kind,
                    "listKind": f"{self.kind}List",
                    "plural": self.plural,
                    "singular": self.kind.lower(),
                },
                "scope": "Namespaced" if self.namespaced else "Cluster",
                "versions": [
                    {
                        "name": version,
                        "served": True,
                        "storage": version == self.versions[0],
                        "schema": {"openAPIV3Schema": whole},
                        **({"subresources": {"status": {}}} if self.status is not None else {}),
                    }
                    for version in self.versions
                ],
            },
        }


def schema(shape: Shape) -> Object:
    """The schema of a shape."""
    if isinstance(shape, str):
        if shape == TEXTS:
            return {"type": "object", "additionalProperties": {"type": TEXT}}
        return {"x-kubernetes-int-or-string": True} if shape == PORT else {"type": shape}
    if isinstance(shape, list):
        return {"type": "array", "items": schema(shape[0])}
    return {"type": "object", "properties": {name: schema(each) for name, each in shape.items()}}
