"""Envoy Gateway, and the one gateway of the cluster."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from components.gateway import manifests
from components.gateway.spec import GatewaySpec, RouteSpec
from components.kubernetes.manifests import Manifest
from components.kubernetes.objects import KubernetesObject
from components.kubernetes.releases import ReleaseSpec, release
from components.workloads.policies import network_policy
from components.workloads.spec import PolicySpec


class Gateway(pulumi.ComponentResource):
    """Envoy Gateway, the gateway and its routes.

    ``gateway`` is there once it answers, and with it the private link service.
    """

    TOKEN = "mystira:gateway:Gateway"
    gateway: KubernetesObject

    def __init__(
        self,
        name: str,
        controller: ReleaseSpec,
        policies: Sequence[PolicySpec],
        spec: GatewaySpec,
        routes: Sequence[RouteSpec],
        *,
        certificate: pulumi.Resource,
        within: pulumi.ResourceOptions,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """``certificate`` is what the gateway serves; ``within`` says what has to be there before anything in the
        namespaces."""
        super().__init__(self.TOKEN, name, None, opts)
        self._options = pulumi.ResourceOptions.merge(within, pulumi.ResourceOptions(parent=self))
        # Before the pods: without it they talk to nobody.
        first = [self._put("network-policy", each.name, network_policy(each, dict(spec.labels))) for each in policies]
        installed = self._put("helm-release", controller.name, release(controller), first)
        proxy = self._put("envoy-proxy", spec.name, manifests.envoy_proxy(spec), [installed])
        kind = self._put("gateway-class", spec.name, manifests.gateway_class(spec), [proxy])
        rules = [
            self._put("client-traffic-policy", spec.name, manifests.client_policy(spec), [installed]),
            self._put("backend-traffic-policy", spec.name, manifests.backend_policy(spec), [installed]),
        ]
        self.gateway = self._put("gateway", spec.name, manifests.gateway(spec), [kind, certificate, *rules])
        for each in routes:
            # Whom a route admits is said before the route is: nobody else comes in meanwhile.
            before = [self.gateway]
            if each.clients:
                before.append(self._put("security-policy", each.name, manifests.client_rule(each), [installed]))
            self._put(each.kind, each.name, manifests.route(each, spec), before)
        self.register_outputs({})

    def _put(self, kind: str, name: str, manifest: Manifest, after: Sequence[pulumi.Resource] = ()) -> KubernetesObject:
        options = pulumi.ResourceOptions.merge(self._options, pulumi.ResourceOptions(depends_on=list(after)))
        return KubernetesObject(kind, name, manifest, options)
