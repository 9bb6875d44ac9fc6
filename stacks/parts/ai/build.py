"""The AI account."""

from __future__ import annotations

from components.ai.account import AiAccount
from components.ai.spec import AiSpec
from stacks.catalogue.needs.models import Models
from stacks.parts.ai.plan import ACCOUNT_SCOPE, ZONES
from stacks.parts.site import Site


def build_ai(site: Site, spec: AiSpec) -> None:
    """Register the account with its content filter, its models and its project."""
    account = AiAccount(
        "core",
        spec,
        site.place(),
        site.around,
        private=site.private(spec.private_endpoint, "account", ZONES),
        opts=site.options(),
    )
    site.resources.put(ACCOUNT_SCOPE, account.id)
    site.products.put(Models.ENDPOINT, account.endpoint)
    if account.key is not None:
        site.products.put(Models.KEY, account.key)
