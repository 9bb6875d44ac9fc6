"""The edge: Front Door, its firewall, and what leads to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from components.cdn import content
from components.cdn.facts import CHALLENGE
from components.cdn.firewall_rules import FIXED, countries_rules, range_rule, rate_limit_rule
from components.cdn.links import link_region
from components.cdn.spec import (
    CustomRuleSpec,
    EntranceSpec,
    ExclusionSpec,
    FirewallSpec,
    FrontDoorSpec,
    OriginGroupSpec,
    OriginSpec,
)
from components.dns.facts import APEX
from components.dns.spec import RecordSetSpec
from components.facts.ids import path_values
from components.facts.regions import GLOBAL, REGIONS
from components.facts.types import RESOURCE_TYPES
from components.problems import Problem
from stacks.catalogue.model import Endpoint, HostKind
from stacks.catalogue.names import CORE
from stacks.context import Context
from stacks.parts.certificates.plan import DomainZone, domain_zone
from stacks.parts.edge.checks import edge_problems
from stacks.parts.edge.found import found_origins
from stacks.parts.edge.steps import edge_steps
from stacks.parts.edge.watched import PROFILE, watched_hosts
from stacks.parts.hosts.plan import Host, hosts_of
from stacks.parts.origins import Origin
from stacks.parts.part import Part, Step
from stacks.parts.watched import Watched
from stacks.settings.edge import OriginSettings
from stacks.settings.models import EnvironmentSettings

EDGE_SCOPE = "front-door"
"""The edge, as the plan refers to it."""

DETECTION = "waf-prevention"
"""The rule that the firewall does more than to write down what it sees."""

TOKEN_TTL, NAME_TTL = 3600, 300
"""For how many seconds resolvers keep a token, which changes once, and the name that leads to the edge."""

ONE_ORIGIN_SECONDS = 100
"""How often the health of a lone origin is asked: there is no other to go to."""
PROBES_TO_FAIL_OVER = 4
"""Within how many questions about an origin's health it counts as gone (``components.cdn.front_door.SAMPLES``)."""

FIRST_RANGE, FIRST_RATE = 100, 300
"""From which priority on the firewall has the rules about ranges and rates."""


@dataclass(frozen=True)
class DomainRecords:
    """What the public zone says about one entrance."""

    entrance: str
    """Its name in the spec."""
    token: RecordSetSpec
    names: tuple[RecordSetSpec, ...]
    """What leads to it: a CNAME, or for the domain itself the two sets of addresses, which Azure keeps."""


@dataclass(frozen=True)
class EdgePlan:
    """The edge of an environment, and its records in the zone of the domain."""

    spec: FrontDoorSpec
    domain: DomainZone
    records: tuple[DomainRecords, ...]


class Edge(Part[EnvironmentSettings, EdgePlan]):
    """The one public way to every host."""

    key = "edge"
    rules: ClassVar[Mapping[str, str]] = {DETECTION: "the firewall refuses what its rules match"}

    def plan(self, context: Context[EnvironmentSettings]) -> EdgePlan | None:
        if not context.settings.edge.enabled:
            return None
        entrances = tuple(_entrances(context))
        return EdgePlan(_spec(context, entrances), domain_zone(context), tuple(_records(context, entrances)))

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        """What Azure refuses, and what nothing answers to. Who has which name all stacks together say
        (stacks/plan/claims)."""
        if context.settings.edge.enabled:
            yield from edge_problems(context, custom_rules(context))

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        edge = context.settings.edge
        if edge.enabled and edge.waf.mode == "detection":
            yield DETECTION

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {EDGE_SCOPE: "front-door-profile"} if context.settings.edge.enabled else {}

    def steps(self, context: Context[EnvironmentSettings]) -> Iterator[Step]:
        return edge_steps(context)

    def watched(self, context: Context[EnvironmentSettings]) -> Iterator[Watched]:
        if found := self.plan(context):
            yield from watched_hosts(found.spec)


def _spec(context: Context[EnvironmentSettings], entrances: tuple[EntranceSpec, ...]) -> FrontDoorSpec:
    settings, names = context.settings.edge, context.names
    return FrontDoorSpec(
        profile=names.name(CORE, "front-door-profile", region=GLOBAL),
        endpoint=names.child("front-door-endpoint", f"{names.org}{names.instance}-{context.environment}"),
        policy=names.child("front-door-security-policy", "firewall"),
        timeout_seconds=settings.origin_timeout_seconds,
        firewall=FirewallSpec(
            name=names.name(CORE, "waf-policy", region=GLOBAL),
            mode=settings.waf.mode.capitalize(),
            default_rules=settings.waf.default_rules,
            bot_rules=settings.waf.bot_rules,
            rules=custom_rules(context),
            exclusions=tuple(
                ExclusionSpec(each.group, each.rule or "", each.variable, each.operator, each.selector)
                for each in settings.waf.exclusions.values()
            ),
        ),
        rule_sets=(
            content.headers(settings.hsts_seconds),
            content.static(settings.static_cache_days),
            *((content.redirects(_redirects(context)),) if settings.redirects else ()),
        ),
        groups=tuple(_groups(context)),
        entrances=entrances,
        group=path_values(RESOURCE_TYPES["front-door-profile"], context.settings.adopt.get(PROFILE, "")).get(
            "resourceGroupName", ""
        ),
    )


def served(context: Context[EnvironmentSettings]) -> dict[str, Host]:
    """The public hosts, by endpoint."""
    return {host.endpoint: host for host in hosts_of(context) if not host.internal}


def custom_rules(context: Context[EnvironmentSettings]) -> tuple[CustomRuleSpec, ...]:
    """The firewall's own rules. What is set for an endpoint that nobody knows is left out: the checks refuse it."""
    waf, hosts = context.settings.edge.waf, served(context)
    ranges = [(endpoint, found) for endpoint, found in sorted(waf.ranges.items()) if endpoint in hosts]
    return (
        *FIXED,
        *countries_rules(waf.countries.allow, waf.countries.block, "edge.waf.countries"),
        *(
            range_rule(endpoint, number, hosts[endpoint].name, map(str, found), f"edge.waf.ranges.{endpoint}")
            for number, (endpoint, found) in enumerate(ranges, start=FIRST_RANGE)
        ),
        *(
            rate_limit_rule(
                name,
                number,
                tuple(hosts[each].name for each in limit.hosts if each in hosts),
                limit.paths,
                limit.requests,
                limit.minutes,
                f"edge.waf.rate_limits.{name}",
            )
            for number, (name, limit) in enumerate(sorted(waf.rate_limits.items()), start=FIRST_RATE)
        ),
    )


def _redirects(context: Context[EnvironmentSettings]) -> dict[str, tuple[str, str]]:
    """By label: the host that is redirected, and where to."""
    hosts, domain = served(context), context.settings.domain.name
    return {
        label: (_host_of(label, domain), hosts[endpoint].name)
        for label, endpoint in context.settings.edge.redirects.items()
    }


def _host_of(label: str, domain: str) -> str:
    return domain if label == APEX else f"{label}.{domain}"


def _entrances(context: Context[EnvironmentSettings]) -> Iterator[EntranceSpec]:
    """Every host that is served, then every further name. A route needs an origin that is there, also where a rule
    answers before it."""
    settings, domain = context.settings.edge, context.settings.domain.name
    for endpoint, host in served(context).items():
        if endpoint not in settings.prepared:
            sets = [content.HEADERS, *([content.STATIC] if host.kind == HostKind.STATIC_SITE.value else [])]
            yield _entrance(context, endpoint, host.name, host.record, endpoint, tuple(sets))
    for label, endpoint in sorted(settings.redirects.items()):
        name = f"redirect-{label.replace(APEX, 'apex').replace('.', '-')}"
        sets = [content.HEADERS, content.REDIRECTS]
        yield _entrance(context, name, _host_of(label, domain), label, endpoint, tuple(sets))


def _entrance(
    context: Context[EnvironmentSettings], name: str, host: str, record: str, group: str, sets: tuple[str, ...]
) -> EntranceSpec:
    return EntranceSpec(
        name=context.names.child("front-door-route", name),
        domain=context.names.child("front-door-custom-domain", host.replace(".", "-")),
        host=host,
        record=record,
        group=group,
        rule_sets=sets,
    )


def _records(context: Context[EnvironmentSettings], entrances: tuple[EntranceSpec, ...]) -> Iterator[DomainRecords]:
    names = context.names
    for each in entrances:
        apex = each.record == APEX
        token = names.child("dns-record-set", CHALLENGE if apex else f"{CHALLENGE}.{each.record}")
        record, types = names.child("dns-record-set", each.record), ("A", "AAAA") if apex else ("CNAME",)
        leading = tuple(RecordSetSpec(record, kind, NAME_TTL) for kind in types)
        yield DomainRecords(each.name, RecordSetSpec(token, "TXT", TOKEN_TTL), leading)


def _groups(context: Context[EnvironmentSettings]) -> Iterator[OriginGroupSpec]:
    """One group an endpoint, also of those that are only prepared."""
    settings, found = context.settings.edge, found_origins(context)
    endpoints = {each.name: each for service in context.catalogue for each in service.endpoints}
    for endpoint in served(context):
        origins = tuple(_origin(context, origin, share) for origin, share in found.get(endpoint, ()))
        if origins:
            seconds = settings.failover_seconds // PROBES_TO_FAIL_OVER if len(origins) > 1 else ONE_ORIGIN_SECONDS
            yield _group(context, endpoints[endpoint], seconds, origins)


def _group(
    context: Context[EnvironmentSettings], endpoint: Endpoint, seconds: int, origins: tuple[OriginSpec, ...]
) -> OriginGroupSpec:
    name = context.names.child("front-door-origin-group", endpoint.name)
    return OriginGroupSpec(name, endpoint.probe, seconds, origins)


def _origin(context: Context[EnvironmentSettings], origin: Origin, share: OriginSettings) -> OriginSpec:
    return OriginSpec(
        key=origin.key,
        name=context.names.child("front-door-origin", f"{origin.endpoint}-{REGIONS[origin.region].code}"),
        behind=origin.behind,
        host=origin.host,
        link=origin.link,
        link_region=link_region(origin.region) if origin.link else "",
        group=origin.group,
        gate=origin.gate,
        priority=share.priority,
        weight=share.weight,
    )


EDGE = Edge()
