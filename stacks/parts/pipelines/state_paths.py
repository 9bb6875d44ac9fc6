"""Where Pulumi keeps what in the container of the state (pulumi/pulumi: pkg/backend/diy, the layout with projects)."""

from __future__ import annotations

from stacks.settings.loading import NAMESPACE, SHARED

PROJECT = NAMESPACE
"""The project, whose name its settings begin with."""

META = ".pulumi/meta.yaml"
"""Which layout the container has: every command reads it first."""


def checkpoint(stack: str) -> str:
    """The state, the copy before it (.bak) and the tags of a stack. No name of a stack has a dot."""
    return f".pulumi/stacks/{PROJECT}/{stack}.*"


def written(stack: str) -> tuple[str, ...]:
    """What an update of a stack writes."""
    return (
        checkpoint(stack),
        f".pulumi/locks/organization/{PROJECT}/{stack}/*",
        f".pulumi/history/{PROJECT}/{stack}/*",
        f".pulumi/backups/{PROJECT}/{stack}/*",
    )


def read(stack: str) -> tuple[str, ...]:
    """What a run on a stack reads: its own, and what `shared` exports."""
    return (META, *dict.fromkeys((*written(stack), checkpoint(SHARED))))
