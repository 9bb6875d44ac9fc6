"""Swapping the slot of a site with production, at Azure or offline, and back where the site does not stay healthy."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from components.facts.ids import made_id
from components.facts.types import RESOURCE_TYPES
from components.problems import MystiraError
from offline.azure.services.app_hosting import health, swap
from offline.world.store import World
from stacks.parts.app_hosting.plan import APP_HOSTING
from stacks.parts.groups.plan import GROUPS
from stacks.plan.model import StackPlan

READ = "docs/runbooks/app-service.md"
HEALTHY = 100.0
"""The share of instances, in percent, that must answer at the path of the health check."""
LOOKS = 40
"""How often a site is looked at after a swap before it counts as unhealthy: within ten minutes. Metrics are minutes
late, and a swap back because of a late one would undo a good release."""
BETWEEN_LOOKS = 15.0
"""Seconds."""

METRICS = "2023-10-01"
"""The version of the API that reads metrics (Microsoft: Monitor App Service instances by using Health check)."""


class NotSwapped(MystiraError):
    """A slot that was not swapped, or was swapped back."""


@dataclass(frozen=True)
class SlotOf:
    """The slot of a site."""

    group: str
    """Physical name of the resource group."""
    site: str
    """Physical name of the site."""
    site_id: str
    slot: str

    @property
    def slot_id(self) -> str:
        """The id of the slot."""
        return f"{self.site_id}/slots/{self.slot}"


class Sites(Protocol):
    """Where sites are: Azure, or the offline cloud."""

    def health(self, id: str, since: datetime) -> float | None:
        """The share of the instances of a site or slot, in percent, that are healthy by the last report after
        ``since``; ``None`` without a report."""

    def swap(self, slot: SlotOf) -> None:
        """Swap a slot with production."""


class OfflineSites:
    """The sites of an offline cloud."""

    def __init__(self, world: World) -> None:
        self._world = world

    def health(self, id: str, since: datetime) -> float | None:
        return health(self._world, id)

    def swap(self, slot: SlotOf) -> None:
        swap(self._world, slot.site_id, slot.slot)


class AzureSites:
    """The sites at Azure, through the Azure CLI and its login.

    Closed to the internet, they answer nobody here: Azure itself asks their health checks and reports a metric. Its one
    documented aggregation is the average, which is 100 only while every instance is healthy (Azure/
    azure-monitor-baseline-alerts: services/Web/sites/alerts.yaml, HealthCheckStatus of sites/slots).
    """

    def health(self, id: str, since: datetime) -> float | None:
        query = {
            "api-version": METRICS,
            "metricnames": "HealthCheckStatus",
            "aggregation": "Average",
            "interval": "PT1M",
            "timespan": f"{_text(since)}/{_text(_now())}",
        }
        parameters = [f"{key}={value}" for key, value in query.items()]
        found = _az("rest", "--url", f"{id}/providers/Microsoft.Insights/metrics", "--url-parameters", *parameters)
        return _newest(found, since)

    def swap(self, slot: SlotOf) -> None:
        names = ("--name", slot.site, "--resource-group", slot.group, "--slot", slot.slot)
        _az("webapp", "deployment", "slot", "swap", *names, "--subscription", slot.site_id.split("/")[2])


def slots_of(plan: StackPlan) -> list[SlotOf]:
    """The slots of a stack. Raises :class:`NotSwapped` where there is none."""
    groups = {group.key: group.name for tier in plan.get(GROUPS) or () for group in tier.groups}
    found = []
    for app in plan.get(APP_HOSTING) or ():
        if app.spec.slot:
            place = {"subscriptionId": plan.subscription_id, "resourceGroupName": groups[app.group]}
            id = made_id(RESOURCE_TYPES["web-app"], {**place, "name": app.spec.name})
            found.append(SlotOf(groups[app.group], app.spec.name, id, app.spec.slot.name))
    if not found:
        raise NotSwapped(
            f"{plan.stack} has no slot; allowed: hosting.app.slot and a service on App Service; read: {READ}"
        )
    return found


def swap_all(sites: Sites, slots: list[SlotOf], wait: Callable[[float], None] = time.sleep) -> Iterator[str]:
    """Swap every slot that is healthy, one after the other, with a line for each.

    Raises :class:`NotSwapped` at the first slot that is not healthy, and at the first site that is not healthy after
    its swap: that one has been swapped back.
    """
    for each in slots:
        seen = sites.health(each.slot_id, _now() - timedelta(minutes=10))
        if seen != HEALTHY:
            raise NotSwapped(
                f"{each.site}: the slot {each.slot} is not healthy; seen: {_percent(seen)}; allowed: 100 %; "
                f"nothing was swapped; read: {READ}"
            )
        sites.swap(each)
        # Until now the site has run what it ran before, and that was healthy.
        seen = _settled(sites, each, _now(), wait)
        if seen != HEALTHY:
            sites.swap(each)
            raise NotSwapped(
                f"{each.site}: not healthy after the swap; seen: {_percent(seen)}; allowed: 100 %; "
                f"swapped back: production runs what it ran before; read: {READ}"
            )
        yield f"{each.site}: swapped, healthy; what ran before is in {each.slot}"


def _settled(sites: Sites, slot: SlotOf, since: datetime, wait: Callable[[float], None]) -> float | None:
    """The health of a site after its swap, once it is healthy or has been looked at often enough."""
    seen = sites.health(slot.site_id, since)
    for _ in range(LOOKS - 1):
        if seen == HEALTHY:
            break
        wait(BETWEEN_LOOKS)
        seen = sites.health(slot.site_id, since)
    return seen


def _percent(seen: float | None) -> str:
    return "no report" if seen is None else f"{seen:.0f} % of the instances"


def _newest(metrics: Any, since: datetime) -> float | None:
    """The newest value in an answer of Azure Monitor. A minute that began before ``since`` says nothing."""
    found = [
        (point["timeStamp"], float(point["average"]))
        for metric in metrics.get("value") or ()
        for series in metric.get("timeseries") or ()
        for point in series.get("data") or ()
        if point.get("average") is not None and datetime.fromisoformat(point["timeStamp"]) >= since
    ]
    return max(found)[1] if found else None


def _az(*arguments: str) -> Any:
    """Run the Azure CLI and return what it printed. Raises :class:`NotSwapped`."""
    try:
        done = subprocess.run(["az", *arguments, "--output", "json"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise NotSwapped(f"PATH: no az; allowed: the Azure CLI, logged in; read: {READ}") from None
    if done.returncode:
        raise NotSwapped(f"az {' '.join(arguments[:2])}: {' '.join(done.stderr.split())}; read: {READ}")
    return json.loads(done.stdout or "{}")


def _now() -> datetime:
    return datetime.now(UTC)


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
