"""The Azure Retail Prices API: what Azure asks today, without a login.

Its fields: Microsoft, Azure Retail Prices overview, api-version 2023-01-01-preview, where values are case-sensitive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx

from components.facts.prices import APP_SERVICE, POSTGRESQL, VIRTUAL_MACHINES, Price
from components.facts.pricing import Usage
from components.problems import MystiraError

URL = "https://prices.azure.com/api/retail/prices"
VERSION = "2023-01-01-preview"
SOURCE = "Azure Retail Prices API"
TIMEOUT = 30
"""Seconds for one page."""

_OTHER = ("Spot", "Low Priority")
"""What the name of a meter ends with that takes machines back."""


class Unreachable(MystiraError):
    """The API does not answer, or not as documented."""


@dataclass(frozen=True)
class _Query:
    """How a size of a service is found."""

    field: str
    """The field of the filter."""
    value: Callable[[str], str]
    """Its value, from the size as the inputs name it."""
    wanted: Callable[[Mapping[str, Any]], bool]
    """Whether an item is the one: the same size has several products."""


def _linux_machine(item: Mapping[str, Any]) -> bool:
    return not str(item["productName"]).endswith("Windows") and not str(item["meterName"]).endswith(_OTHER)


def _linux_plan(item: Mapping[str, Any]) -> bool:
    return str(item["productName"]).endswith("- Linux")


def _with_space(size: str) -> str:
    """``P1v3`` as the API calls it: ``P1 v3``."""
    return size.replace("v", " v")


_QUERIES: Mapping[str, _Query] = {
    VIRTUAL_MACHINES: _Query("armSkuName", str, _linux_machine),
    APP_SERVICE: _Query("skuName", _with_space, _linux_plan),
    POSTGRESQL: _Query("armSkuName", str, lambda item: item["meterName"] == "vCore"),
}
"""Services whose items have been seen (tests/evidence/retail_prices.json). Another one has no price."""


def live_prices(usages: Iterable[Usage], today: date, client: httpx.Client) -> dict[tuple[str, str, str], Price]:
    """The prices of these sizes, as far as the API has exactly one each. Raises :class:`Unreachable`."""
    wanted = dict.fromkeys((each.region, each.service, each.size) for each in usages if each.service in _QUERIES)
    found: dict[tuple[str, str, str], Price] = {}
    for region, service, size in wanted:
        query = _QUERIES[service]
        conditions = {"serviceName": service, "armRegionName": region, query.field: query.value(size)}
        asked = " and ".join(f"{key} eq '{value}'" for key, value in {**conditions, "priceType": "Consumption"}.items())
        try:
            prices = {
                float(item["retailPrice"])
                for item in _items(client, asked)
                if item["unitOfMeasure"] == "1 Hour" and item["type"] == "Consumption" and query.wanted(item)
            }
        except (KeyError, TypeError, ValueError) as error:
            raise Unreachable(f"{URL}: not its documented answer; seen: {error!r}") from error
        if len(prices) == 1:
            found[region, service, size] = Price(region, service, size, prices.pop(), SOURCE, today)
    return found


def _items(client: httpx.Client, asked: str) -> Iterator[Mapping[str, Any]]:
    """Every item of every page."""
    link, parameters = URL, {"api-version": VERSION, "$filter": asked}
    while link:
        try:
            answer = client.get(link, params=parameters or None, timeout=TIMEOUT)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise Unreachable(f"{URL}: cannot be reached; seen: {error}; allowed: without --live") from error
        page = answer.json()
        yield from page["Items"]
        link, parameters = page.get("NextPageLink"), {}
