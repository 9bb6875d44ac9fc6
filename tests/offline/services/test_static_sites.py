"""Where Azure takes static sites, and what it makes of them."""

from __future__ import annotations

import re

import pytest

from components.static_sites.facts import REGIONS
from tests.harness.offline import REGION, Cloud, token_of

SITE = token_of("static-site")
STANDARD = {"name": "mys-dev-app-swa-euw", "sku": {"name": "Standard"}}


def test_few_regions_offer_static_sites(cloud: Cloud) -> None:
    refused = cloud.refused("LocationNotAvailableForResourceType", SITE, **STANDARD, location=REGION)
    assert all(region in str(refused) for region in REGIONS)


@pytest.mark.parametrize("region", [*REGIONS, "West Europe"])
def test_a_site_gets_a_host_of_its_own(cloud: Cloud, region: str) -> None:
    made = cloud.make(SITE, **STANDARD, location=region).properties
    assert re.fullmatch(r"[a-z]+-[a-z]+-0[0-9a-f]{8}\.[1-7]\.azurestaticapps\.net", made["defaultHostname"])
    assert made["sku"] == {"name": "Standard", "tier": "Standard"}
    assert made["stagingEnvironmentPolicy"] == "Enabled"


def test_a_site_keeps_its_host(cloud: Cloud) -> None:
    made = cloud.make(SITE, **STANDARD, location="westeurope")
    again = cloud.update(SITE, made.id, **STANDARD, location="westeurope", stagingEnvironmentPolicy="Disabled")
    assert again["defaultHostname"] == made.properties["defaultHostname"]
