"""What Azure refuses about rules that ask a workspace."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness.offline import REGION, Cloud, token_of

RULE = token_of("scheduled-query-rule")


def rule(scope: str, **more: Any) -> dict[str, Any]:
    return {
        "ruleName": "mys-dev-corechanges-query-san",
        "location": REGION,
        "scopes": [scope],
        "evaluationFrequency": "PT15M",
        "windowSize": "PT1H",
        "severity": 2,
        **more,
    }


def test_a_rule_keeps_its_scope(cloud: Cloud) -> None:
    first = cloud.workspace().id
    other = cloud.make(token_of("log-analytics-workspace"), workspaceName="mys-dev-other-log-san", location=REGION).id
    made = cloud.make(RULE, **rule(first))
    assert cloud.update(RULE, made.id, **rule(first, severity=3))["severity"] == 3
    error = cloud.refused_update("BadRequest", RULE, made.id, **rule(other))
    assert "Scope can not be updated" in str(error)


@pytest.mark.parametrize("more", [{"evaluationFrequency": "PT7M"}, {"windowSize": "PT20M"}, {"windowSize": "P3D"}])
def test_a_window_that_azure_does_not_offer(cloud: Cloud, more: dict[str, Any]) -> None:
    cloud.refused("BadRequest", RULE, **rule(cloud.workspace().id, **more))


def test_the_longest_window_is_two_days(cloud: Cloud) -> None:
    cloud.make(RULE, **rule(cloud.workspace().id, windowSize="P2D", evaluationFrequency="P1D"))
