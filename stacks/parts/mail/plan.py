"""Sending mail: the service of all environments, and the way of an environment to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from components.facts.ids import made_id
from components.facts.regions import GLOBAL
from components.facts.types import RESOURCE_TYPES
from components.mail.facts import SELECTORS, SENDER_ID
from components.mail.spec import CustomDomainSpec, MailSpec
from components.naming.builder import Project
from components.problems import Problem
from stacks.catalogue.needs.mail import Mail as Need
from stacks.context import Context
from stacks.parts.mail.checks import mail_problems
from stacks.parts.part import Part, Step
from stacks.parts.records import Record, below, beneath
from stacks.settings.models import EnvironmentSettings, SharedSettings

GROUP = "comms"
"""The resource group, which everything here is also named after."""

PROJECT = Project(GROUP)

VERIFIED = "mail.domain.verified"
"""The setting that says that Azure has verified the domain."""

MAIL_SCOPE = Need.SCOPE
"""The communication service, as the plan refers to it."""

ADOPTED_SENDER = "email-sender/mail"
"""The sender of the custom domain, as `mystira:adopt` refers to it."""

VERIFICATION = "mail/verification/{}"
"""The product that is the value of a DNS record; the placeholder is what it proves."""

TTL = 3600
"""What Azure asks for (tests/evidence/email-domain.yaml)."""

READ = "docs/runbooks/mail.md"


class Mail(Part[SharedSettings, MailSpec]):
    """The service that all environments send through, and its domain."""

    key = "mail"

    def plan(self, context: Context[SharedSettings]) -> MailSpec:
        mail, names = context.settings.mail, context.names
        own = mail.domain
        domain = CustomDomainSpec(names.child("email-domain", own.name), own.verified) if own else None
        return MailSpec(
            name=names.name(PROJECT, "communication-service", region=GLOBAL),
            email_service=names.name(PROJECT, "email-service", region=GLOBAL),
            data_location=mail.data_location,
            domain=domain,
        )

    def problems(self, context: Context[SharedSettings]) -> Iterator[Problem]:
        return mail_problems(context)

    def scopes(self, context: Context[SharedSettings]) -> Mapping[str, str]:
        return {MAIL_SCOPE: "communication-service"}

    def products(self, context: Context[SharedSettings]) -> Iterator[str]:
        return (record.reference for record in self.records(context) if record.reference)

    def records(self, context: Context[SharedSettings]) -> Iterator[Record]:
        """What Azure verifies. What receivers do with mail that fails it says the zone."""
        domain = context.settings.mail.domain
        if domain is None:
            return
        name = below(context.settings.domain.name, domain.name)
        for proof in ("Domain", "SPF"):
            yield Record(name, "TXT", TTL, reference=VERIFICATION.format(proof))
        for proof, selector in zip(("DKIM", "DKIM2"), SELECTORS, strict=True):
            key = beneath(f"{selector}._domainkey", name)
            yield Record(key, "CNAME", TTL, reference=VERIFICATION.format(proof))

    def adopts(self, context: Context[SharedSettings]) -> Mapping[str, str]:
        """The sender, which Azure makes with the domain (tests/evidence/email-sender.yaml)."""
        spec = self.plan(context)
        if spec.domain is None or not spec.domain.verified:
            return {}
        path = domain_path(context, spec.domain.name)
        return {ADOPTED_SENDER: made_id(RESOURCE_TYPES["email-sender"], {**path, "senderUsername": SENDER_ID})}

    def steps(self, context: Context[SharedSettings]) -> Iterator[Step]:
        domain = context.settings.mail.domain
        if domain and not domain.verified:
            yield Step(
                key="verify-email",
                do=f"have Azure verify {domain.name}: `mystira verify-email`; then set {context.path(VERIFIED)}: true",
                check="mystira verify-email --dry-run",
                read=READ,
            )


class MailAccess(Part[EnvironmentSettings, bool]):
    """What the services of an environment need to send: the address of the service and the sender's."""

    key = "mail"

    def plan(self, context: Context[EnvironmentSettings]) -> bool | None:
        return True if self._used(context) else None

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {MAIL_SCOPE: "communication-service"}

    def products(self, context: Context[EnvironmentSettings]) -> tuple[str, ...]:
        return (Need.ENDPOINT, Need.SENDER) if self._used(context) else ()

    @staticmethod
    def _used(context: Context[EnvironmentSettings]) -> bool:
        return bool(context.catalogue.needing(Need))


def domain_path(context: Context[SharedSettings], domain: str) -> Mapping[str, str]:
    """The inputs in the id of the custom domain."""
    return {
        "subscriptionId": str(context.settings.azure.subscription_id),
        "resourceGroupName": context.names.name(PROJECT, "resource-group", region=GLOBAL),
        "emailServiceName": context.names.name(PROJECT, "email-service", region=GLOBAL),
        "domainName": domain,
    }


MAIL = Mail()
MAIL_ACCESS = MailAccess()
