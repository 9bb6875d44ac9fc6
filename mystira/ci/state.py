"""What a pipeline reads of a state: whether it has moved, what a killed run left in it, which commits made it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from components.problems import MystiraError
from stacks.reports.events import name_of

READ = "docs/runbooks/recovery.md"
HEAD = "git.head"
"""Where Pulumi keeps the commit of an update (pulumi/pulumi: pkg/backend, GitHead)."""


class Pending(MystiraError):
    """A state with operations of a run that was killed."""


def fingerprint(exported: str) -> str:
    """What differs after every run that changed a state: the hash of all that `pulumi stack export` prints."""
    return hashlib.sha256(json.dumps(json.loads(exported), sort_keys=True).encode()).hexdigest()


def check_pending(stack: str, exported: str) -> None:
    """Raise :class:`Pending` where a run was killed: nobody knows what became of what it was doing."""
    found = (json.loads(exported).get("deployment") or {}).get("pending_operations") or []
    if found:
        names = ", ".join(sorted(name_of(str(each["resource"]["urn"])) for each in found))
        raise Pending(f"{stack}: a run was killed; seen: pending operations of {names}; read: {READ}")


def previous_commit(history: Iterable[Mapping[str, Any]], commit: str) -> str:
    """The newest commit that was brought up before and is not ``commit``; empty where there is none.

    ``history`` is what `pulumi stack history --json` prints, newest first.
    """
    for each in history:
        head = str((each.get("environment") or {}).get(HEAD) or "")
        if each.get("kind") == "update" and each.get("result") == "succeeded" and head and head != commit:
            return head
    return ""
