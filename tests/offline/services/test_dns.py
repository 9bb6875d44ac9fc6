"""What Azure refuses about public DNS zones, and what it makes of them."""

from __future__ import annotations

from tests.harness.offline import REGION, Cloud, token_of

ZONE = token_of("dns-zone")


def test_a_zone_belongs_to_no_region_and_gets_name_servers(cloud: Cloud) -> None:
    cloud.refused("LocationNotAvailableForResourceType", ZONE, zoneName="mystira.example", location=REGION)
    made = cloud.make(ZONE, zoneName="mystira.example", location="global")
    tops = [server.rsplit(".", 2)[1] for server in made.properties["nameServers"]]
    assert tops == ["com", "net", "org", "info"]


def test_a_public_zone_stays_public(cloud: Cloud) -> None:
    inputs = {"zoneName": "mystira.example", "location": "global"}
    made = cloud.make(ZONE, **inputs, zoneType="Public")
    cloud.refused_update("PropertyChangeNotAllowed", ZONE, made.id, **inputs, zoneType="Private")
