"""Microsoft.Network/dnsZones: public DNS zones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from offline.azure.behaviour import Behaviour, Request, guid
from offline.azure.errors import ArmError
from offline.azure.services.network import global_only
from offline.rpc.protocol import Properties


class PublicZone(Behaviour):
    fills_in: ClassVar[Properties] = {"tags": {}, "zoneType": "Public"}
    immutable: ClassVar[Mapping[str, str]] = {"zoneType": "Microsoft: DNS zones and records overview"}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        yield from global_only(request)

    def computed(self, request: Request) -> Properties:
        pool = int(guid(request.id, "pool")[:2], 16) % 9 + 1
        servers = [
            f"ns{number}-0{pool}.azure-dns.{top}." for number, top in enumerate(("com", "net", "org", "info"), 1)
        ]
        return {"nameServers": servers, "numberOfRecordSets": 2, "maxNumberOfRecordSets": 10000}


BEHAVIOURS: Mapping[str, Behaviour] = {
    "azure-native:dns:Zone": PublicZone(),
}
