"""The need to send mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stacks.catalogue.needs.base import Need, Variable, Wanted, WantedSecret, from_vault


@dataclass(frozen=True)
class Mail(Need):
    """Sending mail through the communication service of ``shared``, which knows identities only.

    No built-in role sends and does nothing else.
    """

    SCOPE: ClassVar[str] = "mail"
    """The communication service, as the plan refers to it."""
    ENDPOINT: ClassVar[str] = "mail/endpoint"
    """The product that is the address of the service."""
    SENDER: ClassVar[str] = "mail/sender"
    """The product that is the address that mail comes from."""

    @property
    def grants(self) -> tuple[Wanted, ...]:
        return (Wanted("mail-owner", self.SCOPE),)

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return (
            WantedSecret("acs-endpoint", "url", self.ENDPOINT),
            WantedSecret("acs-sender", "email-address", self.SENDER),
        )

    @property
    def variables(self) -> tuple[Variable, ...]:
        return from_vault(
            self.secrets,
            {
                "acs-endpoint": "AzureCommunicationServices__ConnectionString",
                "acs-sender": "AzureCommunicationServices__SenderEmail",
            },
        )
