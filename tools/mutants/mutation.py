"""What can be broken: a registered resource, a check, a line of a file, or anything a statement can reach.

A mutation stands in ``table.toml`` below the id of its requirement. It is one of

- ``drop = "resource-group/core"``: the resources of a type, or the one with this logical name, are not registered;
- ``change = "redis", set = {minimumTlsVersion = "1.0"}``: other inputs (paths of wire names) or, with ``meta``, other
  fields of the record such as ``protect``;
- ``copy = "role-assignment/…", set = {…}``: one more, with these inputs;
- ``need = "app/Database", set = {read_only = true}``: a service of the catalogue needs something else;
- ``silence = "module:function"``: a check yields nothing, a function returns ``None``;
- ``file = "path", old = "…", new = "…"``: every reader of the file finds the other text;
- ``run = "…"``: a statement, for what the others cannot reach.

``only = "prod"`` leaves the other stacks alone.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from components.facts.types import REGISTERED_TYPES
from stacks.catalogue.records import CATALOGUE as COMMITTED
from tests.harness import compose as harness
from tests.harness.compose import Composition, Registered
from tests.platform.catalogue import CATALOGUE as TESTED

PROJECT = Path(__file__).resolve().parents[2]
OURS = ("components", "stacks", "policies", "offline", "mystira", "tools", "tests")


HITS = [0]
"""How many resources are other than they were; a mutation that finds none is a mistake of the table."""


class Idle(Exception):
    """A mutation that changes nothing: what it names is not there."""


@dataclass(frozen=True)
class Mutation:
    """One entry of the table."""

    drop: str = ""
    change: str = ""
    copy: str = ""
    need: str = ""
    silence: str = ""
    file: str = ""
    run: str = ""
    only: str = ""
    old: str = ""
    new: str = ""
    set: Mapping[str, Any] = field(default_factory=dict[str, Any])
    meta: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def registered(self) -> bool:
        """Whether it changes what is registered, and nothing that leads there."""
        return bool(self.drop or self.change or self.copy)

    def __str__(self) -> str:
        kinds = ("drop", "change", "copy", "need", "silence", "file", "run")
        kind = next(kind for kind in kinds if getattr(self, kind))
        return f"{kind} {getattr(self, kind).strip().splitlines()[-1]}"

    def of(self, resources: Sequence[Registered]) -> list[Registered]:
        """The resources as they would be."""
        kind, _, name = (self.drop or self.change or self.copy).partition("/")
        token = REGISTERED_TYPES[kind].token
        made, hits = list[Registered](), 0
        for each in resources:
            stack = str(each.inputs.get("tags", {}).get("Environment", "")) if self.only else ""
            if each.type != token or (name and not fnmatchcase(each.name, name)) or (stack and stack != self.only):
                made.append(each)
                continue
            hits += 1
            if self.copy:
                made.append(each)
                if hits > 1:
                    continue
            if not self.drop:
                meta: dict[str, Any] = {
                    key: tuple(value) if isinstance(value, list) else value for key, value in self.meta.items()
                }
                made.append(replace(each, inputs=with_values(each.inputs, self.set), **meta))
        HITS[0] += hits
        return made

    def apply(self) -> None:
        """Break the process: for a child of the runner only."""
        if self.silence:
            _silence(self.silence)
        elif self.file:
            _other_text(PROJECT / self.file, self.old, self.new)
        elif self.need:
            _need_otherwise(self.need, self.set)
        elif self.run:
            exec(self.run, {})
        else:
            _wrap_compose(self)


def with_values(inputs: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``inputs`` with other values at these paths, in which a number is an item of a list; ``"GONE"`` removes one."""
    made = dict(inputs)
    for path, value in changes.items():
        first, _, rest = path.partition(".")
        if rest:
            made[first] = _inside(made.get(first, {}), rest, value)
        elif value == "GONE":
            made.pop(first, None)
        else:
            made[first] = value
    return made


def _inside(part: Any, path: str, value: Any) -> Any:
    if not isinstance(part, list):
        return with_values(part, {path: value})
    numbered = with_values({str(number): item for number, item in enumerate(part)}, {path: value})
    return list(numbered.values())


def _need_otherwise(name: str, values: Mapping[str, Any]) -> None:
    service, _, kind = name.partition("/")
    found = [
        need
        for catalogue in (TESTED, COMMITTED)
        for need in catalogue.by_key[service].needs
        if type(need).__name__ == kind
    ]
    if not found:
        raise Idle(f"{service} needs no {kind}")
    for need in found:
        for key, value in values.items():
            object.__setattr__(need, key, value)


def _silence(name: str) -> None:
    module, _, attribute = name.partition(":")
    target: Any = sys.modules[module]
    for part in attribute.split("."):
        target = getattr(target, part)
    target = inspect.unwrap(target)

    def nothing(*_args: Any, **_more: Any) -> None:
        return None

    def empty(*_args: Any, **_more: Any) -> Iterator[Any]:
        return
        yield

    # In place, so that tables which hold the function are silent as well.
    target.__code__ = (empty if inspect.isgeneratorfunction(target) else nothing).__code__


def _other_text(path: Path, old: str, new: str) -> None:
    if old not in path.read_text():
        raise Idle(f"{path} does not contain {old!r}")
    read_text, read_bytes = Path.read_text, Path.read_bytes

    def text(self: Path, *args: Any, **more: Any) -> str:
        found = read_text(self, *args, **more)
        return found.replace(old, new) if self.resolve() == path else found

    def content(self: Path) -> bytes:
        found = read_bytes(self)
        return found.replace(old.encode(), new.encode()) if self.resolve() == path else found

    Path.read_text, Path.read_bytes = text, content  # type: ignore[method-assign]  # every read of a mutated file, however it is made


def _wrap_compose(mutation: Mutation) -> None:
    original = harness.compose

    def compose(program: Callable[[], Mapping[str, Any] | None], composition: Composition | None = None) -> Composition:
        made = original(program, composition)
        made.resources[:] = mutation.of(made.resources)
        return made

    replace_everywhere(original, compose)


def replace_everywhere(old: Any, new: Any) -> None:
    """In every module of ours that has imported it."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in OURS:
            for key, value in list(vars(module).items()):
                if value is old:
                    setattr(module, key, new)
