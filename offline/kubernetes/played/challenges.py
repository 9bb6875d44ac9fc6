"""Whether a certificate authority gets its answer by DNS-01: who may write it, and where it is looked for.

cert-manager v1.21.2: pkg/issuer/acme/dns (``azuredns/azuredns.go``, ``util/wait.go``), pkg/controller/acmechallenges.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.certificates.facts import CHALLENGE
from components.naming.kubernetes import subject
from offline.azure.behaviour import at
from offline.azure.services.dns import RECORDS, published
from offline.kubernetes.played.api import Object
from offline.kubernetes.played.azure import MANAGEMENT, Refused, demand, response_error, workload_identity
from offline.kubernetes.played.selectors import selects
from offline.kubernetes.played.turn import Turn
from offline.world.objects import CloudObject, Writer

ZONE = "azure-native:dns:Zone"
PRIVATE_ZONE = "azure-native:privatedns:PrivateZone"
PRIVATE_RECORDS = "azure-native:privatedns:PrivateRecordSet"
PRIVATE_LINK = "azure-native:privatedns:VirtualNetworkLink"
WRITE = "Microsoft.Network/dnsZones/TXT/write"
USES_IDENTITY = "azure.workload.identity/use"
CLIENT = "azure.workload.identity/client-id"
AMBIENT = "--issuer-ambient-credentials"
MOST_ALIASES = 10
"""How often an alias leads to another one before it is taken for a circle."""


def challenge(turn: Turn, issuer: Object, controller: Object, account: Object | None, certificate: Object) -> str:
    """Why a certificate does not get its challenges answered; empty where it does.

    ``controller`` is cert-manager's Deployment, ``account`` its service account.
    """
    for host in dict.fromkeys(certificate["spec"].get("dnsNames") or []):
        solver = _solver(issuer["spec"]["acme"].get("solvers") or [], certificate, host)
        if solver is None or "azureDNS" not in (solver.get("dns01") or {}):
            return "no configured challenge solvers can be used for this challenge"
        try:
            with turn.world.reading() as cloud:
                _answer(turn, cloud, issuer, controller, account, solver["dns01"], host)
        except Refused as error:
            return f"Error presenting challenge: {error}"
        except NotSeen as error:
            return f"Waiting for DNS-01 challenge propagation: {error}"
    return ""


class NotSeen(Exception):
    """An answer that nobody finds."""


def _solver(solvers: list[Object], certificate: Object, host: str) -> Object | None:
    """The solver whose selector is nearest to a host (pkg/controller/acmeorders/selectors)."""
    labels = certificate["metadata"].get("labels") or {}

    def nearness(solver: Object) -> tuple[int, int] | None:
        selector = solver.get("selector") or {}
        if selector.get("matchLabels") and not selects({"matchLabels": selector["matchLabels"]}, labels):
            return None
        names, zones = selector.get("dnsNames") or [], selector.get("dnsZones") or []
        zone = max((len(each) for each in zones if host == each or host.endswith(f".{each}")), default=0)
        if (names and host not in names and not zone) or (zones and not zone and host not in names):
            return None
        return int(host in names), zone

    fitting = [(found, each) for each in solvers if (found := nearness(each)) is not None]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _answer(
    turn: Turn,
    cloud: Writer,
    issuer: Object,
    controller: Object,
    account: Object | None,
    solver: Mapping[str, Any],
    host: str,
) -> None:
    settings = solver["azureDNS"]
    asked = f"{CHALLENGE}.{host.removeprefix('*.')}"
    follow = solver.get("cnameStrategy") == "Follow"
    network = _network(turn.cluster)
    answered = _target(cloud, asked, network) if follow else asked
    group = f"/subscriptions/{settings['subscriptionID']}/resourceGroups/{settings['resourceGroupName']}"
    name = str(settings.get("hostedZoneName") or "") or _nearest(cloud, answered)
    id = f"{group}/providers/Microsoft.Network/dnsZones/{name}"
    record = f"{id}/TXT/{answered.removesuffix(f'.{name}')}"
    who = _who(turn, cloud, issuer, controller, account, settings)
    zone = cloud.get(id)
    if zone is None:
        message = f"The Resource 'Microsoft.Network/dnszones/{name}' under resource group "
        message += f"'{settings['resourceGroupName']}' was not found."
        raise Refused(response_error("GET", f"{MANAGEMENT}{record}", 404, "ResourceNotFound", message))
    demand(cloud, who, WRITE, record, "PUT", record)
    # The authority asks public DNS, cert-manager the resolver of the cluster before it; both must come to the answer.
    for view in (network, None):
        if not (_target(cloud, asked, view) == answered and answered.endswith(f".{name}") and _delegated(cloud, zone)):
            raise NotSeen(f'DNS record for "{host}" not yet propagated')


def _who(
    turn: Turn,
    cloud: Writer,
    issuer: Object,
    controller: Object,
    account: Object | None,
    settings: Mapping[str, Any],
) -> Any:
    template = controller["spec"]["template"]
    arguments = template["spec"]["containers"][0].get("args") or []
    if issuer["kind"] == "Issuer" and not any(each in (AMBIENT, f"{AMBIENT}=true") for each in arguments):
        raise Refused(
            "ClientID was omitted without providing one of `--cluster-issuer-ambient-credentials` or "
            "`--issuer-ambient-credentials`. These are necessary to enable Azure Managed Identities"
        )
    annotations = ((account or {}).get("metadata") or {}).get("annotations") or {}
    asked = settings.get("managedIdentity") or {}
    client = str(asked.get("clientID") or annotations.get(CLIENT) or "")
    if (template["metadata"].get("labels") or {}).get(USES_IDENTITY) != "true" or not client:
        message = '{"error":"invalid_request","error_description":"Identity not found"}'
        raise Refused(f"ManagedIdentityCredential authentication failed. RESPONSE 400 Bad Request {message}")
    place = controller["metadata"]["namespace"]
    own = str(template["spec"].get("serviceAccountName") or "default")
    tenant = str(asked.get("tenantID") or at(turn.cluster.body, "identity", "tenantId") or "")
    return workload_identity(cloud, turn.cluster, tenant, client, subject(place, own))


def _network(cluster: CloudObject) -> str:
    """The network that the cluster is in: its resolver sees the private zones that are linked to it."""
    pools = cluster.body.get("agentPoolProfiles") or []
    subnet = str(next((each["vnetSubnetID"] for each in pools if each.get("vnetSubnetID")), ""))
    return subnet.partition("/subnets/")[0]


def _target(cloud: Writer, name: str, network: str | None) -> str:
    """Where a name leads by aliases, as seen from a network, or by public DNS alone."""
    seen = name
    for _ in range(MOST_ALIASES):
        found = _aliases(cloud, seen, network)
        if not found:
            return seen
        seen = found[0].removesuffix(".")
    raise NotSeen(f"CNAME chain of {name} is a circle")


def _aliases(cloud: Writer, name: str, network: str | None) -> list[str]:
    zone = _private_zone(cloud, name, network) if network else None
    if zone is None:
        return published(cloud, name, "CNAME")
    label = name.removesuffix(f".{zone.id.rpartition('/')[2]}")
    record = cloud.get(f"{zone.id}/CNAME/{label}")
    return [str(at(record.body, "cnameRecord", "cname"))] if record and record.token == PRIVATE_RECORDS else []


def _private_zone(cloud: Writer, name: str, network: str) -> CloudObject | None:
    """The private zone that stands for a name in a network: it hides the public one, whatever it holds."""
    linked = {
        each.id.rpartition("/virtualNetworkLinks/")[0].lower()
        for each in cloud.of_type(PRIVATE_LINK)
        if str(at(each.body, "virtualNetwork", "id")).lower() == network.lower()
    }
    zones = [each for each in cloud.of_type(PRIVATE_ZONE) if each.id.lower() in linked and _below(name, each)]
    return max(zones, key=lambda each: len(each.id.rpartition("/")[2]), default=None)


def _below(name: str, zone: CloudObject) -> bool:
    return name.endswith(f".{zone.id.rpartition('/')[2]}")


def _nearest(cloud: Writer, name: str) -> str:
    zones = [each.id.rpartition("/")[2] for each in cloud.of_type(ZONE) if _below(name, each)]
    return max(zones, key=len, default=name)


def _delegated(cloud: Writer, zone: CloudObject) -> bool:
    """Whether public DNS comes to a zone: the nearest zone around it names its servers. That of a domain itself is
    delegated by its registrar, which is outside this world."""
    name = zone.id.rpartition("/")[2]
    around = [each for each in cloud.of_type(ZONE) if _below(name, each)]
    if not around:
        return True
    parent = max(around, key=lambda each: len(each.id.rpartition("/")[2]))
    label = name.removesuffix(f".{parent.id.rpartition('/')[2]}")
    record = cloud.get(f"{parent.id}/NS/{label}")
    rows = (record.body.get("nsRecords") or []) if record and record.token == RECORDS else []
    named = {str(each.get("nsdname")).rstrip(".").lower() for each in rows}
    return bool(named) and named <= {str(each).rstrip(".").lower() for each in zone.body.get("nameServers") or []}
