"""The public zone, made from its domain alone."""

from __future__ import annotations

from typing import Any

from components.dns.facts import RECORD_TYPES
from components.dns.records import Records
from components.dns.spec import RecordSetSpec
from components.dns.zone import PublicZone
from tests.harness.build import PLACE, by_name, surroundings
from tests.harness.compose import compose


def test_a_zone_is_public_offers_its_name_servers_and_is_never_locked() -> None:
    """Environments keep records below it, which a lock would make undeletable."""

    def program() -> dict[str, Any]:
        around = surroundings(locked=True)
        zone = PublicZone("domain", "mystira.app", PLACE, around)
        return {"id": zone.id, "servers": zone.name_servers, "locks": len(around.locks.waiting)}

    found = compose(program)
    (zone,) = found.of("azure-native:dns:Zone")
    assert (zone.inputs["zoneName"], zone.inputs["zoneType"], zone.inputs["location"]) == (
        "mystira.app",
        "Public",
        "global",
    )
    assert found.outputs["id"] == "/dns-zone/mystira.app"
    assert found.outputs["servers"]
    assert found.outputs["locks"] == 0


def test_records_carry_their_values_as_their_type_asks_for() -> None:
    values = {
        "A": ["192.0.2.1", "192.0.2.2"],
        "AAAA": ["2001:db8::1"],
        "CAA": ["0 issue authority.example", "128 issuewild ;"],
        "CNAME": ["elsewhere.example"],
        "NS": ["ns1.example", "ns2.example"],
        "TXT": ["a", "b"],
    }

    def program() -> dict[str, Any]:
        zone = PublicZone("domain", "mystira.app", PLACE, surroundings())
        sets = [(RecordSetSpec(f"name-{kind.lower()}", kind, 300), each) for kind, each in values.items()]
        Records("records", sets, zone)
        return {}

    found = by_name(compose(program), "dns-record-set")
    bodies = {
        "A": {"aRecords": [{"ipv4Address": "192.0.2.1"}, {"ipv4Address": "192.0.2.2"}]},
        "AAAA": {"aaaaRecords": [{"ipv6Address": "2001:db8::1"}]},
        "CAA": {
            "caaRecords": [
                {"flags": 0, "tag": "issue", "value": "authority.example"},
                {"flags": 128, "tag": "issuewild", "value": ";"},
            ]
        },
        "CNAME": {"cnameRecord": {"cname": "elsewhere.example"}},
        "NS": {"nsRecords": [{"nsdname": "ns1.example"}, {"nsdname": "ns2.example"}]},
        "TXT": {"txtRecords": [{"value": ["a"]}, {"value": ["b"]}]},
    }
    assert tuple(bodies) == RECORD_TYPES
    for kind, body in bodies.items():
        inputs = found[f"{kind.lower()}-name-{kind.lower()}"].inputs
        common = {"zoneName": "mystira.app", "resourceGroupName": PLACE.resource_group, "recordType": kind}
        assert inputs == {**common, "relativeRecordSetName": f"name-{kind.lower()}", "ttl": 300, **body}
        assert "domain" in found[f"{kind.lower()}-name-{kind.lower()}"].dependencies
