"""`mystira around`: nothing answers whoever passes by the edge."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
import typer

from mystira import around as module
from mystira.around import Answer, Door, Internet, OfflineInternet, Outcome, doors, report
from stacks.plan.model import StackPlan
from tests.harness.offline import ROOT, Cloud, token_of
from tests.harness.preflight import answering
from tests.harness.settings import every_environment

SITE = f"{ROOT}/providers/Microsoft.Web/sites/site"
STATIC = f"{ROOT}/providers/Microsoft.Web/staticSites/page"
APP, PAGE = Door("App Service app", SITE, path="/health"), Door("static site docs", STATIC, gate="static-site-gate")
ORIGIN = Door("gateway for admin-api", host="dev.admin-api-k8s.mystira.app")


@every_environment
def test_every_origin_is_a_door(stack: str, plans: Mapping[str, StackPlan]) -> None:
    found = {each.name: each for each in doors(plans[stack])}
    assert set(found) == {
        *(f"gateway for {each}" for each in ("admin-api", "story-api", "publisher", "chain")),
        "App Service app",
        *(("slot of app",) if stack != "dev" else ()),
        *(f"static site {each}" for each in ("app", "story-generator", "admin-ui", "devhub")),
        "the edge's own host",
    }
    assert found["App Service app"].path == "/health"
    assert found["App Service app"].id.endswith(f"/Microsoft.Web/sites/mys-{stack}-app-api-san")
    assert found["static site devhub"].gate == "static-site-gate"
    assert found["the edge's own host"].id.endswith(f"/profiles/mys-{stack}-core-fd-glob/afdEndpoints/mys-{stack}")
    label = "" if stack == "prod" else f"{stack}."
    assert found["gateway for chain"].host == f"{label}chain-k8s.mystira.app"


def test_shared_has_no_door(plans: Mapping[str, StackPlan]) -> None:
    assert doors(plans["shared"]) == ()


# The internet


def azure(properties: Mapping[str, Any], status: int = 200) -> Any:
    """Azure, which says this of everything."""
    return answering(lambda *_: (status, json.dumps({"properties": properties}).encode()))


@pytest.mark.parametrize(
    ("answer", "outcome", "seen"),
    [
        (httpx.Response(403), Outcome.CLOSED, "HTTP 403"),
        (httpx.Response(404), Outcome.CLOSED, "HTTP 404"),
        (httpx.Response(200), Outcome.OPEN, "HTTP 200"),
        (httpx.Response(302), Outcome.OPEN, "HTTP 302"),
        (httpx.Response(503), Outcome.OPEN, "HTTP 503"),
        (httpx.ConnectError("no route"), Outcome.UNKNOWN, "no connection: ConnectError"),
    ],
)
def test_a_site_is_asked_at_each_of_its_names(answer: Any, outcome: Outcome, seen: str) -> None:
    names = ["site.azurewebsites.net", "site.scm.azurewebsites.net"]
    with respx.mock:
        for name in names:
            respx.get(f"https://{name}/health").side_effect = [answer]
        found = list(Internet(azure({"enabledHostNames": names})).ask(APP))
    assert [(each.host, each.outcome, each.seen) for each in found] == [(name, outcome, seen) for name in names]


def test_a_static_site_and_the_edge_say_their_one_name() -> None:
    with respx.mock:
        respx.get("https://page.azurestaticapps.net/").respond(403)
        (page,) = Internet(azure({"defaultHostname": "page.azurestaticapps.net"})).ask(PAGE)
        respx.get("https://mys-dev.azurefd.net/").respond(404)
        edge = Door("the edge's own host", f"{ROOT}/providers/Microsoft.Cdn/profiles/p/afdEndpoints/e")
        (own,) = Internet(azure({"hostName": "mys-dev.azurefd.net"})).ask(edge)
    assert (page.outcome, own.outcome) == (Outcome.CLOSED, Outcome.CLOSED)


def test_whoever_may_not_read_a_site_cannot_tell() -> None:
    (answer,) = Internet(azure({}, 403)).ask(APP)
    assert (answer.outcome, answer.host) == (Outcome.UNKNOWN, SITE)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, Outcome.OPEN),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), Outcome.CLOSED),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), Outcome.UNKNOWN),
    ],
)
def test_the_name_of_an_origin_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch, error: Exception | None, outcome: Outcome
) -> None:
    def resolve(*_: Any, **__: Any) -> Any:
        if error:
            raise error
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 443))]

    monkeypatch.setattr(module.socket, "getaddrinfo", resolve)
    (answer,) = Internet(azure({})).ask(ORIGIN)
    assert answer.outcome is outcome


# The offline cloud


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path)


def test_offline_the_access_rules_of_the_cloud_answer(cloud: Cloud) -> None:
    outside = OfflineInternet(cloud.world)
    (gone,) = outside.ask(APP)
    assert (gone.outcome, gone.seen) == (Outcome.CLOSED, "it does not exist")
    put(cloud, SITE, "web-app", enabledHostNames=["a", "b"], publicNetworkAccess="Disabled")
    assert [(each.host, each.outcome) for each in outside.ask(APP)] == [("a", Outcome.CLOSED), ("b", Outcome.CLOSED)]
    put(cloud, SITE, "web-app", enabledHostNames=["a"], publicNetworkAccess="Enabled")
    assert [each.outcome for each in outside.ask(APP)] == [Outcome.OPEN]
    put(cloud, STATIC, "static-site", defaultHostname="page", publicNetworkAccess="Enabled")
    (page,) = outside.ask(PAGE)
    assert (page.host, page.outcome) == ("page", Outcome.GATED)
    (open_,) = outside.ask(Door("static site docs", STATIC))
    assert open_.outcome is Outcome.OPEN
    put(cloud, STATIC, "static-site", defaultHostname="page", publicNetworkAccess="Disabled")
    assert [each.outcome for each in outside.ask(PAGE)] == [Outcome.CLOSED]


def test_offline_the_edge_answers_at_its_own_host_once_a_route_is_linked_to_it(cloud: Cloud) -> None:
    endpoint = f"{ROOT}/providers/Microsoft.Cdn/profiles/p/afdEndpoints/e"
    put(cloud, endpoint, "front-door-endpoint", hostName="e.azurefd.net")
    door = Door("the edge's own host", endpoint)
    outside = OfflineInternet(cloud.world)
    put(cloud, f"{endpoint}/routes/api", "front-door-route", linkToDefaultDomain="Disabled")
    assert [(each.host, each.outcome) for each in outside.ask(door)] == [("e.azurefd.net", Outcome.CLOSED)]
    put(cloud, f"{endpoint}/routes/api", "front-door-route", linkToDefaultDomain="Enabled")
    assert [each.outcome for each in outside.ask(door)] == [Outcome.OPEN]


def test_offline_a_record_of_an_origin_is_seen(cloud: Cloud) -> None:
    outside = OfflineInternet(cloud.world)
    assert [each.outcome for each in outside.ask(ORIGIN)] == [Outcome.CLOSED]
    cloud.make(token_of("dns-zone"), zoneName="mystira.app", location="global")
    record = {"zoneName": "mystira.app", "recordType": "A", "relativeRecordSetName": "dev.admin-api-k8s", "ttl": 300}
    cloud.make(token_of("dns-record-set"), **record, aRecords=[{"ipv4Address": "192.0.2.1"}])
    (answer,) = outside.ask(ORIGIN)
    assert (answer.outcome, answer.seen) == (Outcome.OPEN, "leads to 192.0.2.1")


def put(cloud: Cloud, id: str, kind: str, **body: Any) -> None:
    """An object of the world, as it stands there."""
    with cloud.world.writing("set", token_of(kind), id) as writer:
        writer.put(id, token_of(kind), body)


class Everywhere:
    """A place from which every door is found in one state."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    def ask(self, door: Door) -> Iterator[Answer]:
        yield Answer(door.name, "host", self._outcome, "seen")


@pytest.mark.parametrize("outcome", [Outcome.CLOSED, Outcome.GATED])
def test_the_command_is_content_once_everything_is_closed(
    plans: Mapping[str, StackPlan], capfd: pytest.CaptureFixture[str], outcome: Outcome
) -> None:
    report(plans["dev"], Everywhere(outcome))
    printed = capfd.readouterr().out.splitlines()
    assert f"{outcome:<7} App Service app host: seen" in printed
    assert printed[-1] == f"dev: {len(doors(plans['dev']))} asked, 0 not closed"


@pytest.mark.parametrize("outcome", [Outcome.OPEN, Outcome.UNKNOWN])
def test_the_command_fails_where_something_may_answer(
    plans: Mapping[str, StackPlan], capfd: pytest.CaptureFixture[str], outcome: Outcome
) -> None:
    with pytest.raises(typer.Exit) as ended:
        report(plans["dev"], Everywhere(outcome), as_json=True)
    assert ended.value.exit_code == 1
    assert {each["outcome"] for each in json.loads(capfd.readouterr().out)["answers"]} == {outcome}
