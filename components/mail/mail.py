"""Sending mail: a communication service, an e-mail service, and the domains to send from."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import communication

from components.mail.facts import AZURE_MANAGED, SENDER, SENDER_ID, VERIFICATIONS
from components.mail.spec import MailSpec
from components.placement import Placement
from components.surroundings.surround import Surroundings, surround

GLOBAL = "global"
"""The location of everything here; data is where ``data_location`` says."""


class Mail(pulumi.ComponentResource):
    """Keyless: clients log in to ``endpoint`` with their identity and send as ``sender``.

    Azure's own domain can send at once. Our own domain sends once Azure has verified it, which a person starts; until
    then ``verification`` holds the values of the DNS records that Azure asks for, by what they prove (``Domain``,
    ``SPF``, ``DKIM``, ``DKIM2``).
    """

    TOKEN = "mystira:mail:Mail"
    id: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    sender: pulumi.Output[str]
    domain_id: pulumi.Output[str] | None
    verification: Mapping[str, pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        spec: MailSpec,
        place: Placement,
        surroundings: Surroundings,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        emails = communication.EmailService(
            name,
            email_service_name=spec.email_service,
            resource_group_name=place.resource_group,
            location=GLOBAL,
            data_location=spec.data_location,
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        linked = self._domain(f"{name}-azure", AZURE_MANAGED, "AzureManaged", emails, place)
        custom = None
        if spec.domain:
            custom = self._domain(name, spec.domain.name, "CustomerManaged", emails, place)
            if spec.domain.verified:
                linked = custom
                # Azure makes this sender with the domain, so the stack takes it over (stacks/parts/mail: ``adopts``).
                # The domain keeps it as long as it exists.
                communication.SenderUsername(
                    name,
                    sender_username=SENDER_ID,
                    username=SENDER,
                    display_name=SENDER,
                    domain_name=custom.name,
                    email_service_name=emails.name,
                    resource_group_name=place.resource_group,
                    opts=pulumi.ResourceOptions(parent=custom, retain_on_delete=True),
                )
        service = communication.CommunicationService(
            name,
            communication_service_name=spec.name,
            resource_group_name=place.resource_group,
            location=GLOBAL,
            data_location=spec.data_location,
            disable_local_auth=True,
            linked_domains=[linked.id],
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        # No locks: environments grant roles at the one service, and domains of the other come and go.
        surround(self, service, "communication-service", surroundings, others_below=True)
        self.id = service.id
        self.endpoint = service.host_name.apply(lambda host: f"https://{host}")
        self.sender = linked.from_sender_domain.apply(lambda domain: f"{SENDER}@{domain}")
        self.domain_id = custom.id if custom else None
        self.verification = {each: _value(custom, each) for each in VERIFICATIONS} if custom else {}
        self.register_outputs({"endpoint": self.endpoint, "sender": self.sender})

    @staticmethod
    def _domain(
        name: str, domain: str, management: str, emails: communication.EmailService, place: Placement
    ) -> communication.Domain:
        return communication.Domain(
            name,
            domain_name=domain,
            email_service_name=emails.name,
            resource_group_name=place.resource_group,
            location=GLOBAL,
            domain_management=management,
            # Who opened which mail when is nobody's business.
            user_engagement_tracking="Disabled",
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=emails),
        )


def _value(domain: communication.Domain, proves: str) -> pulumi.Output[str]:
    """The value of the record that proves one thing about a domain."""
    field = {"Domain": "domain", "SPF": "s_pf", "DKIM": "d_kim", "DKIM2": "d_kim2"}[proves]
    return domain.verification_records.apply(lambda records: getattr(records, field).value)
