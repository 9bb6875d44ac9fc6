"""List prices of Azure: what one hour of a size costs, in US dollars without tax, reservation or discount.

A size without a row has no price here and is listed as such: nothing is guessed from another size or another region.
``mystira cost --live`` asks the Azure Retail Prices API instead, whose items these rows were read from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from components.cdn.facts import PREMIUM
from components.facts.regions import GLOBAL

HOURS = 730
"""Hours in a month, as Azure's price calculator counts them."""

VIRTUAL_MACHINES = "Virtual Machines"
APP_SERVICE = "Azure App Service"
POSTGRESQL = "Azure Database for PostgreSQL"
REDIS = "Redis Cache"
KUBERNETES = "Azure Kubernetes Service"
FRONT_DOOR = "Azure Front Door Service"
"""Services by ``serviceName`` of the Retail Prices API."""

_KARPENTER = (
    "Azure/karpenter-provider-azure: pkg/providers/pricing/zz_generated.pricing.go at 352646f, made from the Retail "
    "Prices API (Linux, consumption)"
)
_KARPENTER_DAY = date(2026, 6, 18)
_RECORDED = (
    "MAVIS-creator/Blockchain-Based-Attendance-System: chat.md at 2251a5d, a recorded answer of the Retail Prices API "
    "(products … Plan - Linux, consumption)"
)
_RECORDED_DAY = date(2026, 4, 18)
_FRONT_DOOR = (
    "naveenneog/claude-code-foundry-gateway at 8a68661, retail prices retrieved for its evaluation (Retail Prices API, "
    "meter Premium Base Fees: 330 a month in the commercial zones, the firewall included)"
)
_FRONT_DOOR_DAY = date(2026, 9, 24)


@dataclass(frozen=True)
class Price:
    """What one hour of one size costs in a region."""

    region: str
    service: str
    """``serviceName`` of the Retail Prices API."""
    size: str
    """As the inputs name it: ``Standard_D4ds_v5``, ``P1v3``."""
    dollars: float
    """For one hour; what the API has by the month is divided by :data:`HOURS`."""
    source: str
    read_on: date
    """The day on which the API was asked, or at the latest the day on which its answer was published."""
    unit: str = "1 Hour"
    """``unitOfMeasure`` of the API."""


def _rows(service: str, sizes: Mapping[str, float], source: str, day: date) -> tuple[Price, ...]:
    return tuple(Price("southafricanorth", service, size, dollars, source, day) for size, dollars in sizes.items())


PRICES: tuple[Price, ...] = (
    *_rows(
        VIRTUAL_MACHINES,
        {
            "Standard_D2ds_v5": 0.15,
            "Standard_D4ds_v5": 0.30,
            "Standard_D8ds_v5": 0.60,
            "Standard_D16ds_v5": 1.20,
            "Standard_E2ds_v5": 0.19,
            "Standard_E4ds_v5": 0.38,
            "Standard_E8ds_v5": 0.76,
            "Standard_D2s_v5": 0.127,
            "Standard_D4s_v5": 0.254,
            "Standard_B2s": 0.0542,
        },
        _KARPENTER,
        _KARPENTER_DAY,
    ),
    *_rows(
        APP_SERVICE,
        {"B1": 0.0243, "P1v3": 0.193, "P2v3": 0.386, "P3v3": 0.772},
        _RECORDED,
        _RECORDED_DAY,
    ),
    Price(GLOBAL, FRONT_DOOR, PREMIUM, 330 / HOURS, _FRONT_DOOR, _FRONT_DOOR_DAY, unit="1/Month"),
)
"""Every price that was found for a region of this platform."""

LISTED: Mapping[tuple[str, str, str], Price] = {(each.region, each.service, each.size): each for each in PRICES}
"""By region, service and size."""
