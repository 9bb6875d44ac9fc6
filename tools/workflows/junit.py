"""``python3 -m tools.workflows.junit FOLDER``: the results of test runs (JUnit, as pytest writes it) as Markdown."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHOWN = 20
"""How many failures are shown in full, and how many of the slowest tests."""
SLOWEST = 5
LINES = 40


@dataclass(frozen=True)
class Case:
    """One test."""

    name: str
    seconds: float
    outcome: str
    """passed, skipped or failed; an error is a failure."""
    text: str
    """Why it failed."""


def cases(file: Path) -> Iterator[Case]:
    """The tests of one run."""
    for each in ElementTree.parse(file).getroot().iter("testcase"):
        failed = next((child for child in each if child.tag in ("failure", "error")), None)
        skipped = any(child.tag == "skipped" for child in each)
        outcome = "failed" if failed is not None else "skipped" if skipped else "passed"
        text = (failed.text or failed.get("message") or "") if failed is not None else ""
        yield Case(f"{each.get('classname')}.{each.get('name')}", float(each.get("time") or 0), outcome, text)


def table(found: list[tuple[str, list[Case]]]) -> Iterator[str]:
    """A table of the runs, the failures, and the slowest tests."""
    yield "| tests | passed | failed | skipped | seconds |\n|---|---|---|---|---|"
    for name, run in found:
        counts = [sum(each.outcome == outcome for each in run) for outcome in ("passed", "failed", "skipped")]
        yield f"| {name} | {' | '.join(map(str, counts))} | {sum(each.seconds for each in run):.0f} |"
    every = [each for _, run in found for each in run]
    failed = [each for each in every if each.outcome == "failed"]
    for each in failed[:SHOWN]:
        ends = "\n".join(each.text.strip().splitlines()[-LINES:]).replace("```", "'''")
        yield f"\n<details><summary>{each.name}</summary>\n\n```text\n{ends}\n```\n\n</details>"
    if len(failed) > SHOWN:
        yield f"\n{len(failed) - SHOWN} more failures."
    slowest = sorted(every, key=lambda each: -each.seconds)[:SLOWEST]
    yield "\nSlowest: " + ", ".join(f"`{each.name}` {each.seconds:.1f} s" for each in slowest)


def main(arguments: list[str]) -> int:
    """Print the table; exit code 1 where there is no result, so that a run that never began is not taken for a good
    one."""
    (folder,) = arguments
    files = sorted(Path(folder).glob("*.xml"))
    if not files:
        print(f"No results in `{folder}`: the tests did not begin.")
        return 1
    print("\n".join(table([(file.stem, list(cases(file))) for file in files])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
