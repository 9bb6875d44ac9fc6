"""States of a stack as `pulumi stack export` prints them, with the secrets of a plan."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from stacks.parts.secrets.plan import SecretPlan
from stacks.parts.vaults.plan import VaultPlan
from stacks.reports.secrets import KEY_TOKEN, TOKEN
from tests.harness.settings import TODAY


def state_of(
    secrets: Iterable[SecretPlan],
    vaults: Iterable[VaultPlan] = (),
    updated: date = TODAY,
    end: str = "2027-05-31",
    **attributes: Any,
) -> str:
    """A state in which every secret and every key was written on ``updated`` and expires on ``end``."""
    written, expires = _seconds(updated), _seconds(date.fromisoformat(end))
    times = {"created": written, "updated": written, "expires": expires, **attributes}
    resources = [
        {
            "type": TOKEN,
            "inputs": {"vaultName": each.vault, "secretName": each.name},
            "outputs": {"properties": {"attributes": times}},
        }
        for each in secrets
    ]
    keys = [
        {
            "type": KEY_TOKEN,
            "inputs": {"vaultName": vault.spec.name, "keyName": key.name},
            "outputs": {"attributes": times},
        }
        for vault in vaults
        for key in vault.spec.keys
    ]
    return json.dumps({"version": 3, "deployment": {"resources": [{"type": "pulumi:pulumi:Stack"}, *resources, *keys]}})


def _seconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86400
