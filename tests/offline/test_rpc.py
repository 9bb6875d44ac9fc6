"""Wire values, and the provider protocol on top of a provider."""

from __future__ import annotations

import math
from typing import Any

import grpc
import pytest
from google.rpc import status_pb2
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime.proto import provider_pb2

from components.facts.wire import OUTPUT_SIGNATURE, SIGNATURE_KEY
from offline.rpc.protocol import UNKNOWN, Change, CheckFailure, Created, Diff, ProviderError, Secret
from offline.rpc.server import ProviderServicer
from offline.rpc.values import from_struct, to_struct
from tests.harness.rpc import URN, Aborted, Context, Toy, call

NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda number: not number.is_integer()
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=5) | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=10,
)


def paths(value: Any, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    below: list[tuple[str | int, ...]] = []
    if isinstance(value, dict):
        below = [each for key, item in value.items() for each in paths(item, (*path, key))]
    elif isinstance(value, list):
        below = [each for index, item in enumerate(value) for each in paths(item, (*path, index))]
    return [path, *below]


@given(properties=st.dictionaries(st.text("abcd", min_size=1, max_size=3), VALUES, max_size=4), data=st.data())
def test_values_survive_the_wire_and_secrets_stay_where_they_were(properties: dict[str, Any], data: Any) -> None:
    everywhere = [each for key, value in properties.items() for each in paths(value, (key,))]
    secrets = frozenset(data.draw(st.lists(st.sampled_from(everywhere), max_size=3)) if everywhere else [])
    assert from_struct(to_struct(properties, secrets)) == (properties, secrets)


def test_outputs_of_newer_engines_are_taken_apart() -> None:
    known = {SIGNATURE_KEY: OUTPUT_SIGNATURE, "value": "v", "secret": True}
    unknown = {SIGNATURE_KEY: OUTPUT_SIGNATURE}
    plain, secrets = from_struct(to_struct({"a": known, "b": unknown, "c": Secret("s")}))
    assert plain == {"a": "v", "b": UNKNOWN, "c": "s"}
    assert secrets == {("a",), ("c",)}


def test_what_a_provider_must_not_return_is_named() -> None:
    with pytest.raises(TypeError, match=r"returned set at a\.b"):
        to_struct({"a": {"b": {1}}})
    assert math.isclose(from_struct(to_struct({"a": 1.5}))[0]["a"], 1.5)


SECRET = to_struct({"key": "canary"}, [("key",)])


def test_a_secret_input_comes_back_secret() -> None:
    request = provider_pb2.CreateRequest(urn=URN, properties=SECRET)
    response, _ = call("Create", request, Created("id", {"key": "canary", "open": 1}))
    assert from_struct(response.properties) == ({"key": "canary", "open": 1}, {("key",)})


def test_a_half_made_resource_is_kept_and_its_secret_stays_secret() -> None:
    request = provider_pb2.CreateRequest(urn=URN, properties=SECRET)
    error = ProviderError("timed out", partial=Created("id", {"key": "canary"}))
    context = Context()
    servicer = ProviderServicer(Toy(error))
    with pytest.raises(Aborted):
        servicer.Create(request, context)
    assert (context.code, context.message) == (grpc.StatusCode.UNKNOWN, "timed out")
    assert context.metadata[0][0] == "grpc-status-details-bin"
    detail = provider_pb2.ErrorResourceInitFailed()
    status_pb2.Status.FromString(context.metadata[0][1]).details[0].Unpack(detail)
    assert (detail.id, list(detail.reasons)) == ("id", ["timed out"])
    assert from_struct(detail.properties) == ({"key": "canary"}, {("key",)})


def test_a_defect_of_ours_is_told_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    context = Context()
    with pytest.raises(Aborted):
        ProviderServicer(Toy(ZeroDivisionError())).Read(
            provider_pb2.ReadRequest(urn=URN, id="x"),
            context,
        )
    assert context.code == grpc.StatusCode.INTERNAL
    assert "the offline toy provider failed in Read: ZeroDivisionError()" in context.message
    assert "Traceback" in capsys.readouterr().err


def test_the_other_verbs() -> None:
    read = provider_pb2.ReadRequest(urn=URN, id="x", properties=SECRET, inputs=SECRET)
    assert call("Read", read, None)[0].id == ""
    found, _ = call("Read", read, Created("x", {"key": "new"}))
    assert from_struct(found.properties) == ({"key": "new"}, {("key",)})
    assert from_struct(found.inputs) == ({"key": "canary"}, {("key",)})
    updated, _ = call("Update", provider_pb2.UpdateRequest(urn=URN, news=SECRET), {"key": "canary"})
    assert from_struct(updated.properties)[1] == {("key",)}
    call("Delete", provider_pb2.DeleteRequest(urn=URN, id="x"), None)
    checked, _ = call(
        "Check", provider_pb2.CheckRequest(urn=URN, news=SECRET), ({"key": "canary"}, [CheckFailure("key", "bad")])
    )
    assert [(each.property, each.reason) for each in checked.failures] == [("", "key: bad")]
    diff, _ = call(
        "Diff",
        provider_pb2.DiffRequest(urn=URN),
        Diff({"a.b": Change.UPDATE, "c[0]": Change.ADD, "d": Change.DELETE}, ["d"], delete_before_replace=True),
    )
    assert (diff.changes, list(diff.replaces), sorted(diff.diffs)) == (
        provider_pb2.DiffResponse.DIFF_SOME,
        ["d"],
        ["a", "c", "d"],
    )
    assert diff.detailedDiff["d"].kind == provider_pb2.PropertyDiff.DELETE_REPLACE
    assert diff.deleteBeforeReplace
    invoked, _ = call("Invoke", provider_pb2.InvokeRequest(tok="t"), {"a": 1})
    assert from_struct(getattr(invoked, "return"))[0] == {"a": 1}


def test_another_subscription_is_another_cloud() -> None:
    old, new = to_struct({"subscriptionId": "a", "x": "1"}), to_struct({"subscriptionId": "b", "x": "2"})
    response, _ = call("DiffConfig", provider_pb2.DiffRequest(urn=URN, olds=old, news=new), None)
    assert (list(response.replaces), sorted(response.diffs)) == (["subscriptionId"], ["subscriptionId", "x"])
    same, _ = call("DiffConfig", provider_pb2.DiffRequest(urn=URN, olds=old, news=old), None)
    assert same.changes == provider_pb2.DiffResponse.DIFF_NONE


def test_configuration_comes_in_both_forms() -> None:
    servicer = ProviderServicer(Toy(None))
    request = provider_pb2.ConfigureRequest(variables={"toy:config:a": "1"}, args=to_struct({"b": "2", "c": 3}))
    servicer.Configure(request, Context())
    assert servicer.provider.variables == {"a": "1", "b": "2"}
    assert servicer.GetPluginInfo(None, Context()).version == "1.0.0"
    assert servicer.GetSchema(None, Context()).schema == "{}"
    assert servicer.Handshake(None, Context()).accept_secrets
    assert servicer.CheckConfig(provider_pb2.CheckRequest(news=SECRET), Context()).inputs == SECRET
