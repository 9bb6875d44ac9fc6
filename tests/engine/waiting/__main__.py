"""Many credentials of one identity at once: nothing says that they are its children, so nothing puts them in a row."""

import pulumi_azure_native as azure_native

from tests.engine.ground import REGION, prepared

ground = prepared()
TAGS, group, options = ground.tags, ground.group, ground.options
identity = azure_native.managedidentity.UserAssignedIdentity(
    "one",
    resource_name_="mys-dev-one-identity-san",
    resource_group_name=group,
    location=REGION,
    tags=TAGS,
    opts=options,
)
for number in range(12):
    azure_native.managedidentity.FederatedIdentityCredential(
        f"credential{number}",
        federated_identity_credential_resource_name=f"credential{number}",
        resource_name_=identity.name,
        resource_group_name=group,
        issuer="https://issuer.example",
        subject=f"subject{number}",
        audiences=["api://AzureADTokenExchange"],
        opts=options,
    )
