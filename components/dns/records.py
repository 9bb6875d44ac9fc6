"""Sets of records in the public DNS zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pulumi
from pulumi_azure_native import dns

from components.dns.spec import RecordSetSpec
from components.dns.zone import PublicZone

Values = Sequence[pulumi.Input[str]]

_BODIES: Mapping[str, Callable[[Values], Mapping[str, Any]]] = {
    "A": lambda values: {"a_records": [dns.ARecordArgs(ipv4_address=each) for each in values]},
    "AAAA": lambda values: {"aaaa_records": [dns.AaaaRecordArgs(ipv6_address=each) for each in values]},
    "CNAME": lambda values: {"cname_record": dns.CnameRecordArgs(cname=values[0])},
    "TXT": lambda values: {"txt_records": [dns.TxtRecordArgs(value=[each]) for each in values]},
}
"""How each type carries its values; a name with a CNAME has one value."""


class Records(pulumi.ComponentResource):
    """Records below a zone; each set comes with its values."""

    TOKEN = "mystira:edge:Records"

    def __init__(
        self,
        name: str,
        sets: Sequence[tuple[RecordSetSpec, Values]],
        zone: PublicZone,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        for spec, values in sets:
            dns.RecordSet(
                spec.key,
                relative_record_set_name=spec.name,
                record_type=spec.type,
                zone_name=zone.name,
                resource_group_name=zone.resource_group,
                ttl=spec.ttl,
                **_BODIES[spec.type](values),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
