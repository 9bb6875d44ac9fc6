"""What Azure refuses about public DNS zones, and what it makes of them."""

from __future__ import annotations

from offline.azure.services.dns import published
from tests.harness.offline import REGION, Cloud, token_of

ZONE, RECORDS = token_of("dns-zone"), token_of("dns-record-set")


def test_a_zone_belongs_to_no_region_and_gets_name_servers(cloud: Cloud) -> None:
    cloud.refused("LocationNotAvailableForResourceType", ZONE, zoneName="mystira.example", location=REGION)
    made = cloud.make(ZONE, zoneName="mystira.example", location="global")
    tops = [server.rsplit(".", 2)[1] for server in made.properties["nameServers"]]
    assert tops == ["com", "net", "org", "info"]


def test_a_public_zone_stays_public(cloud: Cloud) -> None:
    inputs = {"zoneName": "mystira.example", "location": "global"}
    made = cloud.make(ZONE, **inputs, zoneType="Public")
    cloud.refused_update("PropertyChangeNotAllowed", ZONE, made.id, **inputs, zoneType="Private")


def record(kind: str, name: str, **values: object) -> dict[str, object]:
    below = {"zoneName": "mystira.example", "recordType": kind, "relativeRecordSetName": name}
    return {**below, "ttl": 3600, **values}


def test_records_have_a_full_name_and_are_counted(cloud: Cloud) -> None:
    zone = cloud.make(ZONE, zoneName="mystira.example", location="global")
    text = cloud.make(RECORDS, **record("TXT", "mail", txtRecords=[{"value": ["one ", "text"]}]))
    assert text.properties["fqdn"] == "mail.mystira.example."
    apex = cloud.make(RECORDS, **record("A", "@", aRecords=[{"ipv4Address": "192.0.2.1"}]))
    assert apex.properties["fqdn"] == "mystira.example."
    signer = {"flags": 0, "tag": "issue", "value": "authority.example"}
    cloud.make(RECORDS, **record("CAA", "@", caaRecords=[signer]))
    found = cloud.azure.read("urn", ZONE, zone.id, {}, {})
    assert found is not None
    assert found.properties["numberOfRecordSets"] == 5
    with cloud.world.reading() as reader:
        assert published(reader, "mail.mystira.example", "TXT") == ["one text"]
        assert published(reader, "mystira.example", "A") == ["192.0.2.1"]
        assert published(reader, "mystira.example", "CAA") == ["0 issue authority.example"]
        assert published(reader, "mystira.example", "TXT") == []


def test_nothing_goes_next_to_a_cname(cloud: Cloud) -> None:
    cloud.make(ZONE, zoneName="mystira.example", location="global")
    alias = {"cnameRecord": {"cname": "elsewhere.example"}}
    cloud.refused("BadRequest", RECORDS, **record("CNAME", "@", **alias))
    cloud.make(RECORDS, **record("CNAME", "www", **alias))
    cloud.refused("Conflict", RECORDS, **record("TXT", "www", txtRecords=[{"value": ["text"]}]))
    cloud.make(RECORDS, **record("TXT", "mail", txtRecords=[{"value": ["text"]}]))
    cloud.refused("Conflict", RECORDS, **record("CNAME", "mail", **alias))


def test_twenty_sets_follow_one_resource(cloud: Cloud) -> None:
    cloud.make(ZONE, zoneName="mystira.example", location="global")
    address = cloud.make(
        token_of("public-ip-address"),
        publicIpAddressName="mys-dev-core-pip-san",
        location=REGION,
        sku={"name": "Standard"},
        publicIPAllocationMethod="Static",
    )
    target = {"targetResource": {"id": address.id}}
    cloud.refused("BadRequest", RECORDS, **record("TXT", "text", **target))
    for number in range(20):
        cloud.make(RECORDS, **record("A", f"host{number}", **target))
    first = cloud.make(RECORDS, **record("A", "plain", aRecords=[{"ipv4Address": "192.0.2.1"}]))
    cloud.refused("BadRequest", RECORDS, **record("A", "host20", **target))
    cloud.refused_update("BadRequest", RECORDS, first.id, **record("A", "plain", **target))
    zone = first.id.rpartition("/A/")[0]
    cloud.update(RECORDS, f"{zone}/A/host0", **record("A", "host0", **target, metadata={"owner": "us"}))
    cloud.delete(RECORDS, f"{zone}/A/host0")
    cloud.make(RECORDS, **record("A", "host20", **target))
