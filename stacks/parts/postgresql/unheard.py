"""The maintenance window, which Azure ignores when it creates a server, and the command that sets it.

It is compared with what Azure answered, which is in the state: a plan knows no live server, and to azure-native the
window that it has sent is there, so that neither a preview nor a refresh would show the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from components.postgresql.spec import MaintenanceSpec

READ = "docs/runbooks/postgresql.md"
DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")


def unheard(wanted: MaintenanceSpec, id: str, window: Mapping[str, Any] | None) -> Iterator[str]:
    """What to do about a maintenance window that the server ``id`` does not have, as a sentence.

    ``window`` is the server's own, by the SDK's Python names; ``None`` before there is a server.
    """
    if window is not None and _start(window) != (wanted.day, wanted.hour, wanted.minute):
        start, seen = _text(wanted.day, wanted.hour, wanted.minute), _start(window)
        command = f"az postgres flexible-server update --ids {id} --maintenance-window {start}"
        yield (
            f"mystira:postgresql.maintenance: Azure ignores it when it creates a server; seen: "
            f"{_text(*seen) if seen else 'a window that Azure chooses'}; allowed: {command}, then pulumi refresh; "
            f"read: {READ}"
        )


def _start(window: Mapping[str, Any]) -> tuple[int, int, int] | None:
    """When a window begins; ``None`` where Azure chooses."""
    if str(window.get("custom_window")).lower() != "enabled":
        return None
    day, hour, minute = (int(window.get(each) or 0) for each in ("day_of_week", "start_hour", "start_minute"))
    return day, hour, minute


def _text(day: int, hour: int, minute: int) -> str:
    """As az takes it: ``Sat:23:00``."""
    return f"{DAYS[day]}:{hour}:{minute:02}"
