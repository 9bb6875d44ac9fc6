"""The certificates of the cluster's gateway."""

from __future__ import annotations

import pulumi

from components.aks.cluster import Cluster
from components.certificates.certificates import Certificates
from components.certificates.challenges import Challenges, domain_provider
from components.certificates.spec import ChallengesSpec
from components.dns.records import KnownZone
from components.identity.identity import Identity
from components.kubernetes.namespaces import Namespaces
from stacks.parts.aks.plan import CLUSTER_SCOPE
from stacks.parts.certificates.plan import ACME_SCOPE, CERTIFICATES, WRITER, CertificatesPlan, DomainZone
from stacks.parts.kubernetes.plan import KUBERNETES_PROVIDER, NAMESPACES
from stacks.parts.site import Site
from stacks.settings.loading import SHARED


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
    provider = domain_provider(SHARED, domain.subscription_id, site.plan.tenant_id)
    site.providers.put(SHARED, provider)
    challenges = Challenges(
        "acme",
        spec,
        site.place(),
        site.around,
        domain=KnownZone(domain.name, _group(site.shared["zone_id"], domain)),
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


def _group(zone: pulumi.Output[str], planned: DomainZone) -> pulumi.Output[str]:
    """The resource group of the domain's zone, once ``shared`` has said that its zone is the one that was planned with.
    A record in another zone would be one that nobody asks for."""

    def checked(seen: str) -> str:
        if seen.lower() != planned.id.lower():
            raise pulumi.RunError(
                f"the zone of {planned.name} is not where the settings of {SHARED} say; seen: {seen}; planned: "
                f"{planned.id}; run `pulumi up` there first"
            )
        return planned.group

    return zone.apply(checked)
