"""`make mutants`: every answered requirement is broken once, and its own tests must notice.

Everything is imported and every stack composed once; each mutant is then a fork of this process, in which the tests
that carry the requirement's marker run. Ends with 1 when a mutant survives that the table does not excuse.
"""

from __future__ import annotations

import io
import os
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import pytest
import typer

import tests.conftest
from tests.harness.build import compose_plan, forget
from tests.harness.compose import Composition
from tests.harness.settings import STACKS, plan
from tools.mutants.mutation import HITS, PROJECT, Idle, Mutation
from tools.requirements_page import proofs

TABLE = Path(__file__).with_name("table.toml")
PYTEST = ("-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header", "--rootdir", str(PROJECT))
WORKERS = 2
KILLED, SURVIVED, ERROR = "killed", "survived", "error"
_CODES = {1: KILLED, 0: SURVIVED}


@dataclass(frozen=True)
class Mutant:
    """One mutation of one requirement."""

    id: str
    mutation: Mutation
    excuse: str
    """Why it survives, for what no test can notice."""


def mutants(only: frozenset[str]) -> Iterator[Mutant]:
    """The table's, of these requirements or of all. What the engine alone proves has none."""
    for id, row in tomllib.loads(TABLE.read_text()).items():
        if only and id not in only:
            continue
        for entry in row.get("mutants", []):
            excuse = entry.pop("survives", "")
            yield Mutant(id, Mutation(**entry), excuse)


class _Failures:
    """Which reports failed: a test that fails kills a mutant, a fixture that fails is an error of the table."""

    def __init__(self) -> None:
        self.called = self.failed = self.broken = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.called += 1
            self.failed += report.failed
        else:
            self.broken += report.failed


def run_tests(nodes: list[str]) -> int:
    """0: all are well; 1: a test failed; 2: none ran, or something else failed."""
    failures = _Failures()
    code = pytest.main([*PYTEST, *nodes], plugins=[failures])
    if failures.failed:
        return 1
    return 0 if code == 0 and failures.called and not failures.broken else 2


def child(mutant: Mutant | None, nodes: list[str], composed: Mapping[str, Composition], log: Path) -> int:
    """What a fork does: break, test, and say how it ended. Without a mutant: only test."""
    output = io.StringIO()
    with redirect_stdout(output), redirect_stderr(output):
        try:
            if mutant:
                if mutant.mutation.registered:
                    break_composed(mutant.mutation, composed)
                else:
                    forget()
                mutant.mutation.apply()
            code = run_tests(nodes)
            if mutant and mutant.mutation.registered and not HITS[0]:
                raise Idle("nothing that is registered is what it names")
        except Exception as error:  # noqa: BLE001  # whatever a mutation breaks is an outcome of it
            print(f"{type(error).__name__}: {error}")
            code = 2
    log.write_text(output.getvalue())
    return code


def break_composed(mutation: Mutation, composed: Mapping[str, Composition]) -> None:
    """The stacks that are composed already, with the mutation; the fixture of all tests finds them."""
    for stack, composition in composed.items():
        if mutation.only in ("", stack):
            composition.resources[:] = mutation.of(composition.resources)
    ready = iter(composed.values())
    tests.conftest.compose_plan = lambda plan, composition=None: next(ready)


def main(
    only: Annotated[list[str] | None, typer.Option(help="An id; may be repeated.")] = None,
    logs: Annotated[Path, typer.Option(help="Where the output of every mutant's tests is written.")] = Path(
        ".offline/mutants"
    ),
) -> None:
    """Break every answered requirement; its own tests must fail."""
    started = time.monotonic()
    found = list(mutants(frozenset(only or ())))
    nodes = {id: [node for node in each if "/engine/" not in node] for id, each in proofs().items()}
    every = sorted({node for each in found for node in nodes[each.id]})
    os.chdir(PROJECT)
    logs.mkdir(parents=True, exist_ok=True)
    with redirect_stdout(io.StringIO()) as collected:
        if pytest.main([*PYTEST, "--collect-only", *every]):
            sys.exit(collected.getvalue())
    composed = {stack: compose_plan(plan(stack)) for stack in STACKS}
    _, status = os.waitpid(_fork(partial(child, None, every, composed, logs / "unbroken.txt")), 0)
    if status:
        sys.exit(f"the tests fail without a mutant: {logs / 'unbroken.txt'}")
    print(f"{len(found)} mutants of {len({each.id for each in found})} requirements, {len(every)} tests", flush=True)
    ends: dict[int, str] = {}
    running: dict[int, int] = {}
    for place, mutant in enumerate(found):
        if len(running) == WORKERS:
            _wait(running, ends, found)
        log = logs / f"{mutant.id}-{place}.txt"
        running[_fork(partial(child, mutant, nodes[mutant.id], composed, log))] = place
    while running:
        _wait(running, ends, found)
    sys.exit(_report([(mutant, ends[place]) for place, mutant in enumerate(found)], time.monotonic() - started))


def _fork(work: Callable[[], int]) -> int:
    """The id of a fork that does this and ends."""
    pid = os.fork()
    if pid == 0:
        os._exit(work())
    return pid


def _wait(running: dict[int, int], ends: dict[int, str], found: list[Mutant]) -> None:
    pid, status = os.wait()
    place = running.pop(pid)
    ends[place] = _CODES.get(os.waitstatus_to_exitcode(status), ERROR)
    if ends[place] != KILLED:
        print(f"{ends[place]}: {found[place].id}: {found[place].mutation}", flush=True)


def _report(ends: list[tuple[Mutant, str]], seconds: float) -> int:
    counts = {end: sum(each == end for _, each in ends) for end in (KILLED, SURVIVED, ERROR)}
    excused = [mutant for mutant, end in ends if end == SURVIVED and mutant.excuse]
    stale = [mutant for mutant, end in ends if end == KILLED and mutant.excuse]
    print(", ".join(f"{count} {end}" for end, count in counts.items()) + f", {len(excused)} excused, {seconds:.0f} s")
    for mutant in stale:
        print(f"{mutant.id}: {mutant.mutation}: is noticed; remove its excuse from the table")
    return int(bool(stale) or counts[ERROR] > 0 or counts[SURVIVED] > len(excused))


if __name__ == "__main__":
    typer.run(main)
