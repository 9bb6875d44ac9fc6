"""What the pools of an environment need, held against a list of usages."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from components.facts.quotas import REGIONAL
from components.facts.vm_sizes import VM_SIZES
from stacks.parts.aks.plan import AKS
from stacks.plan.model import StackPlan
from stacks.reports.quota import Need, UnreadableUsage, needs_of, report
from tests.harness.settings import every_environment

FAMILY = "standardDDSv5Family"
NEED = Need(FAMILY, 10, 20, 28)


def usage(limit: int, name: str = FAMILY) -> str:
    """What Azure lists, which writes names in whatever case."""
    rows = [{"name": {"value": name.upper(), "localizedValue": "x"}, "limit": limit, "currentValue": "4"}]
    return json.dumps(rows)


@pytest.mark.parametrize(
    ("limit", "verdict"),
    [
        (9, "the deployment fails"),
        (10, "the autoscaler stops before its maximum"),
        (19, "the autoscaler stops before its maximum"),
        (20, "no room for an upgrade at the maximum"),
        (27, "no room for an upgrade at the maximum"),
        (28, "good"),
    ],
)
@pytest.mark.requirement("S1-125", "S3-197")
def test_a_quota_is_held_against_the_three_needs(limit: int, verdict: str) -> None:
    (line,) = report([NEED], usage(limit))
    assert (line.limit, line.used, line.verdict, line.bad) == (limit, 4, verdict, verdict != "good")


def test_a_family_that_is_not_listed_has_nothing() -> None:
    (line,) = report([NEED], usage(100, "standardOtherFamily"))
    assert (line.limit, line.verdict) == (0, "the deployment fails")


def test_without_a_list_there_is_no_verdict() -> None:
    (line,) = report([NEED])
    assert (line.limit, line.used, line.verdict, line.bad) == (None, None, "", False)


@pytest.mark.parametrize("text", ["nothing", "3", '[{"name": "x"}]', '[{"name": {"value": "x"}, "limit": null}]'])
def test_what_is_no_list_of_usages_is_one_error(text: str) -> None:
    with pytest.raises(UnreadableUsage, match="az vm list-usage"):
        list(report([NEED], text))


@every_environment
@pytest.mark.requirement("S1-125", "S3-197")
def test_needs_are_those_of_the_pools(stack: str, plans: Mapping[str, StackPlan]) -> None:
    plan = plans[stack].of(AKS)
    *families, region = needs_of(plan)
    assert region.name == REGIONAL
    for part in ("minimum", "maximum", "upgrade"):
        assert sum(getattr(each, part) for each in families) == getattr(region, part)
    assert region.minimum == sum(pool.minimum * VM_SIZES[pool.vm_size].vcpus for pool in plan.cluster.pools)
    assert region.maximum == sum(pool.maximum * VM_SIZES[pool.vm_size].vcpus for pool in plan.cluster.pools)
    assert region.maximum < region.upgrade
