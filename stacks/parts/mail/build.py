"""Sending mail."""

from __future__ import annotations

from components.mail.mail import Mail
from components.mail.spec import MailSpec
from stacks.catalogue.needs.mail import Mail as Need
from stacks.parts.mail.plan import GROUP, MAIL_SCOPE, VERIFICATION
from stacks.parts.site import Site


def build_mail(site: Site, spec: MailSpec) -> None:
    """Register the service with its domains."""
    mail = Mail("mail", spec, site.place(GROUP), site.around, site.options())
    site.components.put(MAIL_SCOPE, mail)
    site.resources.put(MAIL_SCOPE, mail.id)
    for proof, value in mail.verification.items():
        site.products.put(VERIFICATION.format(proof), value)
    site.outputs.put("mail_sender", mail.sender)


def build_mail_access(site: Site, _: bool) -> None:
    """Offer what ``shared`` says of its mail service."""
    site.products.put(Need.ENDPOINT, site.shared["mail_endpoint"])
    site.products.put(Need.SENDER, site.shared["mail_sender"])
