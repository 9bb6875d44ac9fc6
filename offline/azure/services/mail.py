"""Microsoft.Communication: the communication service, the e-mail service, its domains and senders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from components.mail.facts import LINKING, SELECTORS, SENDER, SENDER_ID, VERIFICATIONS
from offline.azure.behaviour import Behaviour, Request, at, guid, kept
from offline.azure.errors import ArmError
from offline.azure.services.dns import published
from offline.azure.services.private_dns import global_only
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer
from offline.world.store import World

PREFIX = "azure-native:communication:"
DOMAIN = PREFIX + "Domain"
SENDER_TYPE = PREFIX + "SenderUsername"

SENDER_ANSWER = "emailservices/domains/senderusernames"
"""How a sender calls its own type in an answer (tests/evidence/email-sender.yaml)."""

VERIFIED = "Verified"
NOT_STARTED = "NotStarted"
FAILED = "VerificationFailed"

STATES: Mapping[str, str] = {"Domain": "domain", "SPF": "sPF", "DKIM": "dKIM", "DKIM2": "dKIM2", "DMARC": "dMARC"}
"""What Azure verifies of a domain, and how the SDK spells it."""

SPF = "v=spf1 include:spf.protection.outlook.com -all"
TTL = 3600


def _data(value: Any) -> str:
    """A data location as it stands in names."""
    return str(value).replace(" ", "").lower()


class CommunicationService(Behaviour):
    fills_in: ClassVar[Properties] = {"tags": {}}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        yield from global_only(request)
        for id in request.inputs.get("linkedDomains") or []:
            domain = request.cloud.get(str(id))
            if domain is None:
                continue
            same = domain.body.get("dataLocation") == _data(request.inputs.get("dataLocation"))
            if not same or set(states_of(domain).values()) != {VERIFIED}:
                message = f"The requested domain {id} cannot be linked."
                advice = f"link a domain that is verified and has the data location of the service ({LINKING})"
                yield ArmError("InvalidLinkedDomains", message, advice)

    def computed(self, request: Request) -> Properties:
        place = _data(request.inputs.get("dataLocation"))
        return {
            "hostName": f"{request.name.lower()}.{place}.communication.azure.com",
            "immutableResourceId": guid(request.id, "immutable"),
        }


class EmailService(Behaviour):
    fills_in: ClassVar[Properties] = {"tags": {}}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        yield from global_only(request)


class Domain(Behaviour):
    """Azure makes a sender with every domain. Its own domain is verified from the beginning."""

    fills_in: ClassVar[Properties] = {"tags": {}, "userEngagementTracking": "Disabled"}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        yield from global_only(request)

    def computed(self, request: Request) -> Properties:
        emails = request.cloud.get(request.id.rsplit("/", 2)[0])
        ours = request.inputs.get("domainManagement") != "AzureManaged"
        sender = request.name.lower() if ours else f"{guid(request.id, 'domain')}.azurecomm.net"
        states = {name: {"status": NOT_STARTED if ours else VERIFIED} for name in STATES.values()}
        return {
            "dataLocation": _data(emails.body.get("dataLocation")) if emails else "",
            "fromSenderDomain": sender,
            "mailFromSenderDomain": sender,
            "verificationRecords": _records(sender, guid(request.id, "verification")) if ours else {},
            "verificationStates": kept(request, "verificationStates", states),
        }

    def written(self, request: Request, body: Properties) -> None:
        id = f"{request.id}/senderUsernames/{SENDER_ID}"
        if request.cloud.get(id) is None:
            sender = {"name": SENDER_ID, "type": SENDER_ANSWER, "username": SENDER, "displayName": SENDER}
            request.cloud.put(id, SENDER_TYPE, sender)


def _records(domain: str, token: str) -> Properties:
    """What Azure asks for; the names of the CNAMEs are below the domain."""

    def text(value: str) -> Properties:
        return {"type": "TXT", "name": domain, "value": value, "ttl": TTL}

    def alias(selector: str) -> Properties:
        name = f"{selector}._domainkey"
        return {"type": "CNAME", "name": name, "value": f"{name}.azurecomm.net", "ttl": TTL}

    first, second = SELECTORS
    return {
        STATES["Domain"]: text(f"ms-domain-verification={token}"),
        STATES["SPF"]: text(SPF),
        STATES["DKIM"]: alias(first),
        STATES["DKIM2"]: alias(second),
    }


class Sender(Behaviour):
    """A read says nothing of a sender but its two names."""

    def computed(self, request: Request) -> Properties:
        return {"type": SENDER_ANSWER, "displayName": request.inputs.get("displayName") or ""}


def states_of(domain: CloudObject) -> Mapping[str, str]:
    """How far Azure has verified each thing about a domain."""
    return {each: str(at(domain.body, "verificationStates", STATES[each], "status")) for each in VERIFICATIONS}


def verification_states(world: World, id: str) -> Mapping[str, str]:
    """The same of the domain with this id. Raises what Azure answers where it is missing."""
    return states_of(_domain(world, id))


def initiate_verification(world: World, id: str, what: str) -> None:
    """Azure's action: look for the records of a domain in public DNS, here in the zones of the world, and take note."""
    found = _domain(world, id)
    with world.writing("update", DOMAIN, found.id) as cloud:
        status = VERIFIED if _proven(cloud, found, what) else FAILED
        states = {**found.body["verificationStates"], STATES[what]: {"status": status}}
        cloud.put(found.id, DOMAIN, {**found.body, "verificationStates": states})


def _domain(world: World, id: str) -> CloudObject:
    found = world.get(id)
    if found is None or found.token != DOMAIN:
        raise _missing(id)
    return found


def _missing(id: str) -> ArmError:
    message = f"The Resource '{id}' was not found."
    return ArmError("ResourceNotFound", message, "bring the stack up first", status=404)


def _proven(cloud: Writer, domain: CloudObject, what: str) -> bool:
    record = domain.body["verificationRecords"][STATES[what]]
    name, host = str(record["name"]), str(domain.body["fromSenderDomain"])
    full = name if name == host else f"{name}.{host}"
    return record["value"] in published(cloud, full, str(record["type"]))


BEHAVIOURS: Mapping[str, Behaviour] = {
    PREFIX + "CommunicationService": CommunicationService(),
    PREFIX + "EmailService": EmailService(),
    DOMAIN: Domain(),
    SENDER_TYPE: Sender(),
}
