"""How a preview begins: the losses in the engine's events. Their shape is that of `pulumi preview --event-log`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from components.problems import MystiraError
from offline.commands.quiet import ending, lost
from offline.engine.steps import events_in, losses

NAT = "urn:pulumi:dev::mystira::azure-native:network:NatGateway::core"
QUEUE = "urn:pulumi:dev::mystira::azure-native:servicebus:Queue::admin-notifications"
KEY = "urn:pulumi:dev::mystira::azure-native:servicebus:QueueAuthorizationRule::admin-api"
ZONE = "urn:pulumi:dev::mystira::azure-native:dns:RecordSet::www"


def step(op: str, urn: str, *keys: str, protect: bool = False) -> dict[str, Any]:
    metadata = {"op": op, "urn": urn, "type": urn.split("::")[2], "keys": list(keys), "old": {"protect": protect}}
    return {"sequence": 1, "resourcePreEvent": {"metadata": metadata, "planning": True}}


EVENTS = [
    {"sequence": 0, "preludeEvent": {"config": {}}},
    step("delete", ZONE),
    step("same", "urn:pulumi:dev::mystira::azure-native:network:VirtualNetwork::core"),
    step("create-replacement", NAT, "location"),
    step("replace", NAT, "location"),
    step("create-replacement", QUEUE, "id", protect=True),
    step("replace", QUEUE, "id", protect=True),
    step("delete-replaced", KEY),
    step("replace", KEY, "queueName"),
    step("create-replacement", KEY, "queueName"),
    step("delete-replaced", NAT),
    step("delete-replaced", QUEUE, protect=True),
]


def test_replacements_come_first_each_with_what_matters() -> None:
    assert lost("dev", losses(EVENTS)) == [
        "dev: 3 replaced, 1 deleted",
        "  replace  Network NAT gateway core: location changes",
        "  replace  Service Bus queue admin-notifications: id changes; holds data; protected, so that the update is "
        "refused",
        "  replace  Service Bus key of a queue admin-api: queueName changes; deleted first",
        "  delete   DNS record set www",
        "",
    ]


def test_without_a_loss_it_is_one_line() -> None:
    assert lost("dev", losses(EVENTS[:1])) == ["dev: nothing is replaced or deleted"]


def test_events_are_read_line_by_line_and_a_cut_off_one_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    assert list(events_in(file)) == []
    text = "".join(f"{json.dumps(each)}\n" for each in EVENTS)
    file.write_text(text)
    assert list(events_in(file)) == EVENTS
    file.write_text(text[:-20])
    with pytest.raises(MystiraError, match=rf"events.jsonl:{len(EVENTS)}: not an event of the engine; seen: "):
        list(events_in(file))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\nDiagnostics:\n  x\n\nResources:\n  + 1", ["Diagnostics:", "  x", "", "Resources:", "  + 1"]),
        ("a\nPolicies:\n  p\nDiagnostics:\n  x", ["Policies:", "  p", "Diagnostics:", "  x"]),
        ("Resources:\n  p\nUpdating (x):\na\nResources:\n  u", ["Resources:", "  u"]),
        ("Resources:\n  p\nUpdating (x):\na", ["Updating (x):", "a"]),
        ("error: no such flag\n", ["error: no such flag"]),
        ("", []),
    ],
)
def test_the_end_of_a_run_is_shown(text: str, expected: list[str]) -> None:
    assert ending(text) == expected
