"""Times in which alerts reach nobody: those that the settings name, and Azure's windows for maintenance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import pairwise

from components.alerts.spec import QuietSpec
from components.facts.regions import GLOBAL
from components.naming.builder import Names, Project
from stacks.catalogue.names import CORE
from stacks.context import Context
from stacks.settings.alerts import QuietTime
from stacks.settings.models import EnvironmentSettings

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
KEY = "alert-processing-rule"
POSTGRESQL_HOURS = 1
"""Microsoft: Scheduled maintenance in Azure Database for PostgreSQL - Flexible Server (a window of one hour)."""

LAST = "23:59:59"


def weekly(day: str, start: time, hours: float, utc_offset: str = "+00:00") -> tuple[tuple[str, str, str], ...]:
    """A window of a week in UTC: one entry for each day that it touches.

    ``start`` is in the time zone of ``utc_offset`` (``+02:00``).
    """
    sign = -1 if utc_offset.startswith("-") else 1
    offset = sign * timedelta(hours=int(utc_offset[1:3]), minutes=int(utc_offset[4:6]))
    # Any Monday will do: 2024-01-01 is one.
    begins = datetime.combine(datetime(2024, 1, 1 + DAYS.index(day)), start) - offset
    ends = begins + timedelta(hours=hours)
    midnights = [midnight for midnight in _midnights(begins, ends) if begins < midnight < ends]
    return tuple(
        (DAYS[first.weekday()], f"{first:%H:%M:%S}", LAST if last.time() == time(0) else f"{last:%H:%M:%S}")
        for first, last in pairwise((begins, *midnights, ends))
    )


def _midnights(begins: datetime, ends: datetime) -> Iterator[datetime]:
    day = datetime.combine(begins.date(), time(0))
    while day <= ends:
        yield day
        day += timedelta(days=1)


def windows(context: Context[EnvironmentSettings]) -> Iterator[tuple[str, QuietSpec]]:
    """The windows of AKS and PostgreSQL, each with what it is about: what restarts then was meant to."""
    aks, postgresql = context.settings.aks, context.settings.postgresql
    for role, window in (("upgrades", aks.upgrades), ("images", aks.node_images)):
        name = context.names.name(CORE, KEY, role=role, region=GLOBAL)
        hours = weekly(window.day, window.start, window.hours, window.utc_offset)
        yield "cluster", QuietSpec(name, "The cluster may be upgraded (mystira:aks).", weekly=hours)
    name = context.names.name(CORE, KEY, role="postgresql", region=GLOBAL)
    hours = weekly(postgresql.maintenance.day, postgresql.maintenance.start, POSTGRESQL_HOURS)
    yield "postgresql", QuietSpec(name, "Azure may patch the server (mystira:postgresql.maintenance).", weekly=hours)


def once(names: Names, project: str, number: int, quiet: QuietTime) -> QuietSpec:
    """A quiet time of the settings."""
    name = names.name(Project(project), KEY, role=f"time{number}", region=GLOBAL)
    return QuietSpec(name, quiet.reason, begins=quiet.begins.isoformat(), ends=quiet.until.isoformat())
