"""The public zone of the domain."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.harness.build import compose_plan, every
from tests.harness.compose import Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import STACKS, edited_plan

ZONE = "azure-native:dns:Zone"
GROUP = "/subscriptions/00000000-0000-4000-8000-000000000003/resourceGroups/old-dns"
LIVE = f"{GROUP}/providers/Microsoft.Network/dnsZones/mystira.app"


def test_shared_holds_the_zone_of_the_domain_and_each_environment_one_for_challenges(
    composed: Mapping[str, Composition],
) -> None:
    found = {
        stack: [(each.inputs["zoneName"], each.inputs["zoneType"]) for each in composed[stack].of(ZONE)]
        for stack in STACKS
    }
    assert found == {
        "shared": [("mystira.app", "Public")],
        **{stack: [(f"acme.{stack}.mystira.app", "Public")] for stack in STACKS[1:]},
    }


def test_a_person_is_asked_to_enter_the_name_servers(composed: Mapping[str, Composition]) -> None:
    outputs = composed["shared"].outputs
    step = outputs["manual_steps"]["registrar"]
    assert step["do"] == "enter the name servers of mystira.app at the registrar"
    assert step["values"] == outputs["name_servers"]


def test_the_live_zone_is_taken_over_where_its_id_is_given(folder: Path) -> None:
    found = compose_plan(edited_plan(folder, "shared", {"dns": {"adopt": LIVE}}))
    (zone,) = found.of(ZONE)
    assert (zone.imported, zone.inputs["resourceGroupName"]) == (LIVE, "old-dns")
    assert {each.inputs["resourceGroupName"] for each in every(found, "dns-record-set")} == {"old-dns"}
    assert found.outputs["contract"]["zone_group"] == "old-dns"


MISTAKES = [
    Mistake("shared", {"dns": {"adopt": id}}, "dns.adopt", "not the id of this zone", "dnsZones/mystira.app")
    for id in ("/x", LIVE.replace("mystira.app", "other.app"), LIVE.replace("0003/", "0004/"))
]


@each_mistake(MISTAKES)
def test_another_id_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)
