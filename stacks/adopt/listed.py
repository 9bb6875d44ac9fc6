"""Lists: one id a line, JSON of ids or of Azure's own rows, objects of a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from components.facts.types import KUBERNETES_TYPES
from stacks.adopt.attributes import facts
from stacks.adopt.live import ROOT, Live
from stacks.adopt.source import mapping, refused

_KINDS = {(row.api_version, row.kind): key for key, row in KUBERNETES_TYPES.items()}


def ids_in(text: str) -> Iterator[Live]:
    """One id a line; `#` begins a comment."""
    for number, line in enumerate(text.splitlines(), 1):
        id = line.partition("#")[0].strip().strip("\",'")
        if id.lower().startswith(ROOT):
            yield Live(id=id, address=f"line {number}")


def rows_of(file: Path, content: Any) -> list[Any]:
    """The list in a document: itself, or what Resource Graph, a list of Azure's or kubectl wrap. Raises
    ``InvalidInput``."""
    if isinstance(content, list):
        return content
    for name in ("data", "value", "items"):
        if isinstance(mapping(content).get(name), list):
            return content[name]
    if mapping(content).get("format_version"):
        raise refused(file, "what terraform show prints, not a state: run terraform state pull", "format_version")
    raise refused(file, "not a list of resources", type(content).__name__)


def listed(rows: list[Any]) -> Iterator[Live]:
    """Ids, rows of Azure with an ``id``, objects of a cluster."""
    for number, row in enumerate(rows):
        if isinstance(row, str):
            row = {"id": row}
        found = mapping(row)
        if "apiVersion" in found and "kind" in found:
            yield from _object(found)
        elif str(found.get("id", "")).lower().startswith(ROOT):
            yield of_azure(found, f"row {number + 1}")


def of_azure(row: Mapping[str, Any], address: str) -> Live:
    """A row of Azure's: what Resource Graph or a list of a service says of one resource."""
    id = str(row["id"])
    return Live(id=id, address=address, **facts(row, id))


def _object(found: Mapping[str, Any]) -> Iterator[Live]:
    described = mapping(found.get("metadata"))
    name, namespace = str(described.get("name") or ""), str(described.get("namespace") or "")
    if described.get("ownerReferences"):
        return
    kind = _KINDS.get((str(found["apiVersion"]), str(found["kind"])), "")
    id = f"{namespace}/{name}" if namespace else name
    address = f"{found['kind']} {id}"
    yield Live(id=id if kind else "", address=address, kind=kind, **facts({"spec": found.get("spec")}, ""))
