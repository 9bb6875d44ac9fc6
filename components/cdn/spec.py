"""What an edge consists of: a Front Door profile, its firewall, and the way of every host to what answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WireRule = Any
"""A condition or an action of a rule, as Azure has it: its name, and its parameters in camel case."""


@dataclass(frozen=True)
class MatchSpec:
    """One condition of a rule of the firewall."""

    variable: str
    """What is looked at: ``RequestMethod``."""
    operator: str
    """How: ``Equal``, ``Contains``, ``GreaterThan`` (of a text: its length), ``IPMatch``, ``GeoMatch``, ``RegEx``."""
    values: tuple[str, ...]
    """With what it is compared: any of these."""
    selector: str = ""
    """The name of a header, where that is looked at."""
    negate: bool = False
    """Whether it must not be so."""
    lower: bool = False
    """Whether what is looked at is made lower case first."""


@dataclass(frozen=True)
class CustomRuleSpec:
    """A rule of our own: what all of its conditions match is refused, or counted where it has a threshold."""

    name: str
    """Letters and digits."""
    priority: int
    """Its place in the order, unique."""
    conditions: tuple[MatchSpec, ...]
    """All of them must match."""
    setting: str
    """The setting that it comes from, for errors; empty: none."""
    requests: int = 0
    """After how many requests of one address within ``minutes`` further ones are refused; 0: the first one is."""
    minutes: int = 0
    """1 or 5, where requests are counted."""


@dataclass(frozen=True)
class ExclusionSpec:
    """A part of requests that managed rules do not look at."""

    group: str
    """The group of rules."""
    rule: str
    """The number of the one rule that is meant; empty: the whole group."""
    variable: str
    """Where the part is: ``RequestCookieNames``."""
    operator: str
    """How names are compared."""
    selector: str
    """The name."""


@dataclass(frozen=True)
class FirewallSpec:
    """The firewall for requests."""

    name: str
    """Its physical name."""
    mode: str
    """``Prevention`` or ``Detection``."""
    default_rules: str
    """The version of Microsoft's default rules."""
    bot_rules: str
    """The version of Microsoft's rules about bots."""
    rules: tuple[CustomRuleSpec, ...]
    """Our own rules, asked before the managed ones."""
    exclusions: tuple[ExclusionSpec, ...]
    """What managed rules do not look at."""


@dataclass(frozen=True)
class OriginSpec:
    """One place that answers."""

    key: str
    """What tells it from every other: ``api/southafricanorth``."""
    name: str
    """Its physical name: ``api-san``."""
    behind: str
    """The component that must be there before it, as the site knows it; empty: nothing of this stack."""
    host: str
    """The name that it answers to; empty: only the deployment knows it."""
    link: str
    """The id of the resource that a private link leads to; empty: it has a public address."""
    link_region: str
    """The region of the link."""
    group: str
    """The private link group; empty for a private link service."""
    gate: str
    """The rule whose waiver says who turns others away where no link does; empty: the link does."""
    priority: int
    """Requests go to the lowest that is healthy."""
    weight: int
    """Its share among those of one priority."""


@dataclass(frozen=True)
class OriginGroupSpec:
    """All places that answer for one endpoint."""

    name: str
    """The endpoint."""
    probe_path: str
    """What is asked for its health."""
    probe_seconds: int
    """How often."""
    origins: tuple[OriginSpec, ...]
    """All of them with a private link, or none."""


@dataclass(frozen=True)
class RuleSpec:
    """A rule about requests and answers."""

    name: str
    """Letters and digits."""
    order: int
    """Its place in its set, from 1."""
    conditions: tuple[WireRule, ...]
    """All of them must match; none: every request."""
    actions: tuple[WireRule, ...]
    """What is done, at most five."""


@dataclass(frozen=True)
class RuleSetSpec:
    """Rules that routes refer to together."""

    name: str
    """Letters and digits."""
    rules: tuple[RuleSpec, ...]
    """In their order."""


@dataclass(frozen=True)
class EntranceSpec:
    """A public host: its domain, its route and its records."""

    name: str
    """What tells it from every other, and the name of its route: ``api``, ``redirect-www``."""
    domain: str
    """The physical name of its domain: its host with hyphens."""
    host: str
    """``dev.api.mystira.app``."""
    record: str
    """Its name in the zone: ``dev.api``; ``@`` for the zone itself."""
    group: str
    """The origin group that answers."""
    rule_sets: tuple[str, ...]
    """The rule sets that it goes through, in this order."""


@dataclass(frozen=True)
class FrontDoorSpec:
    """A profile with one endpoint."""

    profile: str
    """Its physical name."""
    endpoint: str
    """The physical name of its endpoint."""
    policy: str
    """The name of its security policy."""
    timeout_seconds: int
    """For how long an origin may be silent."""
    firewall: FirewallSpec
    """What stands before all of it."""
    rule_sets: tuple[RuleSetSpec, ...]
    """What entrances refer to."""
    groups: tuple[OriginGroupSpec, ...]
    """What answers, by endpoint; of a prepared one as well."""
    entrances: tuple[EntranceSpec, ...]
    """Every public host."""
    group: str = ""
    """The resource group that a live profile stays in, and its parts with it; empty: that of its place."""
