"""The public zone of the domain."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from stacks.plan.model import StackPlan
from tests.harness.build import compose_plan, every, one
from tests.harness.compose import Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, STACKS, edited_plan

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
    found = compose_plan(edited_plan(folder, "shared", {"dns.adopt": LIVE}))
    (zone,) = found.of(ZONE)
    assert (zone.imported, zone.inputs["resourceGroupName"]) == (LIVE, "old-dns")
    assert {each.inputs["resourceGroupName"] for each in every(found, "dns-record-set")} == {"old-dns"}
    assert found.outputs["contract"]["zone_group"] == "old-dns"


def test_the_authority_of_front_door_signs_and_nobody_signs_wildcards(composed: Mapping[str, Composition]) -> None:
    found = one(composed["shared"], "dns-record-set", "caa-@").inputs["caaRecords"]
    assert [(each["flags"], each["tag"], each["value"]) for each in found] == [
        (0, "issue", "digicert.com"),
        (0, "issuewild", ";"),
        (0, "iodef", "mailto:certificates@mystira.example"),
    ]


def test_nobody_is_told_of_refused_certificates_unless_the_settings_name_them(folder: Path) -> None:
    found = compose_plan(edited_plan(folder, "shared", {"dns": GONE}))
    tags = [each["tag"] for each in one(found, "dns-record-set", "caa-@").inputs["caaRecords"]]
    assert tags == ["issue", "issuewild"]


@pytest.mark.parametrize(
    ("dmarc", "value"),
    [
        ({}, "v=DMARC1; p=quarantine"),
        ({"policy": "reject"}, "v=DMARC1; p=reject"),
        (
            {"policy": "none", "reports": "dmarc@example.org"},
            "v=DMARC1; p=none; rua=mailto:dmarc@example.org",
        ),
    ],
)
def test_what_receivers_do_with_mail_that_only_claims_to_be_ours(
    folder: Path, dmarc: Mapping[str, str], value: str
) -> None:
    found = edited_plan(folder, "shared", {"dns.dmarc": dict(dmarc)})
    (policy,) = [each for each in found.records if each.spec.name == "_dmarc.mail"]
    assert [record.value for record in policy.records] == [value]
    assert ("dmarc-reports" in {step.key for step in found.steps}) == ("reports" in dmarc)


def test_reports_to_another_domain_need_its_consent(composed: Mapping[str, Composition]) -> None:
    """RFC 7489, 7.1."""
    step = composed["shared"].outputs["manual_steps"]["dmarc-reports"]
    assert step["check"] == "dig +short TXT mail.mystira.app._report._dmarc.mystira.example"
    assert Path(step["read"]).is_file()


def test_the_zone_itself_says_nothing_by_text(plans: Mapping[str, StackPlan]) -> None:
    """Mail comes from a domain below it, and what proves something to others does so below it too."""
    assert [each.spec.type for each in plans["shared"].records if each.spec.name == "@"] == ["CAA"]


MISTAKES = [
    Mistake("shared", {"dns": {"adopt": id}}, "dns.adopt", "not the id of this zone", "dnsZones/mystira.app")
    for id in ("/x", LIVE.replace("mystira.app", "other.app"), LIVE.replace("0003/", "0004/"))
]


@each_mistake(MISTAKES)
def test_another_id_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)
