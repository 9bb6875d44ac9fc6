"""cert-manager, and the certificate of the gateway."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from components.certificates.manifests import certificate, issuer
from components.certificates.spec import CertificateSpec
from components.kubernetes.objects import KubernetesObject
from components.kubernetes.releases import ReleaseSpec, release
from components.workloads.policies import network_policy
from components.workloads.spec import PolicySpec


class Certificates(pulumi.ComponentResource):
    """cert-manager, an issuer and the one certificate of the gateway, which is there once it is issued.

    ``certificate`` is the certificate: what serves it waits for that.
    """

    TOKEN = "mystira:certificates:Certificates"
    certificate: KubernetesObject

    def __init__(
        self,
        name: str,
        manager: ReleaseSpec,
        policies: Sequence[PolicySpec],
        spec: CertificateSpec,
        *,
        client_id: pulumi.Input[str],
        answered: Sequence[pulumi.Resource],
        within: pulumi.ResourceOptions,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """``client_id`` is that of the identity that answers challenges, empty where nobody asks; ``answered`` are what
        must be there before it does; ``within`` says what has to be there before anything in the namespaces."""
        super().__init__(self.TOKEN, name, None, opts)
        child = pulumi.ResourceOptions.merge(within, pulumi.ResourceOptions(parent=self))
        # Before the pods: without it they talk to nobody.
        first = [
            KubernetesObject("network-policy", each.name, {**network_policy(each, dict(spec.labels))}, child)
            for each in policies
        ]
        installed = KubernetesObject("helm-release", manager.name, release(manager), _after(child, first))
        issues = KubernetesObject("issuer", spec.name, issuer(spec, client_id), _after(child, [installed]))
        self.certificate = KubernetesObject(
            "certificate", spec.name, certificate(spec), _after(child, [issues, *answered])
        )
        self.register_outputs({})


def _after(options: pulumi.ResourceOptions, resources: Sequence[pulumi.Resource]) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=list(resources)))
