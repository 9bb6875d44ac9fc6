"""What a workflow must know of the stacks before a job logs in: which are live, where their jobs run, and as whom."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from stacks.context import Context
from stacks.plan.load import context_from_file, plan_of
from stacks.settings.ci import RUNNER, Ci
from stacks.settings.loading import SHARED, STACKS, stacks_in
from stacks.settings.models import EnvironmentSettings, SharedSettings

NONE = "none"


@dataclass(frozen=True)
class Live:
    """One stack, as the workflows see it."""

    stack: str
    live: bool
    """Whether its pipelines log in: `mystira:ci` is there, and no setting is fictitious."""
    why: str
    """Why not; empty where they do."""
    runner: str
    """The label of the runners."""
    plan: str
    """The environment of GitHub in which it is planned."""

    @property
    def pull_requests(self) -> bool:
        """Whether pull requests preview it: never as whoever applies it, not even after a review."""
        return self.live and self.plan != self.stack


def ci_of(folder: Path, today: date) -> Ci | None:
    """The settings of pipelines."""
    settings = context_from_file(SHARED, folder, today).settings
    return settings.ci if isinstance(settings, SharedSettings) else None


def stacks(folder: Path, today: date) -> list[Live]:
    """Every stack with settings, `shared` first, in the order in which a change goes through them."""
    ci, found = ci_of(folder, today), stacks_in(folder)
    ordered = [*(each for each in STACKS if each in found), *(each for each in found if each not in STACKS)]
    return [_live(stack, ci, folder, today) for stack in sorted(ordered, key=lambda each: each != SHARED)]


def outputs(found: list[Live]) -> Mapping[str, str]:
    """The same as outputs of a job: `stacks` by name; as matrices `live`, those that log in, and `pull_requests`, those
    that pull requests preview. An empty matrix is an error of GitHub: `none` stands for it."""
    live, pulls = [each for each in found if each.live], [each for each in found if each.pull_requests]
    return {
        "stacks": json.dumps({each.stack: asdict(each) for each in found}),
        "live": _matrix(live),
        "pull_requests": _matrix(pulls),
    }


def _matrix(found: list[Live]) -> str:
    return json.dumps([asdict(each) for each in found]) if found else NONE


def _live(stack: str, ci: Ci | None, folder: Path, today: date) -> Live:
    why = "" if ci else "mystira:ci is left out"
    if not why:
        fictitious = plan_of(stack, folder, today).fictitious
        why = f"fictitious settings, such as {fictitious[0].path}" if fictitious else ""
    runner = ci.runner.get(stack, RUNNER) if ci else RUNNER
    return Live(stack, not why, why, runner, _environment(context_from_file(stack, folder, today)))


def _environment(context: Context[EnvironmentSettings] | Context[SharedSettings]) -> str:
    """Who previews only reads. It has no keys of stores, and no login in an external tenant: where a stack has these,
    who applies it previews it (docs/runbooks/identity.md)."""
    settings = context.settings
    if isinstance(settings, EnvironmentSettings) and (
        settings.local_auth or (settings.external_id and settings.external_id.ci_client_id)
    ):
        return context.stack
    return f"{context.stack}-preview"
