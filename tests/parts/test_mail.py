"""Mail: one service in ``shared``, and the way of each environment to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.facts.ids import made_id
from components.facts.types import RESOURCE_TYPES
from stacks.catalogue.needs.mail import Mail
from stacks.parts.mail.plan import ADOPTED_SENDER, MAIL_ACCESS
from tests.harness.access import granted, principal_of
from tests.harness.build import by_name, compose_plan, every, one
from tests.harness.compose import CONTRACT, Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import ENVIRONMENTS, GONE, edited_plan, every_environment, plan
from tests.platform.catalogue import CATALOGUE

VERIFIED = {"mail.domain": {"name": "mail.mystira.app", "verified": True}}


@pytest.mark.requirement("S3-017")
def test_only_shared_sends_mail(composed: Mapping[str, Composition]) -> None:
    service = one(composed["shared"], "communication-service").inputs
    assert service["communicationServiceName"] == "mys-shared-comms-acs-glob"
    assert one(composed["shared"], "email-service").inputs["emailServiceName"] == "mys-shared-comms-email-glob"
    assert service["resourceGroupName"] == "mys-shared-comms-rg-glob"
    assert not any(every(composed[stack], "communication-service") for stack in ENVIRONMENTS)


def test_what_holds_mail_is_protected_and_not_locked(composed: Mapping[str, Composition]) -> None:
    found = composed["shared"]
    for kind in ("communication-service", "email-service"):
        (each,) = every(found, kind)
        assert each.protect
        name = each.inputs[RESOURCE_TYPES[kind].name_input]
        assert not [lock for lock in every(found, "management-lock") if name in lock.inputs["scope"]]


def test_the_records_of_the_domain_are_in_the_public_zone(composed: Mapping[str, Composition]) -> None:
    found = {each.inputs["relativeRecordSetName"]: each.inputs for each in every(composed["shared"], "dns-record-set")}
    assert {each["zoneName"] for each in found.values()} == {"mystira.app"}
    first, second = (each["value"][0] for each in found["mail"]["txtRecords"])
    assert first.startswith("ms-domain-verification=")
    assert second == "v=spf1 include:spf.protection.outlook.com -all"
    for number in (1, 2):
        name = f"selector{number}-azurecomm-prod-net._domainkey"
        assert found[f"{name}.mail"]["cnameRecord"] == {"cname": f"{name}.azurecomm.net"}
    assert set(found) == {
        "@",
        "mail",
        "_dmarc.mail",
        *(f"selector{number}-azurecomm-prod-net._domainkey.mail" for number in (1, 2)),
    }
    assert found["@"]["recordType"] == "CAA"


def test_a_domain_that_is_the_zone_itself_has_its_records_there(folder: Path) -> None:
    found = edited_plan(folder, "shared", {"mail.domain": {"name": "mystira.app"}})
    assert {each.spec.name for each in found.records} == {
        "@",
        "_dmarc",
        "selector1-azurecomm-prod-net._domainkey",
        "selector2-azurecomm-prod-net._domainkey",
    }


def test_without_a_domain_there_are_no_records_and_nothing_is_left_to_do(folder: Path) -> None:
    found = edited_plan(folder, "shared", {"mail": GONE})
    assert {each.spec.type for each in found.records} == {"CAA"}
    assert "verify-email" not in {step.key for step in found.steps}
    composition = compose_plan(found)
    assert len(every(composition, "email-domain")) == 1
    assert composition.outputs["mail_sender"].endswith(".azurecomm.net")


def test_a_person_verifies_the_domain_and_says_so(composed: Mapping[str, Composition], folder: Path) -> None:
    step = composed["shared"].outputs["manual_steps"]["verify-email"]
    assert "mail.mystira.app" in step["do"]
    assert "Pulumi.shared.yaml: mystira:mail.domain.verified: true" in step["do"]
    assert Path(step["read"]).is_file()
    assert "verify-email" not in {each.key for each in edited_plan(folder, "shared", VERIFIED).steps}


def test_a_verified_domain_is_the_one_that_mail_comes_from(folder: Path) -> None:
    found = compose_plan(edited_plan(folder, "shared", VERIFIED))
    assert one(found, "communication-service").inputs["linkedDomains"] == ["/email-domain/mail.mystira.app"]
    assert found.outputs["contract"]["mail_sender"] == "DoNotReply@mail.mystira.app"


def test_the_sender_of_a_verified_domain_is_taken_over_because_azure_has_made_it(folder: Path) -> None:
    plan = edited_plan(folder, "shared", VERIFIED)
    found = compose_plan(plan)
    domain, row = by_name(found, "email-domain")["mail"].inputs, RESOURCE_TYPES["email-sender"]
    sender = one(found, "email-sender")
    path = {**domain, "subscriptionId": plan.subscription_id, "senderUsername": "donotreply"}
    assert sender.imported == plan.adopt[ADOPTED_SENDER] == made_id(row, path)
    assert (sender.inputs["username"], sender.inputs["displayName"]) == ("DoNotReply", "DoNotReply")


@every_environment
def test_the_app_may_send_and_finds_the_service_in_its_vault(stack: str, composed: Mapping[str, Composition]) -> None:
    found = composed[stack]
    app = principal_of(found, f"mys-{stack}-app-identity-san")
    assert {each.principal for each in granted(found) if each.role == "mail-owner"} == {app}
    (grant,) = (each for each in granted(found) if each.role == "mail-owner")
    assert grant.scope == CONTRACT["mail_id"]
    secrets = {each.inputs["secretName"]: each.inputs for each in every(found, "key-vault-secret")}
    assert secrets["acs-endpoint"]["properties"]["value"] == CONTRACT["mail_endpoint"]
    assert secrets["acs-sender"]["properties"]["value"] == CONTRACT["mail_sender"]
    assert {secrets[name]["vaultName"] for name in ("acs-endpoint", "acs-sender")} == {
        one(found, "key-vault", "app").inputs["vaultName"]
    }


def test_an_environment_whose_services_send_no_mail_has_nothing_of_it() -> None:
    def silent(service: Any) -> Any:
        return type(service)(**{**vars(service), "needs": tuple(n for n in service.needs if not isinstance(n, Mail))})

    catalogue = type(CATALOGUE)(tuple(map(silent, CATALOGUE.services)), CATALOGUE.queues, CATALOGUE.events)
    found = plan("dev", catalogue=catalogue)
    assert found.get(MAIL_ACCESS) is None
    assert not any(grant.role.key == "mail-owner" for grant in found.grants)


MISTAKES = [
    Mistake("shared", {"mail.data_location": "Mars"}, "mail.data_location", "Azure keeps no mail there", "Africa"),
    *(
        Mistake("shared", {"mail.domain": {"name": name}}, "mail.domain.name", "outside the zone", "mystira.app")
        for name in ("mail.other.app", "mailmystira.app")
    ),
]


@each_mistake(MISTAKES)
def test_what_azure_or_the_zone_cannot_hold_is_refused(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)
