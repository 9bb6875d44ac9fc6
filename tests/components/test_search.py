"""The search service from its spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from components.facts.store_keys import StoreKey
from components.search.service import SearchService
from components.search.spec import SearchSpec
from tests.harness.build import PLACE, Product, every, one, private_path, product, surroundings
from tests.harness.compose import KEY, SECOND_KEY, Composition, compose

NAME = "mys-dev-core-search-san"
ZONE = "privatelink.search.windows.net"
SPEC = SearchSpec(
    name=NAME,
    sku="standard",
    replicas=3,
    partitions=2,
    semantic="free",
    public_access=False,
    allowed_ranges=(),
    local_auth=False,
    store_key="primary",
    private_endpoint="mys-dev-coresearch-pe-san",
)


def built(spec: SearchSpec = SPEC, *, locked: bool = False) -> Composition:
    """The component under mocks, with its endpoint and its key as outputs."""

    def program() -> Mapping[str, Any]:
        around = surroundings(locked=locked)
        made = SearchService(
            "core", spec, PLACE, around, private=private_path(spec.private_endpoint, "searchService", ZONE)
        )
        around.locks.put([])
        keyed = {} if made.key is None else {"key": product(made.key)}
        return {"endpoint": product(made.endpoint), **keyed}

    return compose(program)


def test_the_service_is_what_its_spec_says() -> None:
    service = one(built(), "search-service")
    assert service.inputs == {
        "searchServiceName": NAME,
        "resourceGroupName": PLACE.resource_group,
        "location": PLACE.location,
        "sku": {"name": "standard"},
        "hostingMode": "Default",
        "replicaCount": 3,
        "partitionCount": 2,
        "semanticSearch": "free",
        "disableLocalAuth": True,
        "publicNetworkAccess": "Disabled",
        "networkRuleSet": {"bypass": "None", "ipRules": []},
        "tags": dict(PLACE.tags),
    }
    assert service.ignored == ("hostingMode",), "the SDK sends it unasked, in another spelling than Azure's answer"


def test_named_addresses_are_let_in() -> None:
    service = one(built(replace(SPEC, public_access=True, allowed_ranges=("203.0.113.0/24",))), "search-service")
    assert service.inputs["publicNetworkAccess"] == "Enabled"
    assert service.inputs["networkRuleSet"] == {"bypass": "None", "ipRules": [{"value": "203.0.113.0/24"}]}


@pytest.mark.parametrize(("store_key", "value"), [("primary", KEY), ("secondary", SECOND_KEY)])
def test_where_keys_are_accepted_identities_still_are(store_key: StoreKey, value: str) -> None:
    closed = built()
    assert closed.outputs == {"endpoint": Product(f"https://{NAME}.search.windows.net", secret=False)}
    assert closed.calls == []
    opened = built(replace(SPEC, local_auth=True, store_key=store_key))
    assert opened.outputs["key"] == Product(value, secret=True)
    service = one(opened, "search-service").inputs
    assert service["disableLocalAuth"] is False
    assert service["authOptions"] == {"aadOrApiKey": {"aadAuthFailureMode": "http401WithBearerChallenge"}}


def test_the_service_is_locked_logged_and_reached_privately() -> None:
    made = built(locked=True)
    assert one(made, "management-lock").inputs["scope"] == f"/search-service/{NAME}"
    assert one(made, "diagnostic-setting").inputs["logs"] == [{"categoryGroup": "allLogs", "enabled": True}]
    (connection,) = one(made, "private-endpoint").inputs["privateLinkServiceConnections"]
    assert connection["groupIds"] == ["searchService"]
    assert every(built(), "management-lock") == []
