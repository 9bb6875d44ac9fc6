"""`mystira links`: what a link leads to says how far it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import typer

from components.cdn.facts import PREMIUM
from mystira.links import Azure, Connection, OfflineCloud, links_of, report
from mystira.preflight.arm import Refused
from offline.azure.private_links import approve, pending
from stacks.plan.model import StackPlan
from tests.harness.offline import ROOT, Cloud, token_of
from tests.harness.preflight import answering

OURS = "/subscriptions/ours/resourceGroups/mys-dev-net-rg-san/providers/Microsoft.Network/privateEndpoints/app"
THEIRS = (
    "/subscriptions/theirs/resourceGroups/eafd-Prod-southafricanorth/providers/Microsoft.Network/privateEndpoints/x"
)


def connection(endpoint: str, state: str, said: str = "") -> Connection:
    """A connection, in its properties."""
    asked = {"status": state, "description": said, "actionsRequired": "None"}
    return {"privateEndpoint": {"id": endpoint}, "privateLinkServiceConnectionState": asked}


class Somewhere:
    """A cloud in which every target has these connections."""

    def __init__(self, *found: Connection) -> None:
        self._found = found

    def connections(self, target: str) -> Sequence[Connection]:
        return self._found


def test_a_target_is_asked_once_for_all_endpoints_behind_it(plans: Mapping[str, StackPlan]) -> None:
    found = {
        each.target.rpartition("/")[2]: each
        for each in links_of(plans["dev"], Somewhere(connection(THEIRS, "Pending", "Front Door profile x")))
    }
    assert {name: each.endpoints for name, each in found.items()} == {
        "mys-dev-app-api-san": ("api",),
        "mys-dev-core-pls-san": ("admin-api", "story-api", "publisher"),
    }
    assert {(each.state, each.said) for each in found.values()} == {("Pending", "Front Door profile x")}


def test_a_connection_of_our_own_is_none_of_front_door(plans: Mapping[str, StackPlan]) -> None:
    assert {each.state for each in links_of(plans["dev"], Somewhere(connection(OURS, "Approved")))} == {"none"}


def test_shared_has_no_link(plans: Mapping[str, StackPlan]) -> None:
    assert list(links_of(plans["shared"], Somewhere())) == []


@pytest.mark.parametrize(("state", "code"), [("Approved", 0), ("Pending", 1), ("Rejected", 1)])
def test_the_command_fails_until_every_link_is_approved(
    plans: Mapping[str, StackPlan], capfd: pytest.CaptureFixture[str], state: str, code: int
) -> None:
    for as_json in (True, False):
        if code:
            with pytest.raises(typer.Exit) as ended:
                report(plans["dev"], Somewhere(connection(THEIRS, state)), as_json=as_json)
            assert ended.value.exit_code == code
        else:
            report(plans["dev"], Somewhere(connection(THEIRS, state)), as_json=as_json)
        printed = capfd.readouterr().out
        if as_json:
            assert {each["state"] for each in json.loads(printed)["links"]} == {state}
        else:
            assert f"{state:<8} mys-dev-app-api-san for api" in printed.splitlines()


# Azure


@pytest.mark.parametrize(
    ("target", "version"),
    [
        (f"{ROOT}/providers/Microsoft.Web/sites/site", "2025-05-01"),
        (f"{ROOT}/providers/Microsoft.Network/privateLinkServices/service", "2024-05-01"),
    ],
)
def test_azure_lists_the_connections_of_a_target(target: str, version: str) -> None:
    asked = list[str]()

    def answer(_: str, path: str) -> tuple[int, bytes]:
        asked.append(path)
        return 200, json.dumps({"value": [{"name": "x", "properties": connection(THEIRS, "Pending")}]}).encode()

    assert Azure(answering(answer)).connections(target) == [connection(THEIRS, "Pending")]
    assert asked == [f"{target}/privateEndpointConnections?api-version={version}"]


def test_what_cannot_be_asked_is_unknown(plans: Mapping[str, StackPlan]) -> None:
    refused = json.dumps({"error": {"code": "AuthorizationFailed", "message": "no"}}).encode()
    found = list(links_of(plans["dev"], Azure(answering(lambda *_: (403, refused)))))
    assert {(each.state, each.said) for each in found} == {("unknown", "AuthorizationFailed: no")}
    with pytest.raises(Refused, match="no version of its API is known"):
        Azure(answering(lambda *_: (200, b"{}"))).connections(f"{ROOT}/providers/Microsoft.Storage/storageAccounts/x")


# The offline cloud


def test_offline_a_link_waits_until_it_is_approved(tmp_path: Path) -> None:
    cloud = Cloud(tmp_path)
    target = f"{ROOT}/providers/Microsoft.Network/privateLinkServices/service"
    within: dict[str, Any] = {"profileName": "profile", "originGroupName": "group"}
    kind = token_of("private-link-service")
    with cloud.world.writing("set", kind, target) as writer:
        writer.put(target, kind, {})
    there = OfflineCloud(cloud.world)
    assert there.connections(target) == there.connections(f"{target}-gone") == []
    cloud.make(token_of("front-door-profile"), profileName="profile", location="global", sku={"name": PREMIUM})
    cloud.make(token_of("front-door-origin-group"), **within)
    link = {"privateLink": {"id": target}, "privateLinkLocation": "southafricanorth", "requestMessage": "please"}
    cloud.make(
        token_of("front-door-origin"),
        **within,
        originName="origin",
        hostName="o.example.com",
        enforceCertificateNameCheck=True,
        sharedPrivateLinkResource=link,
    )
    (waiting,) = there.connections(target)
    assert waiting["privateLinkServiceConnectionState"]["status"] == "Pending"
    with cloud.world.writing("approve", kind, target) as writer:
        approve(writer, *pending(writer))
    (approved,) = there.connections(target)
    assert approved["privateLinkServiceConnectionState"]["status"] == "Approved"
