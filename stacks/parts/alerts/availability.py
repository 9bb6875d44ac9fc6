"""Whether every public host answers: the tests from outside, and what Azure or a rule of this platform refuses about
them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from components.alerts.facts import LOCATIONS, minutes
from components.alerts.spec import HostAlertSpec, WebTestSpec
from components.cdn.facts import MATCH_RANGES
from components.facts.ids import made_id
from components.facts.regions import GLOBAL
from components.facts.types import RESOURCE_TYPES
from components.naming.builder import Project
from components.problems import Problem
from stacks.catalogue.model import Service
from stacks.context import Context
from stacks.parts.alerts.checks import CALLED_WITHIN, READ, fast_enough
from stacks.parts.alerts.web_tests import keeper_of, role_of, web_test_name
from stacks.parts.hosts.plan import hosts_of
from stacks.parts.watched import Watched
from stacks.settings.models import EnvironmentSettings

HOST_DOWN = "hostdown"
"""The alert about a host, as waivers and the runbook name it."""

PLACES = 5
"""From so many places a host is asked at least (Microsoft: Application Insights availability tests: five or more)."""

SPARED = 2
"""So many places may fail before a host counts as down (the same page: locations - 2)."""

FREQUENCY = "PT5M"
COMPONENT = "application-insights"


@dataclass(frozen=True)
class HostPlan:
    """The test of a public host, and the alert about it."""

    key: str
    """Its logical name."""
    service: str
    """Whose component keeps the answers."""
    group: str
    """The resource group of that component."""
    test: WebTestSpec
    alert: HostAlertSpec


def severity_in(environment: str) -> int:
    """How bad it is that a host does not answer: in prod somebody is called."""
    return 1 if environment == "prod" else 2


def window_for(seconds: int) -> str:
    """The shortest window of a metric alert in which each place has asked."""
    return "PT5M" if seconds <= 300 else "PT15M"


def host_plans(context: Context[EnvironmentSettings], watched: Iterable[Watched], page: str) -> Iterator[HostPlan]:
    """A test and an alert for each host that a part serves; ``page`` is where the runbook tells of it."""
    settings, names = context.settings.availability, context.names
    for each in watched:
        service = keeper_of(context.catalogue, each.endpoint)
        if service is None:
            continue
        yield HostPlan(
            key=each.key,
            service=service.key,
            group=service.group,
            test=WebTestSpec(
                name=web_test_name(context, service, each.key),
                url=each.url,
                component=_component_id(context, service),
                seconds=settings.frequency_seconds,
                locations=settings.locations,
                certificate_days=settings.certificate_days,
            ),
            alert=HostAlertSpec(
                name=names.name(service.project, "metric-alert", role=f"{role_of(each.key)}{HOST_DOWN}", region=GLOBAL),
                description=f"{each.host} does not answer, or its certificate ends soon. What to do: {page}",
                severity=severity_in(context.environment),
                failed_locations=len(settings.locations) - SPARED,
                window=window_for(settings.frequency_seconds),
                frequency=FREQUENCY,
            ),
        )


def _component_id(context: Context[EnvironmentSettings], service: Service) -> str:
    adopted = context.settings.adopt.get(f"{COMPONENT}/{service.key}")
    place = {
        "subscriptionId": context.settings.azure.subscription_id,
        "resourceGroupName": context.names.name(Project(service.group), "resource-group"),
        "resourceName": context.names.name(service.project, COMPONENT),
    }
    return adopted or made_id(RESOURCE_TYPES[COMPONENT], place)


def availability_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Places that do not exist, or too few of them; a test too rare for what calls somebody; a firewall that keeps the
    tests out."""
    settings = context.settings.availability
    path, known = "availability.locations", [each for each in settings.locations if each in LOCATIONS]
    for number, each in enumerate(settings.locations):
        if each not in LOCATIONS:
            yield Problem(context.path(f"{path}.{number}"), "no such location", each, ", ".join(LOCATIONS), READ)
        elif each in settings.locations[:number]:
            yield Problem(context.path(f"{path}.{number}"), "the location is there already", each, "each once", READ)
    if len(settings.locations) < PLACES:
        seen = ", ".join(settings.locations) or "none"
        yield Problem(context.path(path), "too few to tell a host from its way", seen, f"at least {PLACES}", READ)
    severity, window = severity_in(context.environment), window_for(settings.frequency_seconds)
    if not fast_enough(severity, window, FREQUENCY):
        what = f"a host of {context.environment} that does not answer calls somebody within {CALLED_WITHIN} minutes"
        seen = f"{settings.frequency_seconds}, seen within {minutes(window) + minutes(FREQUENCY):.0f} minutes"
        yield Problem(context.path("availability.frequency_seconds"), what, seen, "300", READ)
    if context.settings.edge.enabled:
        yield from _country_problems(context, known)
        yield from _range_problems(context, known)


def _country_problems(context: Context[EnvironmentSettings], known: Sequence[str]) -> Iterator[Problem]:
    countries = context.settings.edge.waf.countries
    if countries.allow and countries.block:
        return  # which the edge refuses
    wanted = dict.fromkeys(LOCATIONS[each].country for each in known)
    kept_out = [each for each in wanted if (countries.allow and each not in countries.allow) or each in countries.block]
    if kept_out:
        name = "allow" if countries.allow else "block"
        yield Problem(
            context.path(f"edge.waf.countries.{name}"),
            f"availability tests come from {', '.join(kept_out)} and are kept out",
            ", ".join(getattr(countries, name)),
            f"{', '.join(wanted)} let in, or other mystira:availability.locations",
            READ,
        )


def _range_problems(context: Context[EnvironmentSettings], known: Sequence[str]) -> Iterator[Problem]:
    """Who is not served, or named with more ranges than a condition takes, the edge itself complains about."""
    wanted = [IPv4Network(each) for name in known for each in LOCATIONS[name].addresses]
    served = {each.endpoint for each in hosts_of(context) if not each.internal}
    for endpoint, ranges in context.settings.edge.waf.ranges.items():
        if endpoint not in served or len(ranges) > MATCH_RANGES:
            continue
        missing = [
            str(each)
            for each in wanted
            if not any(isinstance(other, IPv4Network) and each.subnet_of(other) for other in ranges)
        ]
        if missing:
            yield Problem(
                context.path(f"edge.waf.ranges.{endpoint}"),
                f"availability tests come from {len(missing)} other ranges and are kept out",
                ", ".join(map(str, ranges)),
                f"besides, {', '.join(missing)}",
                READ,
            )
