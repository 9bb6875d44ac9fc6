"""What is wrong with the settings of the edge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from components.cdn.facts import CUSTOM_RULES, MATCH_RANGES, MATCH_VALUES
from components.cdn.firewall_rules import COUNTRIES, RULE_GROUPS
from components.cdn.firewall_rules import READ as LIMITS
from components.cdn.spec import CustomRuleSpec
from components.problems import Problem
from stacks.context import Context
from stacks.parts.edge.found import found_origins
from stacks.parts.hosts.plan import hosts_of
from stacks.settings.edge import OriginSettings
from stacks.settings.models import EnvironmentSettings

READ = "docs/runbooks/edge.md"
MIXED = "Microsoft: Secure your origin with Private Link in Azure Front Door Premium"


def edge_problems(context: Context[EnvironmentSettings], rules: Sequence[CustomRuleSpec]) -> Iterator[Problem]:
    """Everything that Azure refuses about the edge, or that nothing answers to."""
    public = [host.endpoint for host in hosts_of(context) if not host.internal]
    yield from _unknown_endpoints(context, public)
    yield from _redirect_problems(context, public)
    yield from _origin_problems(context, public)
    yield from _country_problems(context)
    yield from _exclusion_problems(context)
    yield from _limit_problems(context, rules)
    yield from _colliding(context, context.settings.edge.redirects)


def _unknown_endpoints(context: Context[EnvironmentSettings], public: list[str]) -> Iterator[Problem]:
    edge = context.settings.edge
    named = [
        *((f"edge.prepared.{index}", each) for index, each in enumerate(edge.prepared)),
        *((f"edge.redirects.{label}", each) for label, each in edge.redirects.items()),
        *((f"edge.origins.{each}", each) for each in edge.origins),
        *((f"edge.waf.ranges.{each}", each) for each in edge.waf.ranges),
        *(
            (f"edge.waf.rate_limits.{name}.hosts.{index}", each)
            for name, limit in edge.waf.rate_limits.items()
            for index, each in enumerate(limit.hosts)
        ),
    ]
    for path, endpoint in named:
        if endpoint not in public:
            yield Problem(context.path(path), "no public host of this environment", endpoint, ", ".join(public), READ)


def _redirect_problems(context: Context[EnvironmentSettings], public: list[str]) -> Iterator[Problem]:
    edge = context.settings.edge
    for label, endpoint in edge.redirects.items():
        if endpoint in edge.prepared and endpoint in public:
            what = "leads to a host that is only prepared, which another profile still serves"
            allowed = ", ".join(each for each in public if each not in edge.prepared) or "no redirect"
            yield Problem(context.path(f"edge.redirects.{label}"), what, endpoint, allowed, READ)


def _origin_problems(context: Context[EnvironmentSettings], public: list[str]) -> Iterator[Problem]:
    own = {origin.key for origin in context.origins}
    for endpoint, regions in context.settings.edge.origins.items():
        if endpoint not in public:
            continue
        for region, share in regions.items():
            path = f"edge.origins.{endpoint}.{region}"
            yield from (
                _known_origin(context, path, share)
                if f"{endpoint}/{region}" in own
                else _further_origin(context, path, share)
            )
    for endpoint, origins in found_origins(context).items():
        if len({bool(origin.link) for origin, _ in origins}) > 1:
            seen = ", ".join(f"{each.region}: {'a link' if each.link else 'a public address'}" for each, _ in origins)
            what = "origins with and without a private link cannot be in one group"
            allowed = "a private_link_id for all of them, or for none"
            yield Problem(context.path(f"edge.origins.{endpoint}"), what, seen, allowed, MIXED)


def _known_origin(context: Context[EnvironmentSettings], path: str, share: OriginSettings) -> Iterator[Problem]:
    """What this stack makes itself: nobody else can say where it is."""
    for field in ("host_name", "private_link_id", "group"):
        value = getattr(share, field)
        if value is not None:
            what, allowed = "this stack makes this origin, and knows where it is", "priority and weight only"
            yield Problem(context.path(f"{path}.{field}"), what, value, allowed, READ)


def _further_origin(context: Context[EnvironmentSettings], path: str, share: OriginSettings) -> Iterator[Problem]:
    if share.host_name is None:
        what = "missing: nothing of this stack answers in this region"
        yield Problem(context.path(f"{path}.host_name"), what, "", "the name that the origin answers to", READ)
    if share.group is not None and share.private_link_id is None:
        what, allowed = "a group of a private link that is not there", "a private_link_id, or no group"
        yield Problem(context.path(f"{path}.group"), what, share.group, allowed, READ)


def _country_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    countries = context.settings.edge.waf.countries
    for list_, codes in (("allow", countries.allow), ("block", countries.block)):
        for index, code in enumerate(codes):
            if code not in COUNTRIES:
                path = context.path(f"edge.waf.countries.{list_}.{index}")
                yield Problem(path, "not a country", code, "two letters of ISO 3166-1, such as ZA")
    if countries.allow and countries.block:
        seen = f"allow {', '.join(countries.allow)}; block {', '.join(countries.block)}"
        what = "countries are both allowed and blocked: who allows some blocks all others"
        yield Problem(context.path("edge.waf.countries"), what, seen, "one of the two lists", READ)


def _exclusion_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    waf = context.settings.edge.waf
    groups = RULE_GROUPS[waf.default_rules]
    for name, each in waf.exclusions.items():
        path = f"edge.waf.exclusions.{name}"
        if each.group not in groups:
            what = f"no group of the default rules {waf.default_rules}"
            yield Problem(context.path(f"{path}.group"), what, each.group, ", ".join(groups))
        if (each.operator == "EqualsAny") != (each.selector == "*"):
            what = "EqualsAny is about every name, and * is every name"
            seen = f"{each.operator} {each.selector}"
            yield Problem(context.path(f"{path}.selector"), what, seen, "EqualsAny with *, or a name", READ)


def _limit_problems(context: Context[EnvironmentSettings], rules: Sequence[CustomRuleSpec]) -> Iterator[Problem]:
    if len(rules) > CUSTOM_RULES:
        path, seen = context.path("edge.waf"), f"{len(rules)} rules of our own"
        yield Problem(path, "more rules than a policy takes", seen, f"at most {CUSTOM_RULES}", LIMITS)
    for rule in rules:
        for condition in rule.conditions:
            most = MATCH_RANGES if condition.operator == "IPMatch" else MATCH_VALUES
            if len(condition.values) > most and rule.setting:
                seen = f"{len(condition.values)} of {condition.selector or condition.variable}"
                what = "more values than a condition takes"
                yield Problem(context.path(rule.setting), what, seen, f"at most {most}", LIMITS)


def _colliding(context: Context[EnvironmentSettings], labels: Iterable[str]) -> Iterator[Problem]:
    """Names that differ in a dot alone become one where Azure takes none."""
    seen = Counter(label.replace(".", "-") for label in labels)
    for label in labels:
        if seen[label.replace(".", "-")] > 1 and "." in label:
            path = context.path(f"edge.redirects.{label}")
            yield Problem(path, "the name of its domain is that of another one", label, "another label", READ)
