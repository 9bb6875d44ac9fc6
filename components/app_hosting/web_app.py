"""A web app on App Service: plan, site, slot, variables, autoscaling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import monitor, web

from components.app_hosting.facts import GRPC_ONLY
from components.app_hosting.spec import ScalingSpec, SlotSpec, WebAppSpec
from components.placement import Placement
from components.surroundings.private_path import PrivatePath, private_path
from components.surroundings.surround import Surroundings, surround

KIND = "app,linux"
"""Of site and slot: Azure refuses a slot of another kind than its site's (pulumi/pulumi-azure-native #4748)."""

BUSY_PERCENT = 70
IDLE_PERCENT = 30
"""CPU of a plan above which it gets one more instance, and below which it gives one back."""
WINDOW = "PT10M"
"""Over which CPU is averaged, and how long a change is left alone."""


@dataclass(frozen=True)
class Environment:
    """The variables of a site and of its slot, and what must exist before they are written: Azure looks up a reference
    to a vault once, when it is written, and then once a day (facts.KEY_VAULT_REFERENCES)."""

    production: Mapping[str, pulumi.Input[str]]
    slot: Mapping[str, pulumi.Input[str]]
    after: Sequence[pulumi.Resource] = ()


class WebApp(pulumi.ComponentResource):
    """HTTPS only, TLS 1.2, HTTP/2 and gRPC, no publishing passwords, closed to the internet; runs as one identity.

    Variables are separate resources: a site's ``siteConfig`` does not return them, so that nobody would see them
    change.
    """

    TOKEN = "mystira:hosting:WebApp"
    id: pulumi.Output[str]
    host: pulumi.Output[str]
    slot_host: pulumi.Output[str] | None

    def __init__(
        self,
        name: str,
        spec: WebAppSpec,
        place: Placement,
        surroundings: Surroundings,
        *,
        identity_id: pulumi.Input[str],
        subnet_id: pulumi.Input[str],
        environment: Environment,
        private: PrivatePath,
        slot_private: PrivatePath | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Register the site. It goes out through the subnet, and logs in everywhere as the identity."""
        super().__init__(self.TOKEN, name, None, opts)
        self._name, self._spec, self._place, self._surroundings = name, spec, place, surroundings
        plan = self._plan()
        if spec.scaling:
            self._scale(plan, spec.scaling)
        inputs = self._site_inputs(plan, identity_id, subnet_id)
        site = web.WebApp(name, name=spec.name, **inputs, opts=pulumi.ResourceOptions(parent=self))
        inside = self._parts(site)
        self.slot_host = None
        if spec.slot and slot_private:
            slot = self._slot(site, spec.slot, inputs, environment, slot_private)
            self.slot_host = slot.default_host_name
            inside.append(slot)
        surround(self, site, "web-app", surroundings, inside=inside, private=private)
        # Last, because a site takes one write at a time and these wait for everything that fills the vault.
        web.WebAppApplicationSettings(
            name,
            name=spec.name,
            resource_group_name=place.resource_group,
            properties=environment.production,
            opts=self._child(site, after=environment.after),
        )
        self.id = site.id
        self.host = site.default_host_name
        self.register_outputs({"id": self.id, "host": self.host})

    def _plan(self) -> web.AppServicePlan:
        return web.AppServicePlan(
            self._name,
            name=self._spec.plan,
            resource_group_name=self._place.resource_group,
            location=self._place.location,
            kind="linux",
            reserved=True,
            sku=web.SkuDescriptionArgs(name=self._spec.sku, capacity=self._spec.instances),
            zone_redundant=self._spec.zone_redundant,
            tags=self._place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _site_inputs(
        self, plan: web.AppServicePlan, identity_id: pulumi.Input[str], subnet_id: pulumi.Input[str]
    ) -> dict[str, Any]:
        """What a site and its slot have in common: everything but their names and variables."""
        return {
            "resource_group_name": self._place.resource_group,
            "location": self._place.location,
            "kind": KIND,
            "reserved": True,
            "server_farm_id": plan.id,
            "identity": web.ManagedServiceIdentityArgs(
                type=web.ManagedServiceIdentityType.USER_ASSIGNED, user_assigned_identities=[identity_id]
            ),
            "key_vault_reference_identity": identity_id,
            "https_only": True,
            # A connection of SignalR that falls back to requests must find its instance again.
            "client_affinity_enabled": True,
            "public_network_access": "Disabled",
            "virtual_network_subnet_id": subnet_id,
            "outbound_vnet_routing": web.OutboundVnetRoutingArgs(all_traffic=True),
            "site_config": web.SiteConfigArgs(
                linux_fx_version=self._spec.runtime,
                always_on=True,
                health_check_path=self._spec.health_path,
                http20_enabled=True,
                http20_proxy_flag=GRPC_ONLY,
                web_sockets_enabled=True,
                min_tls_version=web.SupportedTlsVersions.SUPPORTED_TLS_VERSIONS_1_2,
                scm_min_tls_version=web.SupportedTlsVersions.SUPPORTED_TLS_VERSIONS_1_2,
                ftps_state=web.FtpsState.DISABLED,
            ),
            "tags": self._place.tags,
        }

    def _parts(self, site: web.WebApp) -> list[pulumi.Resource]:
        """No publishing passwords, and the names of the variables that stay with their slot. Their name, that of the
        site, is plain, so that the guard can check it."""
        own = {"name": self._spec.name, "resource_group_name": self._place.resource_group}
        child = self._child(site)
        return [
            web.WebAppScmAllowed(self._name, **own, allow=False, opts=child),
            web.WebAppFtpAllowed(self._name, **own, allow=False, opts=child),
            web.WebAppSlotConfigurationNames(self._name, **own, app_setting_names=list(self._spec.sticky), opts=child),
        ]

    def _slot(
        self,
        site: web.WebApp,
        slot: SlotSpec,
        inputs: Mapping[str, Any],
        environment: Environment,
        private: PrivatePath,
    ) -> web.WebAppSlot:
        """Register the slot, which differs from its site in the variables that stay with it."""
        made = web.WebAppSlot(
            self._name, name=site.name, slot=slot.name, **inputs, opts=pulumi.ResourceOptions(parent=site)
        )
        own = {"name": site.name, "resource_group_name": self._place.resource_group, "slot": slot.name}
        web.WebAppScmAllowedSlot(self._name, **own, allow=False, opts=self._child(made))
        web.WebAppFtpAllowedSlot(self._name, **own, allow=False, opts=self._child(made))
        web.WebAppApplicationSettingsSlot(
            self._name, **own, properties=environment.slot, opts=self._child(made, after=environment.after)
        )
        surround(self, made, "web-app-slot", self._surroundings)
        # The site is the target, and offers the slot's group once the slot exists.
        after = pulumi.ResourceOptions(parent=self, depends_on=[made])
        private_path(f"web-app-slot-{self._name}", site, private, self._surroundings.subnet_id, after)
        return made

    @staticmethod
    def _child(parent: pulumi.Resource, after: Sequence[pulumi.Resource] = ()) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=parent, depends_on=list(after) or None)

    def _scale(self, plan: web.AppServicePlan, scaling: ScalingSpec) -> None:
        """One instance more when the plan is busy, one less when it is idle."""

        def rule(operator: str, percent: int, direction: str) -> monitor.ScaleRuleArgs:
            return monitor.ScaleRuleArgs(
                metric_trigger=monitor.MetricTriggerArgs(
                    metric_name="CpuPercentage",
                    metric_resource_uri=plan.id,
                    operator=monitor.ComparisonOperationType(operator),
                    threshold=percent,
                    statistic=monitor.MetricStatisticType.AVERAGE,
                    time_aggregation=monitor.TimeAggregationType.AVERAGE,
                    time_grain="PT1M",
                    time_window=WINDOW,
                ),
                scale_action=monitor.ScaleActionArgs(
                    direction=monitor.ScaleDirection(direction),
                    type=monitor.ScaleType.CHANGE_COUNT,
                    value="1",
                    cooldown=WINDOW,
                ),
            )

        setting = monitor.AutoscaleSetting(
            self._name,
            autoscale_setting_name=scaling.name,
            resource_group_name=self._place.resource_group,
            location=self._place.location,
            enabled=True,
            target_resource_uri=plan.id,
            profiles=[
                monitor.AutoscaleProfileArgs(
                    name="cpu",
                    capacity=monitor.ScaleCapacityArgs(
                        minimum=str(scaling.minimum), maximum=str(scaling.maximum), default=str(scaling.minimum)
                    ),
                    rules=[
                        rule("GreaterThan", BUSY_PERCENT, "Increase"),
                        rule("LessThan", IDLE_PERCENT, "Decrease"),
                    ],
                )
            ],
            tags=self._place.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        surround(self, setting, "autoscale-setting", self._surroundings)
