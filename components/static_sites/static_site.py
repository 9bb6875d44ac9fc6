"""A static site."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import web

from components.placement import Placement
from components.static_sites.facts import SKU
from components.static_sites.spec import StaticSiteSpec


class StaticSite(pulumi.ComponentResource):
    """A site that releases fill: no repository is connected, and its deployment token is never read.

    ``host`` is the name that Azure gives it.
    """

    TOKEN = "mystira:edge:StaticSite"
    id: pulumi.Output[str]
    host: pulumi.Output[str]

    def __init__(
        self, name: str, spec: StaticSiteSpec, place: Placement, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        site = web.StaticSite(
            name,
            name=spec.name,
            resource_group_name=place.resource_group,
            location=spec.region,
            sku={"name": SKU, "tier": SKU},
            public_network_access="Enabled" if spec.public else "Disabled",
            allow_config_file_updates=True,
            staging_environment_policy=(
                web.StagingEnvironmentPolicy.ENABLED if spec.previews else web.StagingEnvironmentPolicy.DISABLED
            ),
            tags=place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.id = site.id
        self.host = site.default_hostname
        self.register_outputs({"host": self.host})
