"""Microsoft.Consumption: budgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from components.budgets.facts import BUDGETS, EARLIEST, MAXIMUM_NOTIFICATIONS, MAXIMUM_PERCENT, MONTHS_AHEAD
from offline.azure.behaviour import Behaviour, Request, at
from offline.azure.errors import ArmError
from offline.clock import today
from offline.rpc.protocol import Properties

CODE = "400"
YEARS = 10
"""How long a budget lasts that names no end (Microsoft: Budgets - Create Or Update)."""
CONTACTS = ("contactEmails", "contactGroups", "contactRoles")


class Budget(Behaviour):
    """A budget keeps its first day, which only a new one chooses, within the current month or later."""

    fills_in: ClassVar[Properties] = {"currentSpend": {"amount": 0.0, "unit": "USD"}}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        start = _day(at(request.inputs, "timePeriod", "startDate"))
        before = _day(at(request.old.body, "timePeriod", "startDate")) if request.old else None
        if before is None:
            yield from _start_refusals(start)
        elif start != before:
            message = "Start date of budgets cannot be updated. Please delete and create a new budget."
            yield ArmError(CODE, message, f"keep {before.isoformat()}: ignore changes of timePeriod.startDate")
        yield from _filter_refusals(request.inputs.get("filter") or {})
        yield from _notification_refusals(request.inputs.get("notifications") or {})

    def computed(self, request: Request) -> Properties:
        period = request.inputs["timePeriod"]
        start = _day(period["startDate"])
        end = period.get("endDate") or f"{start.replace(year=start.year + YEARS).isoformat()}T00:00:00Z"
        return {"timePeriod": {"startDate": f"{start.isoformat()}T00:00:00Z", "endDate": end}}


def _day(text: Any) -> date:
    return date.fromisoformat(str(text)[:10])


def _start_refusals(start: date) -> Iterator[ArmError]:
    """Azure's words for these are not public: only the rules are."""
    now = today().replace(day=1)
    ahead = (start.year - now.year) * 12 + start.month - now.month
    if start.day != 1:
        message = f"The start date {start.isoformat()} of a budget must be the first day of a month."
        yield ArmError(CODE, message, f"take {start.replace(day=1).isoformat()} ({BUDGETS})")
    if ahead < 0 or start < date.fromisoformat(EARLIEST):
        message = f"The start date {start.isoformat()} of a budget cannot be before the current month."
        yield ArmError(CODE, message, f"take {now.isoformat()} ({BUDGETS})")
    if ahead > MONTHS_AHEAD:
        message = f"The start date {start.isoformat()} of a budget is more than {MONTHS_AHEAD} months ahead."
        yield ArmError(CODE, message, f"take {now.isoformat()} ({BUDGETS})")


def _filter_refusals(condition: Mapping[str, Any]) -> Iterator[ArmError]:
    parts = condition.get("and")
    if parts is not None and len(parts) < 2:
        yield ArmError(CODE, "The operator 'and' of a budget filter needs two conditions.", "send the one alone")


def _notification_refusals(notifications: Mapping[str, Any]) -> Iterator[ArmError]:
    if len(notifications) > MAXIMUM_NOTIFICATIONS:
        message = f"A budget cannot have {len(notifications)} notifications."
        yield ArmError(CODE, message, f"at most {MAXIMUM_NOTIFICATIONS} ({BUDGETS})")
    for name, each in notifications.items():
        if not any(each.get(kind) for kind in CONTACTS):
            message = f"The notification '{name}' of a budget has nobody to notify."
            yield ArmError(CODE, message, f"one of {', '.join(CONTACTS)} ({BUDGETS})")
        if not 0 <= each["threshold"] <= MAXIMUM_PERCENT:
            message = f"The threshold {each['threshold']} of a budget is out of range."
            yield ArmError(CODE, message, f"0 to {MAXIMUM_PERCENT} ({BUDGETS})")


BEHAVIOURS: Mapping[str, Behaviour] = {"azure-native:consumption:Budget": Budget()}
