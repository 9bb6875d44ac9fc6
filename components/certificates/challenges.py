"""Where a certificate authority finds the answers to its challenges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_azure_native as azure_native
from pulumi_azure_native import privatedns

from components.certificates.facts import CHALLENGE
from components.certificates.spec import ChallengesSpec
from components.dns.records import KnownZone, Records
from components.dns.spec import RecordSetSpec
from components.dns.zone import PublicZone
from components.placement import Placement
from components.surroundings.surround import Surroundings


def domain_provider(key: str, subscription_id: str, tenant_id: str) -> azure_native.Provider:
    """The provider of the subscription that has the domain's zone."""
    return azure_native.Provider(key, subscription_id=subscription_id, tenant_id=tenant_id)


class Challenges(pulumi.ComponentResource):
    """A zone for the answers, delegated from the zone of the domain, and for each host a CNAME that leads there.

    Who answers challenges writes in this zone only: the right to write in the zone of the domain would be one to every
    name of the platform. A private zone that stands for a host hides its public CNAME from the resolver of the cluster,
    and so has one as well.

    ``zone`` is the zone; ``records`` are what must be there before a challenge is answered.
    """

    TOKEN = "mystira:certificates:Challenges"
    zone: PublicZone
    records: Sequence[pulumi.Resource]

    def __init__(
        self,
        name: str,
        spec: ChallengesSpec,
        place: Placement,
        surroundings: Surroundings,
        *,
        domain: KnownZone,
        private_zones: Mapping[str, pulumi.Input[str]],
        shared: pulumi.ProviderResource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """``domain`` is the zone of the domain, in which ``shared`` writes; ``private_zones`` maps the zones of private
        aliases to their ids."""
        super().__init__(self.TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.zone = PublicZone(name, spec.zone, place, surroundings, child)
        servers = self.zone.name_servers
        aliases = [
            (RecordSetSpec(alias, "CNAME", spec.ttl), [f"{target}.{spec.zone}"])
            for alias, target in spec.aliases.items()
        ]
        authorities = [(RecordSetSpec(host, "CAA", spec.ttl), values) for host, values in spec.authorities.items()]
        public = Records(
            f"{name}-domain",
            [(spec.delegation, servers), *aliases, *authorities],
            domain,
            pulumi.ResourceOptions(parent=self, provider=shared),
        )
        private = [
            privatedns.PrivateRecordSet(
                f"{name}-{zone}",
                relative_record_set_name=CHALLENGE,
                record_type="CNAME",
                private_zone_name=pulumi.Output.from_input(private_zones[zone]).apply(lambda id: id.rpartition("/")[2]),
                resource_group_name=place.resource_group,
                ttl=spec.ttl,
                cname_record={"cname": f"{target}.{spec.zone}"},
                opts=child,
            )
            for zone, target in spec.private_aliases.items()
        ]
        self.records = [*public.sets, *private]
        self.register_outputs({"zone": self.zone.id})
