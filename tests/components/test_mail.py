"""Mail, made from its spec alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from components.mail.mail import Mail
from components.mail.spec import CustomDomainSpec, MailSpec
from tests.harness.build import PLACE, by_name, every, one, parents, surroundings
from tests.harness.compose import Composition, compose

AZURE = MailSpec("mys-shared-comms-acs-glob", "mys-shared-comms-email-glob", "Africa")
WAITING = replace(AZURE, domain=CustomDomainSpec("mail.mystira.app", verified=False))
VERIFIED = replace(AZURE, domain=CustomDomainSpec("mail.mystira.app", verified=True))


def made(spec: MailSpec) -> Composition:
    def program() -> dict[str, Any]:
        around = surroundings(locked=True)
        mail = Mail("mail", spec, PLACE, around)
        found = {"endpoint": mail.endpoint, "sender": mail.sender, "locks": len(around.locks.waiting)}
        return {**found, "verification": dict(mail.verification)}

    return compose(program)


def linked(composition: Composition) -> list[str]:
    return list(one(composition, "communication-service").inputs["linkedDomains"])


@pytest.mark.parametrize("spec", [AZURE, WAITING, VERIFIED], ids=["azure", "waiting", "verified"])
def test_the_service_knows_no_keys_and_keeps_mail_where_the_spec_says(spec: MailSpec) -> None:
    found = made(spec)
    service, emails = one(found, "communication-service").inputs, one(found, "email-service").inputs
    assert service["disableLocalAuth"] is True
    assert (service["dataLocation"], emails["dataLocation"]) == ("Africa", "Africa")
    assert found.outputs["endpoint"] == "https://mys-shared-comms-acs-glob.africa.communication.azure.com"
    assert found.calls == []


@pytest.mark.parametrize("spec", [AZURE, WAITING, VERIFIED], ids=["azure", "waiting", "verified"])
def test_nobody_is_tracked_and_everything_is_global(spec: MailSpec) -> None:
    found = made(spec)
    assert {each.inputs["userEngagementTracking"] for each in every(found, "email-domain")} == {"Disabled"}
    kinds = ("communication-service", "email-service", "email-domain")
    assert {each.inputs["location"] for kind in kinds for each in every(found, kind)} == {"global"}


def test_without_a_domain_of_ours_mail_comes_from_azure() -> None:
    found = made(AZURE)
    assert [each.inputs["domainManagement"] for each in every(found, "email-domain")] == ["AzureManaged"]
    assert linked(found) == ["/email-domain/AzureManagedDomain"]
    assert found.outputs["sender"].endswith(".azurecomm.net")
    assert found.outputs["verification"] == {}


def test_a_domain_that_is_not_verified_is_there_with_its_records_and_is_not_linked() -> None:
    found = made(WAITING)
    domain = by_name(found, "email-domain")["mail"].inputs
    assert (domain["domainName"], domain["domainManagement"]) == ("mail.mystira.app", "CustomerManaged")
    assert linked(found) == ["/email-domain/AzureManagedDomain"]
    assert found.outputs["sender"].endswith(".azurecomm.net")
    assert every(found, "email-sender") == []
    proofs = found.outputs["verification"]
    assert proofs["Domain"].startswith("ms-domain-verification=")
    assert proofs["SPF"] == "v=spf1 include:spf.protection.outlook.com -all"
    assert proofs["DKIM"] == "selector1-azurecomm-prod-net._domainkey.azurecomm.net"
    assert proofs["DKIM2"] == "selector2-azurecomm-prod-net._domainkey.azurecomm.net"


def test_a_verified_domain_is_the_only_one_that_is_linked() -> None:
    found = made(VERIFIED)
    assert linked(found) == ["/email-domain/mail.mystira.app"]
    assert found.outputs["sender"] == "DoNotReply@mail.mystira.app"
    sender = one(found, "email-sender")
    assert (sender.inputs["username"], sender.inputs["domainName"]) == ("DoNotReply", "mail.mystira.app")
    assert sender.retained, "Azure has made it and makes no second one: it ends with its domain"
    assert len(every(found, "email-domain")) == 2


def test_domains_are_below_the_service_that_holds_them_and_nothing_is_locked() -> None:
    found = made(VERIFIED)
    above = parents(found)
    assert above["email-domain", "mail"] == above["email-domain", "mail-azure"] == "email-service"
    assert above["email-sender", "mail"] == "email-domain"
    assert above["communication-service", "mail"] == above["email-service", "mail"] == "Mail"
    assert found.outputs["locks"] == 0


def test_the_logs_of_the_service_go_to_the_workspace() -> None:
    setting = one(made(WAITING), "diagnostic-setting").inputs
    assert setting["resourceUri"] == "/communication-service/mys-shared-comms-acs-glob"
    assert [each["categoryGroup"] for each in setting["logs"]] == ["allLogs"]
