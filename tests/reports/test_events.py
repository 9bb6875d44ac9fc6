"""Reading the engine's event stream, on streams that the engine wrote."""

from __future__ import annotations

import json

import pytest

from stacks.reports.events import Action, BrokenStream, read_events
from tests.harness.events import STREAMS, reduced, run_of, stream

SERVER = "postgresql-server/core"

POLICY = {
    "sequence": 1,
    "timestamp": 0,
    "policyEvent": {
        "resourceUrn": "urn:pulumi:test::test::pkgA:m:typA::resA",
        "message": "<{%reset%}>a policy failed<{%reset%}>\n",
        "color": "raw",
        "policyName": "always-fails",
        "policyPackName": "analyzerA",
        "policyPackVersion": "",
        "policyPackVersionTag": "",
        "enforcementLevel": "mandatory",
        "severity": "critical",
    },
}
"""As the engine's own tests record it (pulumi/pulumi: pkg/engine/lifecycletest/testdata/output,
TestSimpleAnalyzeResourceFailureSeverityOverride)."""
SUMMARY = {
    "sequence": 2,
    "timestamp": 0,
    "summaryEvent": {
        "maybeCorrupt": False,
        "durationSeconds": 1,
        "resourceChanges": {},
        "PolicyPacks": {"analyzerA|local|/checkout/policies": "1.0.0"},
        "isPreview": True,
        "result": "failed",
    },
}


def lines(*events: object) -> str:
    return "".join(f"{json.dumps(event)}\n" for event in events)


def test_an_update_has_what_changes_before_and_after() -> None:
    run = run_of("size")
    assert run.succeeded
    assert run.preview
    pool = next(each for each in run.changes if each.key == "agent-pool/core-services")
    assert (pool.action, pool.component) == (Action.UPDATE, "Cluster core")
    assert (pool.before["maxCount"], pool.after["maxCount"]) == (3, 5)
    assert {"minCount", "maxCount"} <= set(pool.causes)


def test_a_replacement_is_one_change_although_it_is_three_steps() -> None:
    run = run_of("replaced")
    (server,) = (each for each in run.changes if each.key == SERVER)
    assert (server.action, server.causes, server.delete_first) == (Action.REPLACE, ("location",), True)
    assert run.counts["replace"] == sum(each.action is Action.REPLACE for each in run.changes)


def test_what_belongs_to_a_resource_belongs_to_its_component() -> None:
    run = run_of("replaced")
    assert {each.component for each in run.changes if each.kind == "postgresql-configuration"} == {"Postgresql core"}


def test_a_preview_that_failed_says_why() -> None:
    run = run_of("settings")
    assert not run.succeeded
    assert run.changes == ()
    (error,) = run.errors
    assert "mystira:aks.pools.system.vm_size" in error.text


def test_components_and_providers_are_no_changes() -> None:
    run = run_of("first")
    assert all(each.kind for each in run.changes)
    assert {each.action for each in run.changes} == {Action.CREATE}
    assert len(run.changes) > 300


def test_a_violation_has_the_id_of_its_policy_and_no_colours() -> None:
    run = read_events(lines(POLICY, SUMMARY), "x")
    assert run.packs == {"analyzerA": "1.0.0"}
    (found,) = run.violations
    assert (found.policy, found.pack) == ("always-fails", "analyzerA")
    assert (found.level, found.severity) == ("mandatory", "critical")
    assert found.text == "a policy failed"


def test_what_the_engine_calls_a_warning_is_an_advisory_policy() -> None:
    warning = {**POLICY, "policyEvent": {**POLICY["policyEvent"], "enforcementLevel": "warning"}}
    (found,) = read_events(lines(warning, SUMMARY), "x").violations
    assert found.level == "advisory"


def test_an_internal_error_of_the_engine_is_an_error() -> None:
    event = {"sequence": 1, "timestamp": 0, "errorEvent": {"error": "lost the plug-in"}}
    assert [each.text for each in read_events(lines(event, SUMMARY), "x").errors] == ["lost the plug-in"]


@pytest.mark.parametrize("name", [file.stem for file in STREAMS.glob("*.jsonl")])
def test_reducing_a_stream_again_changes_nothing(name: str) -> None:
    assert read_events(reduced(stream(name)), "x") == run_of(name)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no events; seen: an empty file"),
        ("\n \n", "no events; seen: an empty file"),
        ("Previewing update (dev):\n", "not an event stream; seen: line 1"),
        ('{"config": {}}\n', "not an event stream; seen: line 1"),
        ("[]\n", "not an event stream; seen: line 1"),
        (lines(POLICY), "the event stream is cut off; seen: 1 events and no summaryEvent"),
        (lines(POLICY) + '{"sequence":2,"timest', "the event stream is cut off; seen: line 2"),
        (lines({"sequence": 1, "resourcePreEvent": {}}, SUMMARY), "not an event stream; seen: KeyError('metadata')"),
        (
            lines({"sequence": 1, "resourcePreEvent": {"metadata": {"op": "moved", "urn": "u", "type": "t"}}}, SUMMARY),
            "unknown operation; seen: moved; allowed: replace, ",
        ),
    ],
)
def test_a_broken_stream_is_one_clear_error(text: str, said: str) -> None:
    with pytest.raises(BrokenStream) as caught:
        read_events(text, "events.jsonl")
    assert str(caught.value).startswith(f"events.jsonl: {said}")
    assert "\n" not in str(caught.value)


def test_a_stream_may_be_cut_anywhere() -> None:
    whole = stream("settings")
    for length in range(0, len(whole.rstrip().rpartition('{"sequence"')[0]) - 1, 97):
        with pytest.raises(BrokenStream):
            read_events(whole[:length], "x")
