"""What GitHub gives a job, and what a job gives back: variables, the job's outputs and its summary.

GitHub names files for outputs and summary in variables (GitHub: Workflow commands). Without them, at a person's desk,
both are printed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from components.problems import InvalidInput, Problem
from offline.commands.output import say

READ = "docs/runbooks/pipelines.md"
OUTPUT, SUMMARY = "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"
SUMMARY_LIMIT = 1_000_000
"""What of a summary is kept, characters: GitHub shows none above 1 MiB (GitHub: Workflow commands)."""


def required(*names: str) -> tuple[str, ...]:
    """The values of these variables. Raises ``InvalidInput`` with one problem for each that is missing."""
    missing = [name for name in names if not os.environ.get(name, "").strip()]
    if missing:
        allowed = "a variable of this job: `gh variable set`, with --env for one environment"
        raise InvalidInput(Problem(f"variable {name}", "missing", "", allowed, READ) for name in missing)
    return tuple(os.environ[name].strip() for name in names)


def output(values: Mapping[str, str]) -> None:
    """Set outputs of this step. A value is one line: GitHub would take a second line for another output."""
    broken = [name for name, value in values.items() if "\n" in value]
    if broken:
        raise InvalidInput(Problem(f"output {name}", "more than one line", "", "one line") for name in broken)
    _append(OUTPUT, (f"{name}={value}" for name, value in values.items()))


def summary(text: str) -> None:
    """Add Markdown to the summary of this job."""
    kept = text if len(text) <= SUMMARY_LIMIT else f"{text[:SUMMARY_LIMIT]}\n\nShortened."
    _append(SUMMARY, [kept])


def run_url() -> str:
    """Where this run of the workflow is shown; empty outside a run."""
    server, repository, run = (
        os.environ.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    )
    return f"{server}/{repository}/actions/runs/{run}" if server and repository and run else ""


def _append(variable: str, lines: Iterable[str]) -> None:
    name = os.environ.get(variable, "")
    if not name:
        for line in lines:
            say(line)
        return
    with Path(name).open("a") as file:
        file.writelines(f"{line}\n" for line in lines)
