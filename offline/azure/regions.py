"""Where Azure takes resources, and how it spells a region in answers.

``az account list-locations`` (gist ausfestivus/04e55c7d80229069bf3bc75870630ec8, 2026-05-24): physical regions.
Those that this platform may use are in :mod:`components.facts.regions`; Azure knows more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.facts.regions import GLOBAL
from offline.azure.inputs import place

DISPLAY_NAMES: Mapping[str, str] = {
    "australiacentral": "Australia Central",
    "australiaeast": "Australia East",
    "australiasoutheast": "Australia Southeast",
    "austriaeast": "Austria East",
    "belgiumcentral": "Belgium Central",
    "brazilsouth": "Brazil South",
    "canadacentral": "Canada Central",
    "canadaeast": "Canada East",
    "centralindia": "Central India",
    "centralus": "Central US",
    "eastasia": "East Asia",
    "eastus": "East US",
    "eastus2": "East US 2",
    "francecentral": "France Central",
    "germanywestcentral": "Germany West Central",
    "israelcentral": "Israel Central",
    "italynorth": "Italy North",
    "japaneast": "Japan East",
    "japanwest": "Japan West",
    "koreacentral": "Korea Central",
    "koreasouth": "Korea South",
    "malaysiawest": "Malaysia West",
    "mexicocentral": "Mexico Central",
    "newzealandnorth": "New Zealand North",
    "northcentralus": "North Central US",
    "northeurope": "North Europe",
    "norwayeast": "Norway East",
    "polandcentral": "Poland Central",
    "qatarcentral": "Qatar Central",
    "southafricanorth": "South Africa North",
    "southafricawest": "South Africa West",
    "southcentralus": "South Central US",
    "southeastasia": "Southeast Asia",
    "southindia": "South India",
    "spaincentral": "Spain Central",
    "swedencentral": "Sweden Central",
    "switzerlandnorth": "Switzerland North",
    "uaenorth": "UAE North",
    "uksouth": "UK South",
    "ukwest": "UK West",
    "westcentralus": "West Central US",
    "westeurope": "West Europe",
    "westindia": "West India",
    "westus": "West US",
    "westus2": "West US 2",
    "westus3": "West US 3",
}


def exists(location: Any) -> bool:
    """Whether Azure has this location, by either of its names."""
    return place(location) in DISPLAY_NAMES or place(location) == GLOBAL


def display_name(location: Any) -> str:
    """A region as some services spell it in answers: ``West US 2``."""
    return DISPLAY_NAMES.get(place(location), str(location))
