"""Event streams of the real engine, kept as small files: ``tests/reports/streams``.

Each was recorded with ``pulumi preview --event-log`` on the offline cloud over a stack that was up, and reduced: debug
messages and the configuration are dropped, and so is what stays the same, except the components above what changes; of
what is created, only inputs that cost something are kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from components.facts.pricing import PRICING, Pricing
from components.facts.types import REGISTERED_BY_TOKEN
from stacks.reports.events import Run, read_events

STREAMS = Path(__file__).parents[1] / "reports" / "streams"
UNCHANGED = ("same", "read")


def stream(name: str) -> str:
    """The text of a recorded stream."""
    return (STREAMS / f"{name}.jsonl").read_text()


def run_of(name: str) -> Run:
    """A recorded preview."""
    return read_events(stream(name), f"{name}.jsonl")


def reduced(text: str) -> str:
    """A stream without what the report does not read. Of what is created, the inputs of free types are dropped."""
    events = [json.loads(line) for line in text.splitlines()]
    steps = [event["resourcePreEvent"]["metadata"] for event in events if "resourcePreEvent" in event]
    parents = {step["urn"]: ((step["new"] or step["old"]) or {}).get("parent", "") for step in steps}
    above: set[str] = set()
    for step in steps:
        if step["op"] not in UNCHANGED:
            urn = parents.get(step["urn"], "")
            while urn and urn not in above:
                above.add(urn)
                urn = parents.get(urn, "")
    kept = (json.dumps(event, separators=(",", ":"), ensure_ascii=False) for event in _kept(events, above))
    return "".join(f"{line}\n" for line in kept)


def _kept(events: list[dict[str, Any]], above: set[str]) -> Iterator[dict[str, Any]]:
    for event in events:
        if event.get("diagnosticEvent", {}).get("severity") == "debug" or "resOutputsEvent" in event:
            continue
        if "preludeEvent" in event:
            yield {**event, "preludeEvent": {"config": {}}}
        elif "resourcePreEvent" in event:
            step = event["resourcePreEvent"]["metadata"]
            if step["op"] not in UNCHANGED or step["urn"] in above:
                yield {**event, "resourcePreEvent": {"metadata": _step(step), "planning": True}}
        else:
            yield event


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    row = REGISTERED_BY_TOKEN.get(step["type"])
    free = step["op"] in (*UNCHANGED, "create") and (row is None or PRICING[row.key] is not Pricing.HOURS)
    sides = {side: _side(step[side], inputs=not free) if step[side] else None for side in ("old", "new")}
    return {**{key: value for key, value in step.items() if key != "provider"}, **sides}


def _side(side: Mapping[str, Any], *, inputs: bool) -> dict[str, Any]:
    names = ("parent", "protect", "retainOnDelete", *(("inputs",) if inputs else ()))
    return {name: side[name] for name in names if name in side}
