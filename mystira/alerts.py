"""`mystira alerts test`: one notification for each route, so that somebody sees that alerts reach people."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

import typer

from components.facts.ids import made_id
from components.facts.types import RESOURCE_TYPES
from components.problems import MystiraError
from mystira.choosing import Folder, Stack, plan_for
from mystira.preflight.arm import Arm, Refused
from mystira.preflight.login import credential
from offline.commands.output import FAILED, AsJson, ended, group, print_json, say
from offline.world.store import World
from stacks.parts.groups.plan import GROUPS, SHARED_TIER
from stacks.parts.monitoring.checks import READ
from stacks.parts.monitoring.plan import LOGS
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan
from stacks.settings.loading import SHARED

VERSION = "2024-10-01-preview"
"""The API of action groups that the SDK uses (Action Groups - Create Notifications At Action Group Resource Level)."""

ALERT = "metricstaticthreshold"
"""What the notification shows: the example of a metric alert."""

RECEIVERS = ("emailReceivers", "webhookReceivers")
"""What our groups consist of."""

DONE, SENT = "Complete", "Succeeded"
"""How Azure says that it has finished, and that it has handed a notification over (Test-AzActionGroup, examples)."""

PAUSE_SECONDS = 5.0

app = group("What becomes of alerts.")
Minutes = Annotated[int, typer.Option(help="how long to wait for Azure's answer, for each group")]


@dataclass(frozen=True)
class Group:
    """An action group, and the routes that it serves."""

    name: str
    id: str
    routes: tuple[str, ...]


@dataclass(frozen=True)
class Notified:
    """What became of the notification for one receiver."""

    group: str
    routes: str
    receiver: str
    state: str


class Sender(Protocol):
    """What notifies the receivers of an action group."""

    def notify(self, group: Group) -> Mapping[str, str]:
        """Notify everybody in a group; says by receiver what became of it."""
        ...


class AzureSender:
    """Azure itself: the receivers of a group are those that it has there, not those of the settings."""

    def __init__(self, arm: Arm, minutes: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self._arm, self._minutes, self._sleep = arm, minutes, sleep

    def notify(self, group: Group) -> Mapping[str, str]:
        try:
            there = self._arm.get(group.id, VERSION).get("properties", {})
            receivers = {kind: [_sendable(each) for each in there.get(kind) or ()] for kind in RECEIVERS}
            status = self._arm.started(f"{group.id}/createNotifications", VERSION, {"alertType": ALERT, **receivers})
            answer = self._finished(status)
        except Refused as error:
            raise MystiraError(f"{group.name}: Azure refuses: {error}; read: {READ}") from error
        found = {str(each.get("Name")): str(each.get("Status")) for each in answer.get("actionDetails") or ()}
        return {each["name"]: found.get(each["name"], "no answer") for kind in RECEIVERS for each in receivers[kind]}

    def _finished(self, status: str) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = {}
        for _ in range(max(1, round(60 * self._minutes / PAUSE_SECONDS))):
            answer = self._arm.followed(status)
            if answer.get("state") == DONE:
                break
            self._sleep(PAUSE_SECONDS)
        return answer


def _sendable(receiver: Mapping[str, Any]) -> Mapping[str, Any]:
    """A receiver as a request has it: Azure adds whether its address is confirmed."""
    return {name: value for name, value in receiver.items() if name != "status" and value is not None}


class OfflineSender:
    """The offline cloud, which sends nothing: whoever is in an enabled group would be notified."""

    def __init__(self, world: World) -> None:
        self._world = world

    def notify(self, group: Group) -> Mapping[str, str]:
        found = self._world.get(group.id)
        if found is None:
            raise MystiraError(f"{group.name}: no such action group; bring the stack up first")
        names = [str(each["name"]) for kind in RECEIVERS for each in found.body.get(kind) or ()]
        return dict.fromkeys(names, SENT if found.body.get("enabled") else "the group is off")


@app.command("test")
def send_test(stack: Stack, folder: Folder = PROJECT, minutes: Minutes = 5, as_json: AsJson = False) -> None:
    """Send one notification a route to everybody who is in its action group; exit code 1 where one is not sent.

    What is sent is marked as a test. That somebody has read it only they can say: an e-mail address that has not
    confirmed Azure's code gets nothing. The login is that of a deployment.
    """
    plan = plan_for(stack, folder)
    arm = Arm(credential(plan.tenant_id, plan.subscription_id, os.environ))
    report(plan, AzureSender(arm, minutes), as_json=as_json)


def report(plan: StackPlan, sender: Sender, *, as_json: bool = False) -> None:
    """Notify every group, print what became of it, and end with exit code 1 where somebody was not notified."""
    found = list(_notified(plan, sender))
    if as_json:
        print_json(found)
    else:
        for each in found:
            say(f"{each.routes}: {each.receiver}: {each.state}")
    if any(each.state != SENT for each in found):
        ended(FAILED)


def _notified(plan: StackPlan, sender: Sender) -> Iterator[Notified]:
    for each in groups_of(plan):
        for receiver, state in sender.notify(each).items():
            yield Notified(each.name, ", ".join(each.routes), receiver, state)


def groups_of(plan: StackPlan) -> Iterator[Group]:
    """The action groups of a stack."""
    logs = plan.of(LOGS)
    tiers = plan.of(SHARED_TIER if plan.environment == SHARED else GROUPS)
    names = {one.key: one.name for tier in tiers for one in tier.groups}
    for each in logs.notifications:
        path = {
            "subscriptionId": plan.subscription_id,
            "resourceGroupName": names[logs.group],
            "actionGroupName": each.spec.name,
        }
        yield Group(each.spec.name, made_id(RESOURCE_TYPES["action-group"], path), each.routes)
