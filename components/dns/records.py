"""Sets of records in a public DNS zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import dns

from components.dns.spec import RecordSetSpec
from components.dns.zone import PublicZone

Values = Sequence[pulumi.Input[str]]
"""Values that are known one by one."""


def _caa(value: pulumi.Input[str]) -> dns.CaaRecordArgs:
    """Such a record in parts: flags, tag, and a value that may have spaces. The plan knows all of them."""
    flags, tag, rest = str(value).split(" ", 2)
    return dns.CaaRecordArgs(flags=int(flags), tag=tag, value=rest)


_BODIES: Mapping[str, Callable[[Values], Mapping[str, Any]]] = {
    "A": lambda values: {"a_records": [dns.ARecordArgs(ipv4_address=each) for each in values]},
    "AAAA": lambda values: {"aaaa_records": [dns.AaaaRecordArgs(ipv6_address=each) for each in values]},
    "CAA": lambda values: {"caa_records": [_caa(each) for each in values]},
    "CNAME": lambda values: {"cname_record": dns.CnameRecordArgs(cname=values[0])},
    "NS": lambda values: {"ns_records": [dns.NsRecordArgs(nsdname=each) for each in values]},
    "TXT": lambda values: {"txt_records": [dns.TxtRecordArgs(value=[each]) for each in values]},
}
"""How each type carries its values; a name with a CNAME has one value."""


@dataclass(frozen=True)
class Alias:
    """What stands for the values of an A or AAAA set: Azure answers with the addresses of a resource."""

    target: pulumi.Input[str]
    """The id of the resource."""


@dataclass(frozen=True)
class KnownZone:
    """A zone that another stack has made."""

    name: pulumi.Input[str]
    """Its domain."""
    resource_group: pulumi.Input[str]
    """The name of its resource group."""


class Records(pulumi.ComponentResource):
    """Records below a zone; each set comes with its values."""

    TOKEN = "mystira:edge:Records"
    sets: Sequence[dns.RecordSet]

    def __init__(
        self,
        name: str,
        sets: Sequence[tuple[RecordSetSpec, Values | Alias | pulumi.Output[Sequence[str]]]],
        zone: PublicZone | KnownZone,
        opts: pulumi.ResourceOptions | None = None,
        *,
        after: Mapping[str, Sequence[pulumi.Resource]] | None = None,
    ) -> None:
        """``after`` is what must be there before a set, by its key."""
        super().__init__(self.TOKEN, name, None, opts)
        self.sets = [
            dns.RecordSet(
                spec.key,
                relative_record_set_name=spec.name,
                record_type=spec.type,
                zone_name=zone.name,
                resource_group_name=zone.resource_group,
                ttl=spec.ttl,
                **_body(spec.type, values),
                opts=pulumi.ResourceOptions(parent=self, depends_on=(after or {}).get(spec.key)),
            )
            for spec, values in sets
        ]
        self.register_outputs({})


def _body(kind: str, values: Values | Alias | pulumi.Output[Sequence[str]]) -> Mapping[str, Any]:
    """How a record set carries its values; only the deployment knows how many name servers a zone gets."""
    if isinstance(values, Alias):
        return {"target_resource": dns.SubResourceArgs(id=values.target)}
    if not isinstance(values, pulumi.Output):
        return _BODIES[kind](values)
    ((field, _),) = _BODIES[kind]([""]).items()
    return {field: values.apply(lambda known: _BODIES[kind](known)[field])}
