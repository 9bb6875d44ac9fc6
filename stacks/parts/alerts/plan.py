"""What is noticed about the resources of a stack: which rules, with which thresholds, and when nobody hears of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from components.alerts.spec import MetricAlertSpec, QueryAlertSpec, QuietSpec
from components.naming.builder import Names, Project
from components.problems import Problem
from stacks.catalogue.names import CORE
from stacks.context import Context
from stacks.parts.alerts.availability import HOST_DOWN, HostPlan, availability_problems, host_plans
from stacks.parts.alerts.burn import objectives
from stacks.parts.alerts.checks import change_problems, quiet_problems
from stacks.parts.alerts.logs import QUERY_RULES
from stacks.parts.alerts.query import QueryRule
from stacks.parts.alerts.quiet import once, windows
from stacks.parts.alerts.rule import MetricRule
from stacks.parts.alerts.rules import METRIC_RULES, RULES
from stacks.parts.part import Part
from stacks.settings.alerts import Change
from stacks.settings.models import EnvironmentSettings, Settings, SharedSettings

WAIVER = "alert-{rule}"
ANOMALIES = "anomalies"
"""The detection of failures, as waivers and the runbook name it."""

PAGE = "docs/runbooks/alerts.md"


@dataclass(frozen=True)
class RulePlan:
    """A rule as it holds in a stack, for every resource of its type."""

    id: str
    kind: str
    spec: MetricAlertSpec


@dataclass(frozen=True)
class QueryPlan:
    """A rule that asks the workspace, as it does in a stack."""

    id: str
    spec: QueryAlertSpec
    query: str


@dataclass(frozen=True)
class QuietPlan:
    """A quiet time."""

    key: str
    """Its logical name."""
    scope: str
    """The resource that is quiet, as the plan refers to it; empty: every resource group of the stack."""
    spec: QuietSpec


@dataclass(frozen=True)
class AlertsPlan:
    """Everything that is watched in a stack."""

    key: str
    group: str
    """The resource group of the rules."""
    names: Names
    rules: tuple[RulePlan, ...]
    queries: tuple[QueryPlan, ...]
    hosts: tuple[HostPlan, ...]
    """The public hosts, each with the questions from outside."""
    quiet: tuple[QuietPlan, ...]
    anomalies: bool
    """Whether failures are looked for."""


def address(rule: str) -> str:
    """Where the runbook tells of a rule."""
    return f"{PAGE}#{rule}"


def planned(rule: MetricRule, environment: str, settings: Any, change: Change | None) -> MetricAlertSpec:
    """A rule in a stack, with what its settings change."""
    threshold = rule.threshold_in(environment, settings)
    return MetricAlertSpec(
        metric=rule.metric,
        aggregation=rule.aggregation,
        operator=rule.operator,
        threshold=threshold if change is None or change.threshold is None else change.threshold,
        window=(change.window if change else None) or rule.window,
        frequency=(change.frequency if change else None) or rule.frequency,
        severity=rule.severity,
        description=f"{rule.means} What to do: {address(rule.id)}",
        dimensions=rule.dimensions,
    )


def rules_of(context: Context[Any]) -> tuple[RulePlan, ...]:
    """The rules of a stack: all but those that its settings make impossible and those that it waives."""
    settings = context.settings
    return tuple(
        RulePlan(rule.id, rule.kind, planned(rule, context.environment, settings, settings.alerts.changes.get(rule.id)))
        for rule in METRIC_RULES
        if _holds(context, rule.id) and _possible(rule, settings)
    )


def queries_of(context: Context[Any], project: Project) -> tuple[QueryPlan, ...]:
    """The rules of a stack that ask its workspace, with the names of ``project``, that of the workspace."""
    settings = context.settings
    minimum = 0 if isinstance(settings, SharedSettings) else settings.alerts.minimum_requests
    made = []
    for rule in QUERY_RULES:
        table = objectives(context, rule.threshold) if rule.promises else ""
        if _holds(context, rule.id) and _possible(rule, settings) and (table or not rule.promises):
            made.append(QueryPlan(rule.id, _query(context, project, rule), rule.asked(minimum, table)))
    return tuple(made)


def _query(context: Context[Any], project: Project, rule: QueryRule) -> QueryAlertSpec:
    change = context.settings.alerts.changes.get(rule.id)
    return QueryAlertSpec(
        name=context.names.name(project, "scheduled-query-rule", role=rule.id),
        operator=rule.operator,
        threshold=rule.threshold if change is None or change.threshold is None else change.threshold,
        window=(change.window if change else None) or rule.window,
        frequency=(change.frequency if change else None) or rule.frequency,
        severity=rule.severity,
        description=f"{rule.means} What to do: {address(rule.id)}",
        measure=rule.measure,
        by_resource=rule.by_resource,
        splits=rule.splits,
    )


def _holds(context: Context[Any], rule: str) -> bool:
    """Whether a rule is not waived."""
    return WAIVER.format(rule=rule) not in context.settings.waivers


def _possible(rule: MetricRule | QueryRule, settings: Settings) -> bool:
    """Whether a rule can be there: what is computed from an environment has no meaning in `shared`."""
    if isinstance(settings, SharedSettings) and rule.kind not in IN_SHARED:
        return False
    return rule.applies(settings)


IN_SHARED = frozenset({"container-registry", "dns-zone", "key-vault", "log-analytics-workspace", "storage-account"})
"""The types of `shared` that have rules."""


def _rules() -> Mapping[str, str]:
    return {
        WAIVER.format(rule=id): f"{id} is noticed ({address(id)})"
        for id in (*(r.id for r in RULES), HOST_DOWN, ANOMALIES)
    }


def _waived(context: Context[Any]) -> Iterator[str]:
    """A waiver turns its rule off, and is what breaks it."""
    return (rule for rule in context.settings.waivers if rule in _RULES)


_RULES = _rules()


class EnvironmentAlerts(Part[EnvironmentSettings, AlertsPlan]):
    """The rules of an environment."""

    key = "alerts"
    rules: ClassVar[Mapping[str, str]] = _RULES

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        return _waived(context)

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        yield from change_problems(context)
        yield from quiet_problems(context)
        if _holds(context, HOST_DOWN):
            yield from availability_problems(context)

    def plan(self, context: Context[EnvironmentSettings]) -> AlertsPlan:
        quiet = [
            QuietPlan(f"{scope}-{number}", scope, spec) for number, (scope, spec) in enumerate(windows(context), 1)
        ]
        return AlertsPlan(
            key=CORE.code,
            group=CORE.code,
            names=context.names,
            rules=rules_of(context),
            queries=queries_of(context, CORE),
            hosts=tuple(host_plans(context, context.watched, address(HOST_DOWN))) if _holds(context, HOST_DOWN) else (),
            quiet=(*quiet, *_quiet_times(context, CORE.code)),
            anomalies=_holds(context, ANOMALIES),
        )


class SharedAlertsPart(Part[SharedSettings, AlertsPlan]):
    """The rules of what all environments use."""

    key = "alerts"
    rules: ClassVar[Mapping[str, str]] = _RULES

    def weaknesses(self, context: Context[SharedSettings]) -> Iterator[str]:
        return _waived(context)

    def problems(self, context: Context[SharedSettings]) -> Iterator[Problem]:
        yield from change_problems(context)
        yield from quiet_problems(context)

    def plan(self, context: Context[SharedSettings]) -> AlertsPlan:
        return AlertsPlan(
            key="shared",
            group="acr",
            names=context.names,
            rules=rules_of(context),
            queries=queries_of(context, Project("acr")),
            hosts=(),
            quiet=tuple(_quiet_times(context, "acr")),
            anomalies=False,
        )


def _quiet_times(context: Context[Any], project: str) -> Iterator[QuietPlan]:
    for number, each in enumerate(context.settings.alerts.quiet, 1):
        yield QuietPlan(f"quiet-{number}", "", once(context.names, project, number, each))


ALERTS = EnvironmentAlerts()
SHARED_ALERTS = SharedAlertsPart()
