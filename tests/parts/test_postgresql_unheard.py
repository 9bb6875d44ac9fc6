"""A maintenance window that Azure has not taken: said with the way that works, and quiet once it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from components.postgresql.spec import MaintenanceSpec
from stacks.parts.postgresql.plan import POSTGRESQL_SERVER
from stacks.parts.postgresql.unheard import unheard
from tests.harness.settings import plan

ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DBforPostgreSQL/flexibleServers/mys-prod-core-pg-san"


WINDOW = {"custom_window": "Enabled", "day_of_week": 6, "start_hour": 23, "start_minute": 0}
SYSTEM = {"custom_window": "Disabled", "day_of_week": 0, "start_hour": 0, "start_minute": 0}
SUNDAY = {"custom_window": "Enabled", "day_of_week": 0}


@pytest.fixture(scope="module")
def wanted() -> MaintenanceSpec:
    """Saturday at 23:00."""
    return plan("prod").of(POSTGRESQL_SERVER).server.maintenance


def test_nothing_is_said_where_azure_has_what_the_settings_say(wanted: MaintenanceSpec) -> None:
    assert list(unheard(wanted, ID, WINDOW)) == []
    assert list(unheard(wanted, ID, None)) == [], "a preview of a server that does not exist"


@pytest.mark.parametrize(
    ("window", "seen"),
    [(SYSTEM, "a window that Azure chooses"), (SUNDAY, "Sun:0:00")],
)
def test_a_window_that_a_create_ignored_is_set_with_one_command(
    wanted: MaintenanceSpec, window: Mapping[str, Any], seen: str
) -> None:
    (said,) = unheard(wanted, ID, window)
    assert said.startswith("mystira:postgresql.maintenance: Azure ignores it when it creates a server; ")
    assert f"seen: {seen};" in said
    assert f"az postgres flexible-server update --ids {ID} --maintenance-window Sat:23:00, then pulumi refresh" in said
