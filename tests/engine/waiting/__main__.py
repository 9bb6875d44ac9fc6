"""Many credentials of one identity at once: nothing says that they are its children, so nothing puts them in a row."""

import pulumi
import pulumi_azure_native as azure_native

from components.groups.spec import GroupSpec
from components.groups.tier import Tier
from components.guard.guard import install_guard
from components.naming.rules import tags_for

REGION = "southafricanorth"
TAGS = tags_for(environment="dev", service="core", team="platform", cost_center="development")

install_guard()
provider = azure_native.Provider("azure", subscription_id="00000000-0000-4000-8000-000000000001", tenant_id="t")
options = pulumi.ResourceOptions(provider=provider)
tier = Tier("tier", [GroupSpec("core", "mys-dev-core-rg-san", REGION, TAGS)], options)
identity = azure_native.managedidentity.UserAssignedIdentity(
    "one",
    resource_name_="mys-dev-one-identity-san",
    resource_group_name=tier.groups["core"].name,
    location=REGION,
    tags=TAGS,
    opts=options,
)
for number in range(12):
    azure_native.managedidentity.FederatedIdentityCredential(
        f"credential{number}",
        federated_identity_credential_resource_name=f"credential{number}",
        resource_name_=identity.name,
        resource_group_name=tier.groups["core"].name,
        issuer="https://issuer.example",
        subject=f"subject{number}",
        audiences=["api://AzureADTokenExchange"],
        opts=options,
    )
