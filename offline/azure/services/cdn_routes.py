"""Microsoft.Cdn/profiles: routes, rule sets with their rules, and what puts the firewall before domains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, ClassVar

from components.cdn.facts import RULE_ACTIONS, RULE_CONDITIONS, RULE_PARTS
from offline.azure.behaviour import Behaviour, Request, at
from offline.azure.codes.cdn import CONFLICT, FIREWALL, ORDER, REFUSED, RULE_SETS, SPECIFICATION
from offline.azure.errors import ArmError
from offline.azure.services.cdn import PREFIX, ROUTE, SECURITY_POLICY, UNDEPLOYED, profile_of, within
from offline.azure.services.cdn_origins import enabled_origins
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject

RULE = PREFIX + "Rule"
DEFAULT = "default domain"

NO_ORIGIN = (
    "Please make sure that the originGroup is created successfully and at least one enabled origin is created under "
    "the origin group."
)
NO_DOMAIN = "Endpoint '{name}' is not associated with the AFDX profile or is in a invalid provisioning state."


class Route(Behaviour):
    missing_references: ClassVar[Mapping[str, tuple[str, str, int]]] = {"originGroup": (REFUSED, NO_ORIGIN, 400)}
    fills_in: ClassVar[Properties] = {
        "customDomains": [],
        "deploymentStatus": UNDEPLOYED,
        "enabledState": "Enabled",
        "forwardingProtocol": "MatchRequest",
        "httpsRedirect": "Disabled",
        "linkToDefaultDomain": "Disabled",
        "ruleSets": [],
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        group = str(at(request.inputs, "originGroup", "id"))
        if not enabled_origins(request, group):
            yield ArmError(REFUSED, NO_ORIGIN, "depend on an origin of the group")
        mine = set(_claims(request.id, {**self.fills_in, **request.inputs}))
        if not mine:
            message = f"The route {request.name} has no domain."
            yield ArmError(REFUSED, message, "give it a custom domain, or link it to the default domain")
        for other in within(request.cloud, request, ROUTE):
            for domain, path, protocol in sorted(mine.intersection(_claims(other.id, other.body))):
                message = (
                    "The route domains, paths and protocols configuration has a conflict. More information: Domain: "
                    f"{domain}, Path pattern: {path}, Protocol: {protocol} cannot be added to Route {request.name} as "
                    f"this combination already exists in Endpoint {other.id.rsplit('/', 3)[1]}, Route "
                    f"{other.id.rpartition('/')[2]}."
                )
                yield ArmError(REFUSED, message, f"give each combination one route ({CONFLICT})")

    def computed(self, request: Request) -> Properties:
        return {"customDomains": _active(request.inputs.get("customDomains") or [])}


def _claims(id: str, route: Properties) -> Iterator[tuple[str, str, str]]:
    """The combinations of domain, path and protocol that a route answers, of which each has one route."""
    domains = [str(each["id"]).lower().rpartition("/")[2] for each in route.get("customDomains") or []]
    if route.get("linkToDefaultDomain") == "Enabled":
        domains.append(f"{DEFAULT} of {id.rsplit('/', 3)[1]}")
    paths = [str(each) for each in route.get("patternsToMatch") or ["/*"]]
    yield from product(domains, paths, (str(each) for each in route.get("supportedProtocols") or ["Http", "Https"]))


def _active(domains: list[Any]) -> list[Properties]:
    """References to domains, as Azure answers them."""
    return [{**each, "isActive": True} for each in domains]


class RuleSet(Behaviour):
    fills_in: ClassVar[Properties] = {"deploymentStatus": UNDEPLOYED}

    def delete_refusals(self, request: Request) -> Iterator[ArmError]:
        routes = within(request.cloud, request, ROUTE)
        used = (str(each["id"]).lower() for route in routes for each in route.body.get("ruleSets") or [])
        if request.id.lower() in used:
            message = (
                "This resource is still associated with a route. Please delete the association with the route first "
                "before deleting this resource."
            )
            yield ArmError(REFUSED, message, "take it out of the route first")


class Rule(Behaviour):
    fills_in: ClassVar[Properties] = {
        "conditions": [],
        "deploymentStatus": UNDEPLOYED,
        "matchProcessingBehavior": "Continue",
        "order": 0,
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        for name, most in (("conditions", RULE_CONDITIONS), ("actions", RULE_ACTIONS)):
            if len(request.inputs.get(name) or []) > most:
                message = f"The rule {request.name} has more than {most} {name}."
                yield ArmError(REFUSED, message, f"split it ({RULE_SETS})")
            for part in request.inputs.get(name) or []:
                kind, known = at(part, "parameters", "typeName"), RULE_PARTS.get(str(part.get("name")))
                if known is None or kind != known:
                    message = f"The {name} of rule {request.name} have invalid parameters: {part.get('name')}, {kind}."
                    advice = f"typeName: {known or 'of a name that there is'} ({SPECIFICATION})"
                    yield ArmError(REFUSED, message, advice)
        for other in request.cloud.below(request.id.rpartition("/rules/")[0]):
            own = other.id.lower() == request.id.lower()
            if not own and other.body.get("order") == request.inputs.get("order", 0):
                message = "The delivery rules order values cannot have duplicates."
                yield ArmError(REFUSED, message, f"give each rule of the set its own order ({ORDER})")


class SecurityPolicy(Behaviour):
    """It puts a firewall policy before domains, of which each has one."""

    missing_references: ClassVar[Mapping[str, tuple[str, str, int]]] = {
        "parameters.associations": (REFUSED, NO_DOMAIN, 400)
    }
    fills_in: ClassVar[Properties] = {"deploymentStatus": UNDEPLOYED}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        profile = profile_of(request)
        for id in _protected(request.inputs):
            if profile is not None and not id.startswith(f"{profile.id.lower()}/"):
                message = NO_DOMAIN.format(name=id.rpartition("/")[2])
                yield ArmError(REFUSED, message, f"it belongs to another profile than {profile.id}")
        for other in within(request.cloud, request, SECURITY_POLICY):
            for id in sorted({*_protected(request.inputs)} & {*_protected(other.body)}):
                message = f"The domain {id} is already associated with the security policy {other.id}."
                yield ArmError(REFUSED, message, f"a domain has one firewall policy ({FIREWALL})")
        yield from _unfit(request, profile)

    def computed(self, request: Request) -> Properties:
        parameters = request.inputs.get("parameters") or {}
        associations = [
            {**each, "domains": _active(each.get("domains") or [])} for each in parameters.get("associations") or []
        ]
        return {"parameters": {"type": "WebApplicationFirewall", **parameters, "associations": associations}}


def _protected(policy: Properties) -> Iterator[str]:
    """The ids of the domains that a security policy has, in lower case."""
    for association in at(policy, "parameters", "associations") or []:
        for domain in association.get("domains") or []:
            yield str(domain["id"]).lower()


def _unfit(request: Request, profile: CloudObject | None) -> Iterator[ArmError]:
    """What is wrong with the firewall policy."""
    firewall = request.cloud.get(str(at(request.inputs, "parameters", "wafPolicy", "id")))
    if firewall is None or profile is None:
        return
    theirs, ours = at(firewall.body, "sku", "name"), at(profile.body, "sku", "name")
    if theirs != ours:
        message = f"The SKU {theirs} of the firewall policy does not match the SKU {ours} of the profile."
        yield ArmError(REFUSED, message, f"give both the same ({FIREWALL})")
    if firewall.id.split("/")[2].lower() != profile.id.split("/")[2].lower():
        message = "The firewall policy and the profile must be in the same subscription."
        yield ArmError(REFUSED, message, f"make a policy in the subscription of the profile ({FIREWALL})")


BEHAVIOURS: Mapping[str, Behaviour] = {
    ROUTE: Route(),
    PREFIX + "RuleSet": RuleSet(),
    RULE: Rule(),
    SECURITY_POLICY: SecurityPolicy(),
}
