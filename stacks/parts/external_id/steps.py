"""What only a person can do about the external tenant."""

from __future__ import annotations

from collections.abc import Iterator

from stacks.context import Context
from stacks.parts.external_id.checks import READ
from stacks.parts.part import Step
from stacks.settings.models import EnvironmentSettings

OUTPUT = "external_id"
"""The stack output with the applications of the tenant."""
GRAPH = "https://graph.microsoft.com/v1.0"


def external_id_steps(context: Context[EnvironmentSettings], *, ci: bool) -> Iterator[Step]:
    """The tenant, where there is none; else what is made in it by hand. ``ci``: whether a pipeline brings the stack
    up."""
    settings = context.settings.external_id
    if settings is None:
        yield Step(
            key="external-tenant",
            do="make the external tenant in which customers sign in, and set external_id.tenant_id",
            check="az rest --url 'https://management.azure.com/tenants?api-version=2022-12-01' "
            "--query 'value[].[displayName, tenantId, tenantType]'",
            read=READ,
        )
        return
    yield Step(
        key="consumers",
        do="make the user flow, the identity providers and the texts of the sign-in page",
        check=f"mystira consumers {context.stack}",
        read=READ,
    )
    yield Step(
        key="consumer-claims",
        do="add the e-mail address, the given and the family name to the claims of the public API and of the PWA "
        "(Attributes & Claims)",
        check=f"az rest --url '{GRAPH}/servicePrincipals?$expand=claimsMappingPolicies' "
        "--query 'value[].[displayName, claimsMappingPolicies[].displayName]'",
        read=READ,
        values=OUTPUT,
    )
    if ci:
        yield Step(
            key="consumers-ci",
            do="give the application Mystira CI its rights at Microsoft Graph (Privileged Role Administrator of the "
            "external tenant), and set external_id.ci_client_id",
            check=f"az rest --url \"{GRAPH}/servicePrincipals(appId='<client id>')/appRoleAssignments\" "
            "--query 'value[].appRoleId'",
            read=READ,
            values=OUTPUT,
        )
    if settings.discord is not None and settings.discord.issuer is None:
        yield Step(
            key="discord-bridge",
            do="put an OpenID Connect bridge in front of Discord, and set external_id.discord.issuer: External ID "
            "cannot take Discord as it is",
            check=f"mystira consumers {context.stack}",
            read=READ,
        )
    yield Step(
        key="consumer-sign-in",
        do="sign up and sign in with an e-mail address and with every identity provider",
        check=f"az rest --url '{GRAPH}/auditLogs/signIns?$top=10' --query 'value[].[appDisplayName, status.errorCode]'",
        read=READ,
        values=OUTPUT,
    )
