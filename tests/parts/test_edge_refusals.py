"""What is wrong with the settings of the edge: one error each, with its path."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stacks.catalogue.model import Catalogue, Stream
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import one_problem
from tests.platform.catalogue import CATALOGUE

WEST = {"host_name": "api.westeurope.example", "private_link_id": "/subscriptions/s/site", "group": "sites"}
EXCLUSION = {"group": "SQLI", "variable": "RequestCookieNames", "selector": "session", "reason": "a reason"}
LIMIT = {"requests": 500, "minutes": 5}
WAF, ORIGINS = "edge.waf", "edge.origins"


def without(settings: dict[str, str], key: str) -> dict[str, str]:
    return {name: value for name, value in settings.items() if name != key}


@each_mistake(
    [
        # Endpoints that nobody has.
        Mistake("dev", {"edge.prepared": ["apii"]}, "edge.prepared.0", "no public host", "api"),
        Mistake("dev", {"edge.redirects.old": "apii"}, "edge.redirects.old", "no public host", "api"),
        Mistake("dev", {f"{ORIGINS}.chain": {"westeurope": WEST}}, f"{ORIGINS}.chain", "no public host", "api"),
        Mistake("dev", {f"{WAF}.ranges": {"x": ["203.0.113.0/24"]}}, f"{WAF}.ranges.x", "no public host", "api"),
        Mistake(
            "dev",
            {f"{WAF}.rate_limits.uploads": {**LIMIT, "hosts": ["api", "nobody"]}},
            f"{WAF}.rate_limits.uploads.hosts.1",
            "no public host",
            "admin-api",
        ),
        Mistake("dev", {"edge.prepared": ["app"]}, "edge.redirects.dev", "only prepared", "api"),
        # Regions.
        Mistake("dev", {f"{ORIGINS}.api": {"mars": WEST}}, f"{ORIGINS}.api.mars", "not allowed", "westeurope"),
        Mistake(
            "dev",
            {f"{ORIGINS}.api": {"southafricanorth": {"host_name": "x.example"}}},
            f"{ORIGINS}.api.southafricanorth.host_name",
            "this stack makes this origin",
            "priority",
        ),
        Mistake(
            "dev",
            {f"{ORIGINS}.api": {"westeurope": without(WEST, "host_name")}},
            f"{ORIGINS}.api.westeurope.host_name",
            "missing",
            "the name",
        ),
        Mistake(
            "dev",
            {f"{ORIGINS}.docs": {"eastus2": {"host_name": "docs.example", "group": "sites"}}},
            f"{ORIGINS}.docs.eastus2.group",
            "not there",
            "private_link_id",
        ),
        Mistake(
            "dev",
            {f"{ORIGINS}.api": {"westeurope": {"host_name": "api.example"}}},
            f"{ORIGINS}.api",
            "with and without a private link",
            "for all of them",
        ),
        # Numbers.
        Mistake("dev", {"edge.origin_timeout_seconds": 15}, "edge.origin_timeout_seconds", "not allowed", "16"),
        Mistake("dev", {"edge.origin_timeout_seconds": 241}, "edge.origin_timeout_seconds", "not allowed", "240"),
        Mistake("dev", {"edge.failover_seconds": 3}, "edge.failover_seconds", "not allowed", "4"),
        Mistake(
            "dev",
            {f"{ORIGINS}.api": {"westeurope": {**WEST, "weight": 1001}}},
            f"{ORIGINS}.api.westeurope.weight",
            "not allowed",
            "1000",
        ),
        Mistake(
            "dev",
            {f"{ORIGINS}.api": {"westeurope": {**WEST, "priority": 6}}},
            f"{ORIGINS}.api.westeurope.priority",
            "not allowed",
            "5",
        ),
        Mistake(
            "dev",
            {f"{WAF}.rate_limits.uploads": {**LIMIT, "minutes": 2}},
            f"{WAF}.rate_limits.uploads.minutes",
            "not allowed",
            "1",
        ),
        # Countries.
        Mistake("dev", {f"{WAF}.countries": {"block": ["UK"]}}, f"{WAF}.countries.block.0", "not a country", "ZA"),
        Mistake("dev", {f"{WAF}.countries": {"allow": ["za"]}}, f"{WAF}.countries.allow.0", "not allowed", ""),
        Mistake(
            "dev",
            {f"{WAF}.countries": {"allow": ["ZA"], "block": ["ZA"]}},
            f"{WAF}.countries",
            "both allowed and blocked",
            "one of the two",
        ),
        # Exclusions.
        Mistake(
            "dev",
            {f"{WAF}.exclusions.a": {**EXCLUSION, "group": "SQL"}},
            f"{WAF}.exclusions.a.group",
            "no group of the default rules 2.2",
            "SQLI",
        ),
        Mistake(
            "dev",
            {f"{WAF}.default_rules": "2.1", f"{WAF}.exclusions.a": {**EXCLUSION, "group": "MS-ThreatIntel-XSS"}},
            f"{WAF}.exclusions.a.group",
            "no group of the default rules 2.1",
            "SQLI",
        ),
        Mistake(
            "dev",
            {f"{WAF}.exclusions.a": without(EXCLUSION, "reason")},
            f"{WAF}.exclusions.a.reason",
            "missing",
            "a value",
        ),
        Mistake(
            "dev",
            {f"{WAF}.exclusions.a": {**EXCLUSION, "operator": "EqualsAny"}},
            f"{WAF}.exclusions.a.selector",
            "every name",
            "EqualsAny with *",
        ),
        # More than Azure takes.
        Mistake(
            "dev",
            {f"{WAF}.countries": {"block": ["AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS"]}},
            f"{WAF}.countries.block",
            "more values than a condition takes",
            "at most 10",
        ),
        Mistake(
            "dev",
            {f"{WAF}.rate_limits.uploads": {**LIMIT, "paths": [f"/{number}" for number in range(11)]}},
            f"{WAF}.rate_limits.uploads",
            "more values than a condition takes",
            "at most 10",
        ),
        Mistake(
            "dev",
            {f"{WAF}.ranges": {"admin": [f"203.0.{a}.{b}/32" for a in range(4) for b in range(151)]}},
            f"{WAF}.ranges.admin",
            "more values than a condition takes",
            "at most 600",
        ),
        Mistake(
            "dev",
            {f"{WAF}.rate_limits": {f"limit{number}": LIMIT for number in range(97)}},
            WAF,
            "more rules than a policy takes",
            "at most 100",
        ),
        # Words.
        Mistake("dev", {"edge.redirects.Www": "app"}, "edge.redirects.Www", "not allowed", "www"),
        Mistake("dev", {f"{WAF}.mode": "off"}, f"{WAF}.mode", "not allowed", "prevention"),
        Mistake("dev", {f"{WAF}.ranges": {"admin": []}}, f"{WAF}.ranges.admin", "not allowed", ""),
        Mistake("dev", {f"{WAF}.ranges": {"admin": ["203.0.113.1/24"]}}, f"{WAF}.ranges.admin.0", "not allowed", ""),
    ]
)
def test_a_mistake_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)


def test_a_firewall_that_only_looks_needs_a_waiver(folder: Path) -> None:
    problem = one_problem(folder, "prod", {"edge.waf.mode": "detection"})
    assert problem.path == "Pulumi.prod.yaml: mystira:waivers.waf-prevention"


def test_labels_that_become_one_name_are_refused(folder: Path) -> None:
    problem = one_problem(folder, "dev", {"edge.redirects": {"a.b": "app", "a-b": "app"}})
    assert problem.path == "Pulumi.dev.yaml: mystira:edge.redirects.a.b"
    assert "that of another one" in problem.what


def streaming(stream: Stream, *, internal: bool = False) -> Catalogue:
    (service,) = [each for each in CATALOGUE if each.key == ("chain" if internal else "publisher")]
    endpoints = tuple(replace(each, streams=stream) for each in service.endpoints)
    changed = replace(service, endpoints=endpoints)
    return replace(CATALOGUE, services=tuple(changed if each == service else each for each in CATALOGUE))


@pytest.mark.requirement("S1-X03")
@pytest.mark.parametrize("stream", [Stream.SSE, Stream.GRPC])
def test_what_front_door_does_not_stream_is_no_public_endpoint(stream: Stream) -> None:
    (problem,) = streaming(stream).problems
    assert problem.path == "catalogue: publisher: endpoint publisher: streams"
    assert problem.allowed == "none, websocket"


@pytest.mark.requirement("S1-X03")
@pytest.mark.parametrize(("stream", "internal"), [(Stream.WEBSOCKET, False), (Stream.NONE, False), (Stream.GRPC, True)])
def test_web_sockets_pass_and_what_stays_in_the_cluster_streams_as_it_likes(stream: Stream, internal: bool) -> None:
    assert not streaming(stream, internal=internal).problems
