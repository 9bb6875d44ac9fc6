"""Managed identities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import managedidentity


@dataclass(frozen=True)
class ServiceIdentityArgs:
    """A user-assigned identity of one service."""

    resource_group: pulumi.Input[str]
    location: str
    name: str
    tags: Mapping[str, str]


class ServiceIdentity(pulumi.ComponentResource):
    """What a service is to Azure. ``principal_id`` receives roles, ``client_id`` is what the workload names."""

    TOKEN = "mystira:identity:ServiceIdentity"
    id: pulumi.Output[str]
    principal_id: pulumi.Output[str]
    client_id: pulumi.Output[str]

    def __init__(self, name: str, args: ServiceIdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        identity = managedidentity.UserAssignedIdentity(
            name,
            resource_name_=args.name,
            resource_group_name=args.resource_group,
            location=args.location,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.id = identity.id
        self.principal_id = identity.principal_id
        self.client_id = identity.client_id
        self.register_outputs({"clientId": self.client_id})
