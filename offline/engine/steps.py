"""What a preview replaces and deletes, read from the engine's own events (`pulumi preview --event-log FILE`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.facts.types import REGISTERED_BY_TOKEN
from components.facts.words import word_of
from components.problems import MystiraError

CREATES = ("create-replacement", "import-replacement")
REMOVES = "delete-replaced"
REPLACES = ("replace", *CREATES, REMOVES)
"""The steps of one replacement, as the engine calls them (pulumi: sdk/go/common/apitype/history.go)."""
DELETES = "delete"


@dataclass(frozen=True)
class Loss:
    """A resource that would be replaced or deleted."""

    urn: str
    token: str
    """Pulumi's type."""
    replaced: bool
    """Whether another takes its place."""
    because: tuple[str, ...] = ()
    """The inputs that make the provider replace it."""
    delete_first: bool = False
    """Whether it is gone before its replacement is made."""
    protected: bool = False
    """Whether Pulumi refuses to delete it."""

    @property
    def line(self) -> str:
        """What a person reads: ``replace  PostgreSQL server core: location changes; deleted first; holds data``."""
        word, row = word_of(self.token), REGISTERED_BY_TOKEN.get(self.token)
        said = [f"{', '.join(self.because)} changes"] if self.because else []
        said += ["deleted first"] if self.delete_first else []
        said += ["holds data"] if row and row.holds_data else []
        said += [row.replacement_cost] if row and row.replacement_cost and self.replaced else []
        said += ["protected, so that the update is refused"] if self.protected else []
        verb, name = "replace" if self.replaced else "delete", self.urn.rpartition("::")[2]
        return ": ".join((f"{verb:<8} {word.product} {word.one} {name}", *(["; ".join(said)] if said else [])))


def events_in(file: Path) -> Iterator[Mapping[str, Any]]:
    """The events of a run, one a line. Raises ``MystiraError`` for a file that was cut off; none for no file: a run
    that ended before its first step writes none."""
    if not file.exists():
        return
    for number, line in enumerate(file.read_text().splitlines(), 1):
        try:
            yield json.loads(line)
        except json.JSONDecodeError as error:
            raise MystiraError(f"{file}:{number}: not an event of the engine; seen: {error.msg}") from error


def losses(events: Iterable[Mapping[str, Any]]) -> list[Loss]:
    """What the steps of a preview replace and delete: replacements first, each in the order of the steps."""
    steps: dict[str, list[Mapping[str, Any]]] = {}
    for event in events:
        step = (event.get("resourcePreEvent") or {}).get("metadata")
        if step and step["op"] in (*REPLACES, DELETES):
            steps.setdefault(step["urn"], []).append(step)
    found = [_loss(each) for each in steps.values()]
    return sorted(found, key=lambda each: not each.replaced)


def _loss(steps: list[Mapping[str, Any]]) -> Loss:
    operations = [str(each["op"]) for each in steps]
    made = next((number for number, each in enumerate(operations) if each in CREATES), len(operations))
    gone = next((number for number, each in enumerate(operations) if each == REMOVES), len(operations))
    keys = dict.fromkeys(str(key) for each in steps for key in each.get("keys") or ())
    return Loss(
        urn=str(steps[0]["urn"]),
        token=str(steps[0]["type"]),
        replaced=any(each in REPLACES for each in operations),
        because=tuple(keys),
        delete_first=gone < made,
        protected=any((each.get("old") or {}).get("protect") for each in steps),
    )
