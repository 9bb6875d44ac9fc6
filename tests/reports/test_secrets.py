"""Age, expiry and owner of every secret and key, from a stack's state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from stacks.parts.secrets.plan import SECRETS, SecretPlan
from stacks.parts.vaults.plan import VAULTS, VaultPlan
from stacks.plan.model import StackPlan
from stacks.reports.secrets import UnreadableState, key_report, report
from tests.harness.settings import TODAY
from tests.reports.states import state_of


@pytest.fixture
def secrets(plans: Mapping[str, StackPlan]) -> tuple[SecretPlan, ...]:
    """What dev's vaults hold."""
    return plans["dev"].of(SECRETS)


@pytest.mark.parametrize(
    ("state", "verdict", "bad"),
    [
        ({}, "good", False),
        ({"end": "2026-12-01"}, "expires in 10 days", False),
        ({"end": "2026-11-21"}, "expired 0 days ago", True),
        ({"updated": TODAY - timedelta(days=365)}, "good", False),
        ({"updated": TODAY - timedelta(days=366)}, "too old: renew it (docs/runbooks/secrets.md)", True),
        ({"expires": None}, "no dates: pulumi refresh", True),
    ],
)
@pytest.mark.requirement("S3-133")
def test_every_secret_has_a_line_with_a_verdict(
    state: dict[str, Any], verdict: str, bad: bool, secrets: tuple[SecretPlan, ...]
) -> None:
    lines = report("dev", secrets, state_of(secrets, **state), TODAY)
    assert [line.place for line in lines] == [f"{each.vault}/{each.name}" for each in secrets]
    assert {(line.verdict, line.bad, line.owner) for line in lines} == {(verdict, bad, "platform")}


def test_a_secret_that_only_the_plan_or_only_the_state_has_is_bad(secrets: tuple[SecretPlan, ...]) -> None:
    state = state_of(secrets).replace("chain-rpc-endpoint", "old-endpoint")
    bad = {line.place: line.verdict for line in report("dev", secrets, state, TODAY) if line.bad}
    assert bad == {
        "mys-dev-pub-kv-san/chain-rpc-endpoint": "not written: pulumi up",
        "mys-dev-pub-kv-san/old-endpoint": "in the state, not in the settings: pulumi up",
    }


@pytest.fixture
def vaults(plans: Mapping[str, StackPlan]) -> tuple[VaultPlan, ...]:
    """The vaults of dev, one of which holds the signing key."""
    return plans["dev"].of(VAULTS).vaults


SEE_WHY = "pulumi refresh, then see why it does not rotate"


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        ({}, "good"),
        ({"end": "2026-12-01"}, f"expires in 10 days: {SEE_WHY}"),
        ({"end": "2026-11-20"}, f"expired 1 days ago: {SEE_WHY}"),
        (
            {"expires": None},
            "never expires, and Azure changes no key: use one under another name (docs/runbooks/secrets.md)",
        ),
        ({"created": None}, "no dates: pulumi refresh"),
    ],
)
@pytest.mark.requirement("S3-133")
def test_the_newest_version_of_a_key_has_a_line_with_a_verdict(
    state: dict[str, Any], verdict: str, vaults: tuple[VaultPlan, ...]
) -> None:
    (line,) = key_report(vaults, state_of((), vaults, **state), TODAY)
    assert (line.place, line.verdict, line.bad) == ("mys-dev-app-kv-san/jwt-signing", verdict, verdict != "good")


def test_a_key_that_only_the_plan_has_is_bad(vaults: tuple[VaultPlan, ...]) -> None:
    (line,) = key_report(vaults, state_of(()), TODAY)
    assert (line.verdict, line.bad) == ("not written: pulumi up", True)


@pytest.mark.parametrize(
    "state",
    [
        "",
        "{}",
        "[]",
        '{"deployment": null}',
        '{"deployment": {"resources": []}}',
        '{"deployment": {"resources": "none"}}',
        '{"deployment": {"resources": [1]}}',
    ],
)
def test_the_report_is_never_good_for_want_of_a_state(state: str, secrets: tuple[SecretPlan, ...]) -> None:
    with pytest.raises(UnreadableState):
        report("dev", secrets, state, TODAY)
