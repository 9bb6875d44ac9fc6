"""The Azure Retail Prices API, on items that it has answered with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
import respx

from components.facts.prices import APP_SERVICE, LISTED, POSTGRESQL, REDIS, VIRTUAL_MACHINES
from components.facts.pricing import Usage
from mystira.retail_prices import URL, Unreachable, live_prices
from tests.harness.settings import TODAY

ITEMS: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "evidence" / "retail_prices.json").read_text())[
    "items"
]
CONDITION = re.compile(r"(\w+) eq '([^']*)'")


def answer(request: httpx.Request) -> httpx.Response:
    """One page an item, as the API pages: whoever forgets the next page finds less."""
    query = parse_qs(request.url.query.decode())
    wanted = {key: value for key, value in CONDITION.findall(query["$filter"][0]) if key != "priceType"}
    wanted["type"] = "Consumption"
    found = [item for item in ITEMS if all(item[key] == value for key, value in wanted.items())]
    skip = int(query.get("$skip", ["0"])[0])
    following = request.url.copy_set_param("$skip", str(skip + 1)) if skip + 1 < len(found) else None
    return httpx.Response(
        200,
        json={
            "BillingCurrency": "USD",
            "CustomerEntityId": "Default",
            "CustomerEntityType": "Retail",
            "Items": found[skip : skip + 1],
            "NextPageLink": str(following) if following else None,
            "Count": len(found[skip : skip + 1]),
        },
    )


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with respx.mock(assert_all_called=False) as api, httpx.Client() as found:
        api.get(url__startswith=URL).mock(side_effect=answer)
        yield found


@pytest.mark.parametrize(
    ("service", "size", "region", "dollars"),
    [
        (VIRTUAL_MACHINES, "Standard_D48_v4", "westus", 2.688),
        (POSTGRESQL, "Standard_D32ds_v5", "westus", 3.248),
        (APP_SERVICE, "P1v3", "southafricanorth", 0.193),
        (APP_SERVICE, "B1", "southafricanorth", 0.0243),
    ],
)
def test_the_price_is_that_of_linux_and_of_nothing_reserved(
    service: str, size: str, region: str, dollars: float, client: httpx.Client
) -> None:
    found = live_prices([Usage(service, size, region, 730, 730)], TODAY, client)
    price = found[region, service, size]
    assert (price.dollars, price.read_on) == (dollars, TODAY)


@pytest.mark.parametrize(
    ("service", "size"),
    [
        (VIRTUAL_MACHINES, "Standard_D13_v2"),  # Windows only
        (VIRTUAL_MACHINES, "Standard_D48as_v5"),  # machines that are taken back
        (VIRTUAL_MACHINES, "Standard_M1"),  # unknown there
        (REDIS, "Balanced_B1"),  # never seen, so never asked for
    ],
)
def test_what_has_no_such_item_has_no_price(service: str, size: str, client: httpx.Client) -> None:
    assert live_prices([Usage(service, size, "westus", 730, 730)], TODAY, client) == {}


def test_two_different_prices_are_none() -> None:
    items = [{**ITEMS[0]}, {**ITEMS[0], "retailPrice": 9.0}]
    with respx.mock as api, httpx.Client() as client:
        api.get(url__startswith=URL).respond(json={"Items": items, "NextPageLink": None})
        assert live_prices([Usage(VIRTUAL_MACHINES, "Standard_D48_v4", "westus", 1, 1)], TODAY, client) == {}


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (httpx.Response(503), "cannot be reached; seen: Server error"),
        (httpx.ConnectError("no route"), "cannot be reached; seen: no route; allowed: without --live"),
        (httpx.Response(200, json={}), "not its documented answer; seen: KeyError('Items')"),
        (httpx.Response(200, text="<html>"), "not its documented answer"),
    ],
)
def test_an_api_that_does_not_answer_is_one_clear_error(response: Any, said: str) -> None:
    with respx.mock as api, httpx.Client() as client:
        route = api.get(url__startswith=URL)
        route.mock(side_effect=response) if isinstance(response, Exception) else route.mock(return_value=response)
        with pytest.raises(Unreachable) as caught:
            live_prices([Usage(VIRTUAL_MACHINES, "A", "westus", 1, 1)], TODAY, client)
    assert str(caught.value).startswith(f"{URL}: {said}")


def test_the_list_of_prices_says_what_the_recording_says() -> None:
    recorded = {
        (item["skuName"].replace(" ", ""), item["retailPrice"])
        for item in ITEMS
        if item["serviceName"] == APP_SERVICE and item["productName"].endswith("Linux")
    }
    listed = {(size, price.dollars) for (_, service, size), price in LISTED.items() if service == APP_SERVICE}
    assert recorded <= listed
