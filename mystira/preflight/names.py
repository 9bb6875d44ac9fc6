"""Whether every name that is unique in Azure can be had: free, ours already, or one that is to be recovered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from components.facts.availability import COSMOS, COSMOS_NAMES, COSMOS_VERSION, NAME_CHECKS
from mystira.preflight.arm import Arm
from mystira.preflight.report import Finding, Verdict
from stacks.preflight.needs import Name

CHECK = "names"
READ = "docs/runbooks/limits.md"

DELETED: Mapping[str, tuple[str, str, str, str]] = {
    "key-vault": (
        "/providers/Microsoft.KeyVault/deletedVaults",
        "2023-07-01",
        "mystira:vaults.recover, or az keyvault purge --name {name}",
        "docs/runbooks/secrets.md",
    ),
    "ai-account": (
        "/providers/Microsoft.CognitiveServices/deletedAccounts",
        "2025-06-01",
        "mystira:ai.recover, or az cognitiveservices account purge",
        READ,
    ),
}
"""By key of a type whose deleted resources keep their names: their list, its version, what to do, what to read."""


def check_names(arm: Arm, subscription: str, names: Iterable[Name], ours: frozenset[str]) -> Iterator[Finding]:
    """One finding for each name that cannot be had, or one for all. ``ours`` are the ids, in lower case, of what is in
    the subscription."""
    root, names = f"/subscriptions/{subscription}", tuple(names)
    deleted = {
        key: {str(row.get("name", "")).lower(): row for row in arm.every(f"{root}{path}", version)}
        for key, (path, version, _, _) in DELETED.items()
        if any(each.key == key for each in names)
    }
    refused = False
    for each in names:
        found = None if each.id.lower() in ours else _refusal(arm, root, each, deleted.get(each.key, {}))
        if found is not None:
            refused = True
            yield found
    if not refused:
        yield Finding(CHECK, Verdict.OK, f"{len(names)} can be had")


def _refusal(arm: Arm, root: str, each: Name, deleted: Mapping[str, Mapping[str, Any]]) -> Finding | None:
    kept = each.name.lower() in deleted
    if each.recovers:
        # What is to be recovered must be there; it holds the name itself.
        what = f"{each.name} ({each.key}) is to be recovered, and was not deleted in this subscription"
        return None if kept else Finding(CHECK, Verdict.REFUSED, what, "recover: off", READ)
    if kept:
        _, _, command, read = DELETED[each.key]
        what = f"{each.name} ({each.key}) was deleted and keeps its name"
        return Finding(CHECK, Verdict.REFUSED, what, command.format(name=each.name), read)
    said = _taken(arm, root, each)
    if said is None:
        return None
    what = f"{each.name} ({each.key}) is taken; seen: {said}"
    return Finding(CHECK, Verdict.REFUSED, what, "another mystira:naming.instance, or adopt it", READ)


def _taken(arm: Arm, root: str, each: Name) -> str | None:
    """What Azure says of a name that is not free; ``None`` for one that is."""
    if each.key == COSMOS:
        return "the account exists" if arm.exists(COSMOS_NAMES.format(name=each.name), COSMOS_VERSION) else None
    check = NAME_CHECKS[each.key]
    body = {check.name: each.name, **({"type": check.type} if check.type else {})}
    answer = arm.post(f"{root}{check.path.format(location=each.location)}", check.api_version, body)
    if answer.get(check.free):
        return None
    return " ".join(str(answer[key]) for key in ("reason", "message") if answer.get(key)) or "not available"
