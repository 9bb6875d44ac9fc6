"""The public zone, made from its domain alone."""

from __future__ import annotations

from typing import Any

from components.dns.zone import PublicZone
from tests.harness.build import PLACE, surroundings
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
