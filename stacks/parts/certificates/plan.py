"""The certificates of the cluster's gateway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.certificates import facts
from components.certificates.chart import values
from components.certificates.spec import AuthoritySpec, CertificateSpec, ChallengesSpec
from components.dns.caa import caa_values
from components.dns.spec import RecordSetSpec
from components.facts.ids import made_id, path_values
from components.facts.regions import GLOBAL
from components.facts.types import RESOURCE_TYPES
from components.identity.spec import IdentitySpec
from components.kubernetes.manifests import labels
from components.kubernetes.releases import ReleaseSpec
from components.naming.builder import Names, Project
from components.naming.kubernetes import CERTIFICATES as PLACE
from components.naming.kubernetes import GATEWAY, namespace, object_name, subject
from components.workloads.spec import PolicySpec
from stacks.catalogue.names import CORE
from stacks.context import Context
from stacks.parts.aks.pools import SERVICES
from stacks.parts.certificates.policies import certificate_policies
from stacks.parts.hosts.plan import Host, hosts_of
from stacks.parts.part import Grant, Part, Step
from stacks.parts.pods import Pods
from stacks.parts.records import below, beneath
from stacks.parts.workloads.policies import instance
from stacks.settings.loading import SHARED
from stacks.settings.models import EnvironmentSettings
from stacks.settings.others import OtherStack

ACME_SCOPE = "acme-zone"
"""The zone for the answers to challenges, as the plan refers to it."""

WRITER = "identity/cert-manager"
"""The identity that writes them, as the plan refers to it."""

CERTIFICATE = object_name(GATEWAY)
"""The certificate of the gateway, its issuer and its Secret, as the cluster knows them."""

TTL = 3600
"""For how many seconds resolvers keep the records that lead to the answers; they change with the hosts only."""

STARTUP_CHECK = "cert-manager-startupapicheck"

READ = "docs/runbooks/add-ons.md"


@dataclass(frozen=True)
class DomainZone:
    """The zone of the domain, as the settings of ``shared`` say it."""

    id: str
    subscription_id: str
    group: str
    """Its resource group."""
    name: str
    """The domain."""


@dataclass(frozen=True)
class CertificatesPlan:
    """cert-manager, and who signs the gateway's certificate."""

    manager: ReleaseSpec
    policies: tuple[PolicySpec, ...]
    """Who may talk to whom in cert-manager's namespace."""
    certificate: CertificateSpec
    """For the origin of every endpoint in the cluster."""
    challenges: ChallengesSpec | None
    """How Let's Encrypt is answered; ``None`` where the cluster signs the certificate itself."""
    domain: DomainZone | None
    """The zone of the domain, where challenges are answered."""


class Certificates(Part[EnvironmentSettings, CertificatesPlan]):
    """The certificate of the gateway, for the hosts that it answers as an origin."""

    key = "certificates"

    def plan(self, context: Context[EnvironmentSettings]) -> CertificatesPlan:
        signed, mirrors = context.settings.ingress.certificates == "acme", context.settings.kubernetes
        challenges = _challenges(context) if signed else None
        place = namespace(PLACE)
        return CertificatesPlan(
            manager=ReleaseSpec(
                facts.NAME,
                place,
                facts.CHART.reference(mirrors.charts),
                facts.CHART.version,
                values(place, mirror=mirrors.image_registry, identified=signed),
            ),
            policies=tuple(certificate_policies(context)),
            certificate=CertificateSpec(
                name=CERTIFICATE,
                namespace=namespace(GATEWAY),
                labels=labels(GATEWAY, instance(context)),
                hosts=tuple(host.origin for host in origins_of(context)),
                authority=_authority(context, challenges) if challenges else None,
            ),
            challenges=challenges,
            domain=domain_zone(context) if signed else None,
        )

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {ACME_SCOPE: "dns-zone"} if context.settings.ingress.certificates == "acme" else {}

    def grants(self, context: Context[EnvironmentSettings]) -> Iterator[Grant]:
        if context.settings.ingress.certificates == "acme":
            yield Grant("dns-contributor", WRITER, ACME_SCOPE)

    def pods(self, context: Context[EnvironmentSettings]) -> Iterator[Pods]:
        """cert-manager's controllers, and the job that asks whether they answer."""
        for name, (cpu, memory, most_cpu, most_memory) in facts.PODS.items():
            job = name == STARTUP_CHECK
            yield Pods(
                name=name,
                pool=SERVICES,
                millicores=cpu,
                memory_mib=memory,
                minimum=1,
                maximum=1,
                surge=0 if job else 1,
                namespace=namespace(PLACE),
                limit_millicores=most_cpu,
                limit_memory_mib=most_memory,
            )

    def versions(self, context: Context[EnvironmentSettings]) -> Iterator[tuple[str, str]]:
        yield "cert-manager", facts.MINOR

    def steps(self, context: Context[EnvironmentSettings]) -> Iterator[Step]:
        if context.settings.ingress.certificates == "none":
            yield Step(
                key="gateway-certificate",
                do=f"delegate {context.settings.domain.name} to Azure, then set "
                f"{context.path('ingress.certificates')}: acme; until then neither App Service nor an edge trusts the "
                "gateway",
                check=f"kubectl get certificate -n {namespace(GATEWAY)} {CERTIFICATE} -o wide",
                read=READ,
            )


def _authority(context: Context[EnvironmentSettings], challenges: ChallengesSpec) -> AuthoritySpec:
    azure = context.settings.azure
    return AuthoritySpec(
        server=facts.LETS_ENCRYPT,
        subscription_id=str(azure.subscription_id),
        resource_group=context.names.name(CORE, "resource-group"),
        zone=challenges.zone,
        tenant_id=str(azure.tenant_id),
    )


def origins_of(context: Context[EnvironmentSettings]) -> tuple[Host, ...]:
    """The hosts that the gateway answers, public and internal."""
    return tuple(host for host in hosts_of(context) if host.origin)


def domain_zone(context: Context[EnvironmentSettings]) -> DomainZone:
    """The zone of the domain from the settings of ``shared``. Where these say nothing yet, it is in this subscription:
    the contract of ``shared`` has the last word."""
    shared, settings = context.others.get(SHARED, OtherStack()), context.settings
    subscription = shared.azure.subscription_id or str(settings.azure.subscription_id)
    row, domain = RESOURCE_TYPES["dns-zone"], settings.domain.name
    live = path_values(row, shared.dns.adopt)
    names = Names(shared.naming.org, SHARED, settings.azure.region, shared.naming.instance)
    group = live.get("resourceGroupName") or names.name(Project("dns"), "resource-group", region=GLOBAL)
    place = {"subscriptionId": subscription, "resourceGroupName": group, "zoneName": domain}
    return DomainZone(made_id(row, place), subscription, group, domain)


def _challenges(context: Context[EnvironmentSettings]) -> ChallengesSpec:
    domain, acme = context.settings.domain.name, f"acme.{context.environment}"
    hosts = origins_of(context)
    contact = context.others.get(SHARED, OtherStack()).dns.certificate_contact
    return ChallengesSpec(
        zone=context.names.child("dns-zone", f"{acme}.{domain}"),
        delegation=RecordSetSpec(context.names.child("dns-record-set", acme), "NS", TTL),
        aliases={
            context.names.child("dns-record-set", beneath(facts.CHALLENGE, below(domain, host.origin))): host.endpoint
            for host in hosts
        },
        authorities={
            context.names.child("dns-record-set", below(domain, host.origin)): caa_values(facts.ISSUER, contact)
            for host in hosts
        },
        private_aliases={host.origin: host.endpoint for host in hosts if host.internal},
        ttl=TTL,
        identity=IdentitySpec(context.names.name(CORE, "user-assigned-identity", role="certmanager")),
        account=facts.ACCOUNT,
        subject=subject(namespace(PLACE), facts.ACCOUNT),
    )


CERTIFICATES = Certificates()
