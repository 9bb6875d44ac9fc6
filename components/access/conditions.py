"""Conditions of role assignments (Microsoft: Azure role assignment condition format and syntax).

A condition may name only actions that its role allows; what it does not name stays as the role has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from components.facts.roles import BLOB_READ

_ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
_PATH = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path]"


def label(condition: str) -> str:
    """What pages and inventories call a condition, which would fill them: the beginning of its SHA-256."""
    return sha256(condition.encode()).hexdigest()[:8] if condition else ""


def delegation(roles: Mapping[str, Iterable[str]]) -> str:
    """Role assignments can be written and deleted only for these roles (principal type to ids); for none, not at all.

    What is written says so in the request, what is deleted in the resource, so there is one half for each (Microsoft:
    Examples to delegate Azure role assignment management with conditions).
    """
    kinds = {kind: sorted(set(ids)) for kind, ids in sorted(roles.items())}
    return " AND ".join(
        _unless(
            [_matches(f"{_ASSIGNMENTS}/{verb}")],
            [
                f"({source}[{_ASSIGNMENTS}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{', '.join(ids)}}} AND "
                f"{source}[{_ASSIGNMENTS}:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {{'{kind}'}})"
                for kind, ids in kinds.items()
                if ids
            ],
        )
        for verb, source in (("write", "@Request"), ("delete", "@Resource"))
    )


def blob_paths(reads: Iterable[str], writes: Iterable[str] = (), *, actions: Iterable[str] = ()) -> str:
    """Blobs can be read and written only at these paths, in which ``*`` stands for any characters; all can be listed.

    ``actions`` are those of the role that write and delete; a role without any must not name one.
    """
    found = [_unless([_matches(BLOB_READ, " AND NOT SubOperationMatches{'Blob.List'}")], _like(reads))]
    writing = [_matches(action) for action in actions]
    if writing:
        found.append(_unless(writing, _like(writes)))
    return " AND ".join(found)


def _matches(action: str, more: str = "") -> str:
    return f"!(ActionMatches{{'{action}'}}{more})"


def _like(paths: Iterable[str]) -> list[str]:
    return [f"{_PATH} StringLike '{path}'" for path in paths]


def _unless(others: list[str], wanted: list[str]) -> str:
    """It is another action, or one of what is ``wanted`` holds."""
    allowed = f" OR ({' OR '.join(wanted)})" if wanted else ""
    return f"(({' AND '.join(others)}){allowed})"
