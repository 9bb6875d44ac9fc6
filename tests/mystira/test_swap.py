"""`mystira swap`: only what is healthy goes to production, and what fails there comes back."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mystira import slots as slots_module
from mystira.slots import BETWEEN_LOOKS, LOOKS, AzureSites, NotSwapped, SlotOf, slots_of, swap_all
from stacks.parts.app_hosting.plan import APP_HOSTING
from stacks.plan.model import StackPlan
from tests.mystira.conftest import Run

SLOT = SlotOf("g", "site", "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/site", "staging")


class FakeSites:
    """Sites whose health is a list for each id; the last value stays."""

    def __init__(self, **health: list[float | None]) -> None:
        self._health = {"slot": [100.0], "site": [100.0], **health}
        self.swaps = 0
        self.swapped_at: list[datetime] = []
        self.asked_since: list[datetime] = []

    def health(self, id: str, since: datetime) -> float | None:
        found = self._health["slot" if "/slots/" in id else "site"]
        self.asked_since.append(since)
        return found.pop(0) if len(found) > 1 else found[0]

    def swap(self, slot: SlotOf) -> None:
        assert slot is SLOT
        self.swaps += 1
        self.swapped_at.append(datetime.now(UTC))


@pytest.mark.requirement("S1-055", "S1-057")
def test_a_healthy_slot_goes_to_production() -> None:
    sites = FakeSites()
    assert list(swap_all(sites, [SLOT])) == ["site: swapped, healthy; what ran before is in staging"]
    assert sites.swaps == 1
    assert sites.asked_since[-1] >= sites.swapped_at[-1], "until the swap is over, the site runs what it ran before"


@pytest.mark.parametrize("seen", [0.0, 50.0, None])
@pytest.mark.requirement("S1-055", "S1-057")
def test_a_slot_that_is_not_healthy_stays_where_it_is(seen: float | None) -> None:
    sites = FakeSites(slot=[seen])
    with pytest.raises(NotSwapped, match="nothing was swapped"):
        list(swap_all(sites, [SLOT]))
    assert sites.swaps == 0


@pytest.mark.parametrize("seen", [0.0, 50.0, None])
@pytest.mark.requirement("S1-055", "S1-057")
def test_a_site_that_is_not_healthy_after_the_swap_runs_what_it_ran_before(seen: float | None) -> None:
    waited: list[float] = []
    sites = FakeSites(site=[seen])
    with pytest.raises(NotSwapped, match="swapped back"):
        list(swap_all(sites, [SLOT], waited.append))
    assert sites.swaps == 2
    assert waited == [BETWEEN_LOOKS] * (LOOKS - 1)


def test_azure_reports_late() -> None:
    sites = FakeSites(site=[None, 0.0, 100.0])
    waited: list[float] = []
    assert list(swap_all(sites, [SLOT], waited.append))
    assert (sites.swaps, len(waited)) == (1, 2)


def test_the_slots_of_a_stack_are_those_of_its_plan(plans: Mapping[str, StackPlan]) -> None:
    for stack in ("staging", "prod"):
        (slot,) = slots_of(plans[stack])
        (app,) = plans[stack].of(APP_HOSTING)
        assert (slot.site, slot.slot, slot.group) == (app.spec.name, "staging", f"mys-{stack}-app-rg-san")
        assert slot.slot_id == (
            f"/subscriptions/{plans[stack].subscription_id}/resourceGroups/{slot.group}/providers/Microsoft.Web"
            f"/sites/{slot.site}/slots/staging"
        )
    for stack in ("dev", "shared"):
        with pytest.raises(NotSwapped, match=f"{stack} has no slot"):
            slots_of(plans[stack])


def test_a_stack_without_a_slot_is_one_line(run: Run) -> None:
    done = run("swap", "dev")
    assert (done.code, done.out) == (1, "")
    assert done.err.count("\n") == 1


# Azure, as the Azure CLI answers.


@pytest.fixture
def az(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An `az` that keeps its arguments in a file and prints another one."""
    script = tmp_path / "az"
    script.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/lines\ncat {tmp_path}/answer\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def metrics(*values: float | None) -> dict[str, Any]:
    points = [
        {"timeStamp": f"2026-11-21T10:0{minute}:00Z", **({} if value is None else {"average": value})}
        for minute, value in enumerate(values)
    ]
    return {"value": [{"name": {"value": "HealthCheckStatus"}, "timeseries": [{"data": points}]}]}


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (metrics(0.0, 100.0), 100.0),
        (metrics(100.0, 50.0, None), 50.0),
        (metrics(None), None),
        ({"value": [{"timeseries": []}]}, None),
    ],
)
def test_the_newest_report_of_azure_counts(az: Path, answer: Mapping[str, Any], seen: float | None) -> None:
    (az / "answer").write_text(json.dumps(answer))
    since = datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert AzureSites().health(SLOT.slot_id, since) == seen
    line = (az / "lines").read_text()
    assert f"--url {SLOT.slot_id}/providers/Microsoft.Insights/metrics" in line
    assert "metricnames=HealthCheckStatus" in line
    assert "aggregation=Average" in line
    assert "timespan=2026-11-21T10:00:00Z/" in line


def test_a_minute_that_began_before_the_swap_ended_says_nothing(az: Path) -> None:
    (az / "answer").write_text(json.dumps(metrics(100.0)))
    assert AzureSites().health(SLOT.site_id, datetime(2026, 11, 21, 10, 0, 30, tzinfo=UTC)) is None


def test_azure_swaps_a_slot_with_production(az: Path) -> None:
    (az / "answer").write_text("")
    AzureSites().swap(SLOT)
    line = (az / "lines").read_text()
    assert "webapp deployment slot swap --name site --resource-group g --slot staging --subscription s" in line


def test_what_the_azure_cli_says_is_one_line(az: Path) -> None:
    (az / "az").write_text("#!/bin/sh\necho 'ERROR: Please run az login.' >&2\nexit 1\n")
    with pytest.raises(NotSwapped, match=r"az webapp deployment: ERROR: Please run az login\."):
        AzureSites().swap(SLOT)


def test_without_the_azure_cli_one_line_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotSwapped, match="no az"):
        slots_module.AzureSites().swap(SLOT)
