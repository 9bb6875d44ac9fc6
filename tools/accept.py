"""Write what is generated, and print what changed: `make accept`.

Golden files come from the tests in ``tests/golden`` (syrupy), pages and the schema from tables and plans.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from offline.commands.output import FAILED, STALE, reported
from stacks.build.garbage import rarely_collected
from stacks.pages.every import PAGES
from stacks.settings.loading import STACKS
from tools.coverage_page import coverage_page
from tools.permissions_page import permissions_page
from tools.requirements_page import requirements_page

PROJECT = Path(__file__).resolve().parents[1]
GOLDEN = Path("tests") / "golden"
GENERATED: Mapping[str, Callable[[], str]] = {
    **PAGES,
    "docs/requirements.md": requirements_page,
    "docs/offline-coverage.md": coverage_page,
    "docs/permissions.md": permissions_page,
}
"""By path in the project: what makes it."""

AGAIN = "write it with `make accept` and read the diff"
COLUMN = re.compile(r" (?=[\w.\[\]]+=)")
"""What separates the columns of a row: a blank before ``name=``."""


@dataclass(frozen=True)
class Row:
    """A line of a golden file: ``agent-pool core-rg chain vmSize=… minCount=1``."""

    identity: str
    """What comes before the first column: type, resource group, name."""
    columns: tuple[tuple[str, str], ...]
    """Name and value of each column."""

    @classmethod
    def of(cls, line: str) -> Row:
        identity, *columns = COLUMN.split(line)
        pairs = (column.partition("=") for column in columns)
        return cls(identity, tuple((name, value) for name, _, value in pairs))


def rows_changed(old: str, new: str) -> Iterator[str]:
    """What changed between two golden files, one line for each row that was added, removed or has other columns."""
    before, after = _rows_by_identity(old), _rows_by_identity(new)
    removed: list[str] = []
    changed: list[str] = []
    added: list[str] = []
    for identity in sorted(before.keys() | after.keys()):
        left, right = before[identity], after[identity]
        kept = [row for row in left if row in right]
        gone, come = [row for row in left if row not in kept], [row for row in right if row not in kept]
        while gone and come:
            row = gone.pop(0)
            # Several resources may share type and name: the one with the fewest other columns is the same resource.
            other = min(come, key=lambda each, row=row: len(set(each.columns) ^ set(row.columns)))
            come.remove(other)
            changed.append(f"~ {identity}: {_columns_changed(row, other)}")
        removed += [f"- {identity}{_columns(row)}" for row in gone]
        added += [f"+ {identity}{_columns(row)}" for row in come]
    yield from (*removed, *added, *changed)


def schema_changed(old: str, new: str) -> Iterator[str]:
    """What changed between two JSON documents: the paths that were removed, added or have another value."""
    before, after = (dict(_leaves(json.loads(text), "")) if text else {} for text in (old, new))
    yield from (f"- {path}" for path in before if path not in after)
    yield from (f"+ {path}: {after[path]}" for path in after if path not in before)
    yield from (
        f"~ {path}: {before[path]} → {after[path]}" for path in before if after.get(path, before[path]) != before[path]
    )


def objects_changed(old: str, new: str) -> Iterator[str]:
    """What changed between two files of objects in a cluster: those that came and went, and fields of the others."""
    before, after = _objects(old), _objects(new)
    yield from (f"- {name}" for name in before if name not in after)
    yield from (f"+ {name}" for name in after if name not in before)
    for name in before:
        if before[name] != after.get(name, before[name]):
            changed = schema_changed(json.dumps(before[name]), json.dumps(after[name]))
            yield from (f"{line[0]} {name}: {line[2:]}" for line in changed)


def _objects(text: str) -> dict[str, Any]:
    """The documents of a file by kind, namespace and name."""
    documents = [each for each in yaml.safe_load_all(text) if each]
    heads = ((each["kind"], each["metadata"].get("namespace", "-"), each["metadata"]["name"]) for each in documents)
    return {" ".join(head): each for head, each in zip(heads, documents, strict=True)}


def lines_changed(old: str, new: str) -> Iterator[str]:
    """How many lines of a page came and went."""
    found = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0))[2:]
    yield f"{sum(line[0] == '+' for line in found)} lines added, {sum(line[0] == '-' for line in found)} removed"


def summary(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """What changed between two sets of files, as a reviewer reads it: each stack, then the pages, then the schema."""
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    for name in sorted(changed, key=_order):
        old, new = before.get(name, ""), after.get(name, "")
        state = " (new)" if name not in before else " (removed)" if name not in after else ""
        yield f"{name}{state}"
        yield from (f"  {line}" for line in _COMPARE[_kind(name)](old, new))


def main(arguments: list[str], project: Path = PROJECT, generated: Mapping[str, Callable[[], str]] = GENERATED) -> int:
    """Write everything, or with ``--check`` only tell what is stale; returns the exit code."""
    parser = argparse.ArgumentParser(prog="tools.accept", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 3 when something is stale")
    parser.add_argument("--pages", action="store_true", help="pages and the schema only")
    options = parser.parse_args(arguments)
    rarely_collected()
    made = {name: make() for name, make in generated.items()}
    golden = not options.pages
    if options.check:
        return _check(project, made, golden=golden)
    return _write(project, made, golden=golden)


def _check(project: Path, made: Mapping[str, str], *, golden: bool) -> int:
    stale = [name for name, text in made.items() if _text(project / name) != text]
    for name in stale:
        print(f"{name}: stale; {AGAIN}")
    tests = _pytest(project) if golden else None
    if tests is not None and tests.returncode:
        print(tests.stdout + tests.stderr)
        print(f"{GOLDEN}: a golden file is stale, or its test fails; {AGAIN}")
    if stale or (tests is not None and tests.returncode):
        return STALE
    print("everything generated is up to date")
    return 0


def _write(project: Path, made: Mapping[str, str], *, golden: bool) -> int:
    before = _files(project, made)
    for name, text in made.items():
        if before.get(name) != text:
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_text(text)
    tests = _pytest(project, "--snapshot-update") if golden else None
    lines = list(summary(before, _files(project, made)))
    print("\n".join(lines) if lines else "nothing changed")
    if tests is not None and tests.returncode:
        print(tests.stdout + tests.stderr, file=sys.stderr)
        print(f"error: {GOLDEN}: a test fails whatever the golden files hold, see above", file=sys.stderr)
        return FAILED
    return 0


def _pytest(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, str(GOLDEN)]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def _files(project: Path, pages: Mapping[str, str]) -> dict[str, str]:
    """The generated files by their path in the project: pages, and what is in the golden folder beside the tests."""
    golden = (file for file in (project / GOLDEN).rglob("*") if file.is_file() and _is_golden(file))
    names = [*pages, *(file.relative_to(project).as_posix() for file in golden)]
    return {name: text for name in names if (text := _text(project / name)) is not None}


def _is_golden(file: Path) -> bool:
    return file.suffix not in (".py", ".pyc")


def _text(file: Path) -> str | None:
    return file.read_text() if file.exists() else None


def _rows_by_identity(text: str) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for line in text.splitlines():
        if line.strip():
            row = Row.of(line)
            found[row.identity].append(row)
    return found


def _columns(row: Row) -> str:
    return "".join(f" {name}={value}" for name, value in row.columns)


def _columns_changed(old: Row, new: Row) -> str:
    before, after = dict(old.columns), dict(new.columns)
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return ", ".join(f"{name} {before.get(name, 'nothing')} → {after.get(name, 'nothing')}" for name in names)


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from _leaves(each, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value):
        for number, each in enumerate(value):
            yield from _leaves(each, f"{path}[{number}]")
    else:
        yield path, json.dumps(value)


def _kind(name: str) -> str:
    if name.startswith(f"{GOLDEN.as_posix()}/") and not name.endswith(".md"):
        return "objects" if name.endswith(".yaml") else "stack"
    return "schema" if name.endswith(".json") else "page"


_COMPARE: Mapping[str, Callable[[str, str], Iterator[str]]] = {
    "stack": rows_changed,
    "objects": objects_changed,
    "page": lines_changed,
    "schema": schema_changed,
}
"""The kinds of generated files in the order of the summary, and how two versions of one are compared."""


def _order(name: str) -> tuple[int, int, str]:
    stem = Path(name).stem
    stack = next((number for number, stack in enumerate(STACKS) if stem.endswith(stack)), len(STACKS))
    return list(_COMPARE).index(_kind(name)), stack, name


if __name__ == "__main__":
    sys.exit(reported(lambda: main(sys.argv[1:])))
