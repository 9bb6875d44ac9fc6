"""What the pools of an environment need, held against a list of usages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from components.facts.quotas import REGIONAL
from offline.engine.home import PROJECT
from stacks.__main__ import app, plan_of
from stacks.plan import EnvironmentPlan
from stacks.quota_report import Need, UnreadableUsage, needs_of, report
from tests.conftest import TODAY

FAMILY = "standardDDSv5Family"
NEED = Need(FAMILY, 10, 20, 28)


def usage(limit: int, name: str = FAMILY) -> str:
    rows = [{"name": {"value": name.upper(), "localizedValue": "x"}, "limit": limit, "currentValue": "4"}]
    return json.dumps(rows)


@pytest.mark.parametrize(
    ("limit", "verdict"),
    [
        (9, "the deployment fails"),
        (10, "the autoscaler stops before its maximum"),
        (19, "the autoscaler stops before its maximum"),
        (20, "no room for an upgrade at the maximum"),
        (28, "good"),
    ],
)
def test_a_quota_is_held_against_the_three_needs(limit: int, verdict: str) -> None:
    (line,) = report([NEED], usage(limit))
    assert (line.limit, line.used, line.verdict, line.bad) == (limit, 4, verdict, verdict != "good")


def test_a_family_that_is_not_listed_has_nothing() -> None:
    (line,) = report([NEED], usage(100, "standardOtherFamily"))
    assert (line.limit, line.verdict) == (0, "the deployment fails")
    (untold,) = report([NEED])
    assert (untold.limit, untold.bad) == (None, False)


@pytest.mark.parametrize("text", ["nothing", "3", '[{"name": "x"}]', '[{"name": {"value": "x"}, "limit": null}]'])
def test_what_is_no_list_of_usages_is_one_error(text: str) -> None:
    with pytest.raises(UnreadableUsage, match="az vm list-usage"):
        list(report([NEED], text))


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_needs_are_those_of_the_pools(stack: str) -> None:
    plan = plan_of(stack, PROJECT, TODAY)
    assert isinstance(plan, EnvironmentPlan)
    *families, region = needs_of(plan)
    assert region.name == REGIONAL
    for part in ("minimum", "maximum", "upgrade"):
        assert sum(getattr(each, part) for each in families) == getattr(region, part)
    assert region.minimum < region.maximum < region.upgrade


def test_the_command_fails_when_a_quota_is_too_small(tmp_path: Path) -> None:
    runner, file = CliRunner(), tmp_path / "usage.json"
    shown = runner.invoke(app, ["quota", "prod"])
    assert shown.exit_code == 0
    assert FAMILY in shown.output
    rows = json.loads(usage(1000)) + json.loads(usage(1000, REGIONAL))
    file.write_text(json.dumps(rows))
    assert runner.invoke(app, ["quota", "prod", "--usage", str(file)]).exit_code == 0
    assert runner.invoke(app, ["quota", "prod", "--usage", "-"], input=usage(1000)).exit_code == 1
    for bad in (
        ["shared"],
        ["prod", "--usage", str(tmp_path / "nowhere")],
        ["prod", "--usage", str(PROJECT / "Makefile")],
    ):
        done = runner.invoke(app, ["quota", *bad])
        assert done.exit_code == 1
        assert done.output.startswith("error: ")
