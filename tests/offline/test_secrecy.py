"""No message of an operation, and no record of it, holds a secret of the operation."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from offline.azure.errors import ArmError
from offline.engine.drift import lines_of
from offline.rpc.protocol import CheckFailure, Created, ProviderError
from offline.rpc.server import ProviderServicer
from offline.rpc.values import from_struct, to_struct
from offline.secrecy import hidden, hiding
from offline.world.store import World
from tests.harness.canary import leaks
from tests.harness.rpc import URN, Aborted, Context, Toy, call

CANARY = 'Canary-9f3k"/+& ünï-2Wq'
INPUTS = {"rules": [{"open": "no"}, {"text": CANARY}], "tags": {"Token": CANARY, "Team": "platform"}, "port": 54321}
PATHS = [("rules", 1, "text"), ("tags", "Token"), ("port",)]
SECRETS = to_struct(INPUTS, PATHS)


@pytest.mark.parametrize(
    "form", [str, json.dumps, repr, lambda text: quote(text, safe=""), quote, str.upper, lambda text: f"({text})"]
)
def test_a_value_is_hidden_in_every_form(form: Callable[[str], str]) -> None:
    with hiding([{"a": [CANARY]}]):
        assert CANARY[:6].lower() not in hidden(f"seen: {form(CANARY)}").lower()
    assert hidden(CANARY) == CANARY


def test_what_says_nothing_is_not_hidden() -> None:
    with hiding(["ab", "true", 54321, True, None]):
        assert hidden("ab is true at 54321, not at 543210") == "ab is true at [secret], not at 543210"


def test_the_longest_value_goes_first() -> None:
    with hiding(["key", "key-of-all"]):
        assert hidden("a key-of-all and a key") == "a [secret] and a [secret]"


def test_the_record_of_operations_holds_none(tmp_path: Path) -> None:
    world = World(tmp_path / "cloud.db")
    with hiding([CANARY]):
        world.refuse("token", "/id", f"no {CANARY}")
        with pytest.raises(ArmError), world.writing("create", "token", "/id"):
            raise ArmError("BadRequest", f"not {CANARY}", "another")
        with pytest.raises(KeyError), world.writing("update", "token", "/id"):
            raise KeyError(CANARY)
    assert [row[0] for row in world.operations()] == ["refused", "create", "update"]
    assert leaks([("operations", json.dumps(world.operations()))], {"canary": CANARY}) == []


class Quoting(Toy):
    """A provider that repeats what it was given, as Azure does."""

    def __getattr__(self, name: str) -> Any:
        def method(*given: Any, **_: Any) -> Any:
            said = [each for each in given if isinstance(each, dict)]
            partial = Created("id", dict(said[-1])) if name in ("create", "update") else None
            raise self.answer(f"seen: {said}", partial=partial) if partial else self.answer(f"seen: {said}")

        return method


REQUESTS = {
    "Check": provider_pb2.CheckRequest(urn=URN, news=SECRETS),
    "Diff": provider_pb2.DiffRequest(urn=URN, old_inputs=SECRETS),
    "Create": provider_pb2.CreateRequest(urn=URN, properties=SECRETS),
    "Read": provider_pb2.ReadRequest(urn=URN, id="x", inputs=SECRETS),
    "Update": provider_pb2.UpdateRequest(urn=URN, id="x", news=SECRETS),
    "Delete": provider_pb2.DeleteRequest(urn=URN, id="x", properties=SECRETS),
    "Invoke": provider_pb2.InvokeRequest(tok="t", args=SECRETS),
}


@pytest.mark.parametrize("verb", REQUESTS)
@pytest.mark.parametrize("kind", [ProviderError, lambda text, partial=None: ValueError(text)])
def test_no_error_of_a_verb_repeats_a_secret(verb: str, kind: Any, capsys: pytest.CaptureFixture[str]) -> None:
    context = Context()
    with pytest.raises(Aborted):
        getattr(ProviderServicer(Quoting(kind)), verb)(REQUESTS[verb], context)
    said = context.message + capsys.readouterr().err
    assert "[secret]" in said
    assert leaks([("error", said)], {"canary": CANARY, "port": "54321"}) == []


@pytest.mark.parametrize("verb", ["Create", "Update"])
def test_what_failed_half_way_stays_secret(verb: str) -> None:
    context = Context()
    with pytest.raises(Aborted):
        getattr(ProviderServicer(Quoting(ProviderError)), verb)(REQUESTS[verb], context)
    from google.rpc import status_pb2

    detail = provider_pb2.ErrorResourceInitFailed()
    status_pb2.Status.FromString(context.metadata[0][1]).details[0].Unpack(detail)
    assert from_struct(detail.properties)[1] == {("rules",), ("tags", "Token"), ("port",)}
    assert leaks([("reasons", str(detail.reasons))], {"canary": CANARY}) == []


def test_a_list_with_a_secret_is_secret_whatever_becomes_of_its_order() -> None:
    turned = {"rules": [{"text": CANARY}], "tags": {"Token": "new"}}
    request = provider_pb2.ReadRequest(urn=URN, id="x", inputs=SECRETS)
    found, _ = call("Read", request, Created("x", turned, turned))
    for message in (found.properties, found.inputs):
        assert from_struct(message) == (turned, {("rules",), ("tags", "Token")})


def test_the_engine_is_not_told_the_name_of_a_secret_property_that_it_would_print() -> None:
    bad = [CheckFailure("port", "seen 54321"), CheckFailure("rules[1].text", "bad"), CheckFailure("other", "bad")]
    checked, context = call("Check", REQUESTS["Check"], (INPUTS, bad))
    assert [(each.property, each.reason) for each in checked.failures] == [
        ("", "port: seen [secret]"),
        ("", "rules[1].text: bad"),
        ("other", "bad"),
    ]
    assert from_struct(checked.inputs) == (INPUTS, set(PATHS))
    assert context.code is None or context.code == grpc.StatusCode.OK


def both(state: Mapping[str, object], properties: Mapping[str, object]) -> dict[str, object]:
    """A state whose inputs and outputs are the same."""
    return {**state, "inputs": properties, "outputs": properties}


def test_what_is_no_input_is_no_drift_at_any_depth() -> None:
    """A step of a refresh has all outputs that changed, those included that describe other resources."""

    def plan(size: str, sites: int, *rules: str) -> dict[str, object]:
        inputs = {"sku": {"name": size}, "rules": [{"name": each} for each in rules]}
        outputs = {
            "sku": {"name": size, "capacity": sites},
            "rules": [{"name": each, "uses": sites} for each in rules],
            "numberOfSites": sites,
        }
        return {"type": "toy:a:Thing", "urn": URN, "inputs": inputs, "outputs": outputs}

    grown = {"op": "update", "oldState": plan("P0v3", 1, "a"), "newState": plan("P1v3", 2, "a")}
    assert list(lines_of(grown)) == ['toy:a:Thing name: sku.name: was "P0v3", is "P1v3"']
    by_hand = {"op": "update", "oldState": plan("P0v3", 1), "newState": plan("P0v3", 2, "b")}
    assert list(lines_of(by_hand)) == ['toy:a:Thing name: rules: was [], is [{"name": "b"}]']


def test_what_belongs_to_somebody_else_is_no_drift_wherever_it_stands() -> None:
    def server(size: int, zone: str, tier: str) -> dict[str, object]:
        return {
            "storage": {"storageSizeGB": size, "type": tier},
            "highAvailability": {"standbyAvailabilityZone": zone},
        }

    state = {"type": "azure-native:dbforpostgresql:Server", "urn": URN}
    step = {
        "op": "update",
        "oldState": both(state, server(32, "1", "P4")),
        "newState": both(state, server(64, "2", "P6")),
        "detailedDiff": {},
    }
    assert list(lines_of(step)) == ['azure-native:dbforpostgresql:Server name: storage.type: was "P4", is "P6"']


def test_drift_tells_that_a_secret_changed_and_not_to_what() -> None:
    old = {"tags": {"Token": "[secret]", "Team": "a"}, "rules": "[secret]", "half": "[secret]", "count": 1}
    new = {"tags": {"Token": "[secret]", "Team": "b"}, "rules": "[secret]", "half": {"a": CANARY}, "count": 1}
    changed = ["tags.Token", "tags.Team", "rules[0].text", "count", "list[3].x"]
    state = {"type": "toy:a:Thing", "urn": URN}
    step = {
        "op": "update",
        "oldState": both(state, {**old, "list": []}),
        "newState": both(state, {**new, "list": []}),
        "detailedDiff": {path: {"kind": "update"} for path in changed},
    }
    assert list(lines_of(step)) == [
        'toy:a:Thing name: half: was "[secret]", is "[secret]"',
        'toy:a:Thing name: tags.Team: was "a", is "b"',
        'toy:a:Thing name: rules[0].text: was "[secret]", is "[secret]"',
        'toy:a:Thing name: tags.Token: was "[secret]", is "[secret]"',
    ]
