"""The settings of the edge: Front Door, its firewall, and what leads to it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import AnyCidr, EndpointKey, RecordLabel, RegionName, Text

Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
"""A name of your choice, of which the name of a rule is made."""

Country = Annotated[str, Field(pattern=r"^([A-Z]{2})$")]


class OriginSettings(Section):
    """What answers for an endpoint in one region. That of this stack is known: here only its share is set."""

    host_name: Text | None = None
    """The name that it answers to, and that its certificate is for; required in another region than the stack's."""
    private_link_id: Text | None = None
    """The id of the resource that a private link leads to. Left out: it has a public address."""
    group: Text | None = None
    """The private link group of that resource, such as sites. Left out: it is a private link service."""
    priority: Annotated[int, Field(ge=1, le=5)] = 1
    """Requests go to the lowest number that is healthy, 1 to 5."""
    weight: Annotated[int, Field(ge=1, le=1000)] = 1000
    """Its share of the requests among origins of one priority, 1 to 1000."""


class RateLimit(Section):
    """How many requests one address may send."""

    hosts: tuple[EndpointKey, ...] = Field(default=(), strict=False)
    """The endpoints that it is for. Left out: all."""
    paths: tuple[Annotated[str, Field(pattern=r"^/\S*$")], ...] = Field(default=(), strict=False)
    """What the paths begin with, such as /api/auth. Left out: every path."""
    requests: Annotated[int, Field(ge=10, le=1_000_000)]
    """After how many requests within `minutes` further ones are refused. Below 200 a minute the count is inexact."""
    minutes: Literal[1, 5]
    """The time in which requests are counted: 1 or 5 minutes."""


class Countries(Section):
    """From where requests may come. One of the two, or none: then from everywhere."""

    allow: tuple[Country, ...] = Field(default=(), strict=False)
    """The only countries from which they may come, as two-letter codes of ISO 3166."""
    block: tuple[Country, ...] = Field(default=(), strict=False)
    """The countries from which they may not."""


class Exclusion(Section):
    """A part of requests that managed rules do not look at."""

    group: Text
    """The group of managed rules, such as SQLI."""
    rule: Annotated[str, Field(pattern=r"^[0-9]+$")] | None = None
    """The number of one rule of the group, in quotes. Left out: all of them."""
    variable: Literal[
        "QueryStringArgNames",
        "RequestBodyPostArgNames",
        "RequestBodyJsonArgNames",
        "RequestCookieNames",
        "RequestHeaderNames",
    ]
    """Where the part is."""
    operator: Literal["Equals", "Contains", "StartsWith", "EndsWith", "EqualsAny"] = "Equals"
    """How `selector` and the names of parts are compared."""
    selector: Text
    """The name of the part; * with EqualsAny."""
    reason: Text
    """Why the rules are wrong about it."""


class Waf(Section):
    """The firewall for requests."""

    mode: Literal["prevention", "detection"] = "prevention"
    """Whether it refuses requests, or only logs what it would refuse."""
    default_rules: Literal["2.1", "2.2"] = "2.2"
    """The version of Microsoft's default rules."""
    bot_rules: Literal["1.0", "1.1"] = "1.1"
    """The version of Microsoft's rules about bots."""
    rate_limits: dict[Word, RateLimit] = Field(default={})
    """How many requests one address may send, each limit by a name of your choice."""
    countries: Countries = Countries()
    """From where requests may come."""
    ranges: dict[EndpointKey, Annotated[tuple[AnyCidr, ...], Field(min_length=1, strict=False)]] = Field(default={})
    """By endpoint: the only addresses from which it is reached. Left out: from everywhere."""
    exclusions: dict[Word, Exclusion] = Field(default={})
    """What managed rules do not look at, each by a name of your choice."""


class Edge(Section):
    """Front Door: the one public way to every host of the environment."""

    enabled: bool = True
    """Whether there is an edge. Without one nothing of the environment is public."""
    prepared: tuple[EndpointKey, ...] = Field(default=(), strict=False)
    """The endpoints that have an origin only, without domain, route and record: their hosts are still served by
    another profile (docs/runbooks/edge.md)."""
    origin_timeout_seconds: Annotated[int, Field(ge=16, le=240)] = 60
    """For how many seconds an origin may be silent before it answers, 16 to 240."""
    failover_seconds: Annotated[int, Field(ge=4, le=1020)] = 30
    """Within how many seconds requests go to another region, where there is one: 4 to 1020. A quarter of it is between
    two questions about an origin's health."""
    hsts_seconds: Annotated[int, Field(ge=0, le=63_072_000)] = 31_536_000
    """For how many seconds browsers use HTTPS alone, up to two years."""
    static_cache_days: Annotated[int, Field(ge=1, le=365)] = 7
    """For how many days the edge keeps files whose names change with their content."""
    redirects: dict[RecordLabel, EndpointKey] = Field(default={})
    """Further names below the domain, @ for the domain itself: each leads to the host of an endpoint."""
    origins: dict[EndpointKey, dict[RegionName, OriginSettings]] = Field(default={})
    """By endpoint and region: what answers besides, and which share of the requests each region gets."""
    waf: Waf = Waf()
    """The firewall for requests."""
