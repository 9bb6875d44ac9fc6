"""Whether the subscription has every resource provider and feature registered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mystira.preflight.arm import MISSING, Arm, Refused
from mystira.preflight.report import Finding, Verdict
from stacks.preflight.needs import Provider

CHECK = "providers"
READ = "docs/runbooks/limits.md"
VERSION, FEATURE_VERSION = "2021-04-01", "2021-07-01"
REGISTERED = "Registered"


def check_providers(arm: Arm, subscription: str, needed: Iterable[Provider]) -> Iterator[Finding]:
    """One finding for each that is not registered, or one for all."""
    root, needed = f"/subscriptions/{subscription}", tuple(needed)
    rows = arm.every(f"{root}/providers", VERSION)
    states = {str(row["namespace"]).lower(): str(row.get("registrationState")) for row in rows}
    refused = False
    for each in needed:
        namespace, _, feature = each.name.partition("/")
        state = _feature(arm, root, namespace, feature) if feature else states.get(namespace.lower(), "NotRegistered")
        if state == REGISTERED:
            continue
        refused = True
        command = (
            f"az feature register --namespace {namespace} --name {feature}, by an owner"
            if feature
            else f"az provider register --namespace {namespace} --wait, by an owner"
        )
        what = f"{each.name} is not registered ({each.reason}); seen: {state}"
        yield Finding(CHECK, Verdict.REFUSED, what, command, READ)
    if not refused:
        yield Finding(CHECK, Verdict.OK, f"{len(needed)} registered")


def _feature(arm: Arm, root: str, namespace: str, feature: str) -> str:
    path = f"{root}/providers/Microsoft.Features/providers/{namespace}/features/{feature}"
    try:
        return str((arm.get(path, FEATURE_VERSION).get("properties") or {}).get("state"))
    except Refused as error:
        if error.status == MISSING:
            return "NotRegistered"
        raise
