"""States of a stack as `pulumi stack export` prints them, with the secrets of a plan."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from stacks.parts.secrets.plan import SecretPlan
from stacks.reports.secrets import TOKEN
from tests.harness.settings import TODAY


def state_of(secrets: Iterable[SecretPlan], updated: date = TODAY, end: str = "2027-05-31", **attributes: Any) -> str:
    """A state in which every secret was written on ``updated`` and expires on ``end``."""
    times = {"updated": _seconds(updated), "expires": _seconds(date.fromisoformat(end)), **attributes}
    resources = [
        {
            "type": TOKEN,
            "inputs": {"vaultName": each.vault, "secretName": each.name},
            "outputs": {"properties": {"attributes": times}},
        }
        for each in secrets
    ]
    return json.dumps({"version": 3, "deployment": {"resources": [{"type": "pulumi:pulumi:Stack"}, *resources]}})


def _seconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86400
