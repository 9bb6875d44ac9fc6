"""The certificates of the cluster's gateway."""

from __future__ import annotations

import pulumi

from components.aks.cluster import Cluster
from components.certificates.certificates import Certificates
from components.certificates.challenges import Challenges
from components.certificates.spec import ChallengesSpec
from components.identity.identity import Identity
from components.kubernetes.namespaces import Namespaces
from stacks.parts.aks.plan import CLUSTER_SCOPE
from stacks.parts.certificates.plan import ACME_SCOPE, CERTIFICATES, WRITER, CertificatesPlan, DomainZone
from stacks.parts.kubernetes.plan import KUBERNETES_PROVIDER, NAMESPACES
from stacks.parts.site import Site
from stacks.parts.zone.domain import domain_of


def build_certificates(site: Site, plan: CertificatesPlan) -> None:
    """Register cert-manager and the gateway's certificate, and before that how challenges are answered and by whom."""
    client_id: pulumi.Input[str] = ""
    answered: list[pulumi.Resource] = []
    if plan.challenges and plan.domain:
        identity, answered = _answered(site, plan.challenges, plan.domain)
        client_id = identity.client_id
    namespaces = site.component(Namespaces, NAMESPACES)
    within = [namespaces.inside(each) for each in (plan.manager.namespace, plan.certificate.namespace)]
    made = Certificates(
        "core",
        plan.manager,
        plan.policies,
        plan.certificate,
        client_id=client_id,
        answered=answered,
        within=pulumi.ResourceOptions.merge(*within),
        opts=site.options(KUBERNETES_PROVIDER),
    )
    site.components.put(CERTIFICATES.key, made)


def _answered(site: Site, spec: ChallengesSpec, domain: DomainZone) -> tuple[Identity, list[pulumi.Resource]]:
    """The identity that answers challenges, and what must be there before it does."""
    zone, provider = domain_of(site, domain)
    challenges = Challenges(
        "acme",
        spec,
        site.place(),
        site.around,
        domain=zone,
        private_zones=site.zones,
        shared=provider,
        opts=site.options(),
    )
    site.resources.put(ACME_SCOPE, challenges.zone.id)
    identity = Identity("core-cert-manager", spec.identity, site.place(), site.options())
    site.principals.put(WRITER, identity.principal_id)
    trusted = identity.trust(spec.account, site.component(Cluster, CLUSTER_SCOPE).oidc_issuer, spec.subject)
    granted = site.grant(each for each in site.plan.grants if each.principal == WRITER)
    return identity, [*challenges.records, trusted, *granted]
