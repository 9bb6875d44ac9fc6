"""The plan as adoption looks at it: by id, by type, by what identifies a resource besides its name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping

from components.facts.model import DISPLAY_NAME, KubernetesType
from stacks.adopt.live import ancestors, parent_of
from stacks.adopt.names import purpose_of
from stacks.adopt.source import mapping
from stacks.build.recording import PRINCIPAL, Planned, Registration

GROUP = "resource-group"
ASSIGNMENTS = ("role-assignment", "cosmos-role-assignment")
"""Azure takes a role once for a scope and a principal, under whatever name."""
LINK, CREDENTIAL, RECORD = "private-dns-zone-link", "federated-credential", "dns-record-set"
DOMAIN, ROUTE = "front-door-custom-domain", "front-door-route"
ALONE = (LINK, "front-door-endpoint", "front-door-security-policy")
"""Types of which one is meant where both sides have one in the same parent, whatever its name."""
ZONE = "dns-zone"
"""A domain has one zone, in whichever group it lies."""
APPLICATION, SERVICE_PRINCIPAL = "application", "service-principal"

Sign = tuple[str, ...]
"""What tells a resource from all others of its type, besides its name; the first item is the type's key."""


class Plan:
    """What a stack registers, to be asked for in one step each."""

    def __init__(self, planned: Iterable[Planned]) -> None:
        self.all = [each for each in planned if not isinstance(each, Registration) or each.adoptable]
        self.by_key = {each.key: each for each in self.all}
        self.by_urn = {each.urn: each for each in self.all}
        self.by_id = {each.id.lower(): each for each in self.all if each.id}
        self.by_purpose: dict[tuple[str, str], list[Registration]] = defaultdict(list)
        self.of_type: dict[str, list[Registration]] = defaultdict(list)
        self.by_sign: dict[Sign, Planned] = {}
        inside = Counter(alone(each.row.key, parent_of(each.id)) for each in self.all if each.row.key in ALONE)
        single = {sign for sign, count in inside.items() if count == 1}
        for each in self.all:
            for sign in signs_of(each, self.by_urn, single):
                self.by_sign.setdefault(sign, each)
            if isinstance(each, Registration):
                self.of_type[each.row.key].append(each)
                for purpose in {each.name, purpose_of(each.row, each.physical)}:
                    self.by_purpose[each.row.key, purpose].append(each)

    def group_of(self, registration: Registration) -> str:
        """The key of the group that a resource of the plan is in; empty where it is in none of the stack's."""
        for id in ancestors(registration.id):
            found = self.by_id.get(id.lower())
            if found and found.row.key == GROUP:
                return found.key
        return ""


def signs_of(each: Planned, by_urn: Mapping[str, Planned], single: Container[Sign]) -> Iterable[Sign]:
    """The signs of a resource of the plan. ``single`` are those of what is alone in its parent."""
    inputs, key = each.inputs, each.row.key
    if isinstance(each.row, KubernetesType):
        described = inputs if key == "helm-release" else mapping(inputs.get("metadata"))
        # One whose name pulumi-kubernetes makes has a namesake at most: what was made by hand for the same service.
        parts = (described.get("namespace") if each.row.namespaced else None, described.get("name") or each.name)
        yield key, "/".join(str(part) for part in parts if part)
    elif isinstance(each, Registration):
        parent = parent_of(each.id)
        if key in ALONE and alone(key, parent) in single:
            yield alone(key, parent)
        if key in ASSIGNMENTS:
            yield assignment(key, *(str(inputs.get(name, "")) for name in ("scope", "roleDefinitionId", "principalId")))
        elif key == LINK:
            yield link(parent, str(mapping(inputs.get("virtualNetwork")).get("id", "")))
        elif key == CREDENTIAL:
            yield credential(parent, str(inputs.get("subject", "")))
        elif key == DOMAIN:
            yield domain(parent, str(inputs.get("hostName", "")))
        elif key == ROUTE:
            yield route(parent, (str(mapping(each).get("id", "")) for each in inputs.get("customDomains") or ()))
        elif key == RECORD:
            yield record(each.id)
        elif key == ZONE:
            yield zone(each.physical)
    elif isinstance(inputs.get(DISPLAY_NAME), str):
        yield key, str(inputs[DISPLAY_NAME])
    elif key == SERVICE_PRINCIPAL:
        for urn in each.reads:
            if urn in by_urn and by_urn[urn].row.key == APPLICATION:
                yield key, by_urn[urn].key


def assignment(key: str, scope: str, role: str, principal: str) -> Sign:
    """One role for one principal at one scope."""
    return key, scope.strip("/").lower(), role.rpartition("/")[2].lower(), principal.lower()


def alone(key: str, parent: str) -> Sign:
    """The only one of its type in its parent."""
    return key, parent.lower(), ""


def link(zone: str, network: str) -> Sign:
    """One link for one network and zone."""
    return LINK, zone.lower(), network.lower()


def credential(identity: str, subject: str) -> Sign:
    """One credential of an identity for one subject."""
    return CREDENTIAL, identity.lower(), subject


def domain(profile: str, host: str) -> Sign:
    """One domain of a profile for one host."""
    return DOMAIN, profile.lower(), host.lower()


def route(endpoint: str, domains: Iterable[str]) -> Sign:
    """One route of an endpoint for these domains: Azure takes no second one."""
    return ROUTE, endpoint.lower(), *sorted(each.lower() for each in domains)


def record(id: str) -> Sign:
    """One set of records of a name and type, in whichever group the zone lies."""
    return RECORD, id.lower().rpartition("/providers/")[2]


def zone(domain: str) -> Sign:
    """The zone of a domain."""
    return ZONE, domain.lower()


def principal_of(identity: Registration) -> str:
    """What stands for the object id of an identity of the plan."""
    return f"{PRINCIPAL}{identity.physical}".lower()
