"""What Azure makes of mail domains, and which of them it links."""

from __future__ import annotations

from typing import Any

import pytest

from components.mail.facts import AZURE_MANAGED, VERIFICATIONS
from offline.azure.errors import ArmError
from offline.azure.services.mail import FAILED, VERIFIED, initiate_verification, verification_states
from offline.rpc.protocol import Created, ProviderError
from tests.harness.offline import REGION, Cloud, token_of

SERVICE, EMAILS = token_of("communication-service"), token_of("email-service")
DOMAIN, SENDER = token_of("email-domain"), token_of("email-sender")
ZONE, RECORDS = token_of("dns-zone"), token_of("dns-record-set")
PLACE = {"location": "global", "dataLocation": "Africa"}
CUSTOM = {"emailServiceName": "emails", "domainName": "mail.mystira.example", "location": "global"}


def service(*linked: str, **more: Any) -> dict[str, Any]:
    return {"communicationServiceName": "mail", **PLACE, "linkedDomains": list(linked), **more}


@pytest.fixture
def domain(cloud: Cloud) -> Created:
    """Our own domain, not verified."""
    cloud.make(EMAILS, emailServiceName="emails", **PLACE)
    return cloud.make(DOMAIN, **CUSTOM, domainManagement="CustomerManaged")


def publish(cloud: Cloud, domain: Created, *proofs: str) -> None:
    """Publish the records that prove these things about a domain."""
    cloud.make(ZONE, zoneName="mystira.example", location="global")
    records = domain.properties["verificationRecords"]
    texts = [records[wire]["value"] for proof, wire in (("Domain", "domain"), ("SPF", "sPF")) if proof in proofs]
    below = {"zoneName": "mystira.example", "ttl": 3600}
    if texts:
        values = [{"value": [each]} for each in texts]
        cloud.make(RECORDS, **below, recordType="TXT", relativeRecordSetName="mail", txtRecords=values)
    for proof, wire in (("DKIM", "dKIM"), ("DKIM2", "dKIM2")):
        if proof in proofs:
            name, alias = f"{records[wire]['name']}.mail", {"cname": records[wire]["value"]}
            cloud.make(RECORDS, **below, recordType="CNAME", relativeRecordSetName=name, cnameRecord=alias)


def test_everything_about_mail_belongs_to_no_region(cloud: Cloud) -> None:
    wrong = {**PLACE, "location": REGION}
    cloud.refused("LocationNotAvailableForResourceType", SERVICE, communicationServiceName="mail", **wrong)
    cloud.refused("LocationNotAvailableForResourceType", EMAILS, emailServiceName="emails", **wrong)


def test_the_host_of_a_service_names_where_its_data_is(cloud: Cloud) -> None:
    made = cloud.make(SERVICE, communicationServiceName="mail", location="global", dataLocation="United States")
    assert made.properties["hostName"] == "mail.unitedstates.communication.azure.com"


def test_a_domain_of_azure_is_verified_from_the_beginning(cloud: Cloud, domain: Created) -> None:
    azure = {**CUSTOM, "domainName": AZURE_MANAGED, "domainManagement": "AzureManaged"}
    made = cloud.make(DOMAIN, **azure)
    assert made.properties["fromSenderDomain"].endswith(".azurecomm.net")
    assert made.properties["verificationRecords"] == {}
    assert set(verification_states(cloud.world, made.id).values()) == {VERIFIED}
    cloud.make(SERVICE, **service(made.id))
    assert set(verification_states(cloud.world, domain.id).values()) == {"NotStarted"}


def test_azure_makes_the_sender_of_a_domain_so_that_nobody_can_create_it(cloud: Cloud, domain: Created) -> None:
    assert cloud.body(f"{domain.id}/senderUsernames/donotreply")["username"] == "DoNotReply"
    below = {"emailServiceName": "emails", "domainName": "mail.mystira.example"}
    with pytest.raises(ProviderError, match="cannot create already existing resource"):
        cloud.make(SENDER, **below, senderUsername="DoNotReply", username="DoNotReply")
    cloud.make(SENDER, **below, senderUsername="news", username="news")
    cloud.delete(DOMAIN, domain.id)
    assert cloud.world.get(f"{domain.id}/senderUsernames/donotreply") is None


def test_only_a_verified_domain_is_linked(cloud: Cloud, domain: Created) -> None:
    cloud.refused("InvalidLinkedDomains", SERVICE, **service(domain.id))
    publish(cloud, domain, *VERIFICATIONS)
    for proof in VERIFICATIONS:
        initiate_verification(cloud.world, domain.id, proof)
    made = cloud.make(SERVICE, **service(domain.id))
    assert made.properties["linkedDomains"] == [domain.id]


def test_a_domain_is_linked_where_its_data_is(cloud: Cloud, domain: Created) -> None:
    azure = cloud.make(DOMAIN, **{**CUSTOM, "domainName": AZURE_MANAGED, "domainManagement": "AzureManaged"})
    cloud.refused("InvalidLinkedDomains", SERVICE, **service(azure.id, dataLocation="Europe"))


@pytest.mark.parametrize("missing", VERIFICATIONS)
def test_what_is_not_in_public_dns_is_not_verified(cloud: Cloud, domain: Created, missing: str) -> None:
    publish(cloud, domain, *(each for each in VERIFICATIONS if each != missing))
    for proof in VERIFICATIONS:
        initiate_verification(cloud.world, domain.id, proof)
    states = verification_states(cloud.world, domain.id)
    assert {proof for proof, state in states.items() if state == FAILED} == {missing}
    cloud.refused("InvalidLinkedDomains", SERVICE, **service(domain.id))


def test_a_verified_domain_stays_verified_when_it_is_written_again(cloud: Cloud, domain: Created) -> None:
    publish(cloud, domain, *VERIFICATIONS)
    for proof in VERIFICATIONS:
        initiate_verification(cloud.world, domain.id, proof)
    cloud.update(DOMAIN, domain.id, **CUSTOM, domainManagement="CustomerManaged", tags={"a": "b"})
    assert set(verification_states(cloud.world, domain.id).values()) == {VERIFIED}


def test_a_domain_that_is_not_there_cannot_be_verified(cloud: Cloud) -> None:
    with pytest.raises(ArmError, match="was not found"):
        initiate_verification(cloud.world, "/subscriptions/s/none", "Domain")
