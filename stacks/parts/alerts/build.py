"""Alerts: one rule for every resource of its type that the stack has registered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import pulumi

from components.alerts.alerts import Alerts
from components.alerts.availability import HostWatch
from components.alerts.facts import TOGETHER
from components.alerts.metric_alert import Watch
from components.alerts.processing import Detection, Quiet
from components.alerts.query_alert import Question
from components.facts.model import Naming
from components.facts.regions import GLOBAL, REGIONS
from components.guard.guard import Registered
from components.naming.builder import Project
from stacks.catalogue.names import CORE
from stacks.parts.alerts.availability import COMPONENT, HostPlan
from stacks.parts.alerts.plan import ANOMALIES, AlertsPlan, QueryPlan, QuietPlan, RulePlan, address
from stacks.parts.monitoring.plan import WORKSPACE
from stacks.parts.monitoring.routes import action_group
from stacks.parts.site import Site

ANOMALY_SEVERITY = 3
"""That of the rule that Azure would make."""


def build_alerts(site: Site, plan: AlertsPlan) -> None:
    """Register the rules, what asks public hosts, the quiet times, and the detection of failures of every
    component."""
    found: Mapping[str, Sequence[Registered]] = {
        kind: list(each)
        for kind, each in groupby(
            sorted(site.registered, key=lambda one: (one.row.key, one.name)), key=lambda one: one.row.key
        )
    }
    Alerts(
        plan.key,
        site.place(plan.group),
        watches=[each for rule in plan.rules for each in _watches(site, plan, rule, found.get(rule.kind, ()))],
        questions=[_question(site, each) for each in plan.queries],
        hosts=[_host(site, each, found.get(COMPONENT, ())) for each in plan.hosts],
        quiet=[_quiet(site, each) for each in plan.quiet],
        detections=[_detection(site, each) for each in found.get(COMPONENT, ())] if plan.anomalies else [],
        opts=site.options(),
    )


def _watches(site: Site, plan: AlertsPlan, rule: RulePlan, watched: Sequence[Registered]) -> Iterator[Watch]:
    together = rule.kind in TOGETHER
    sets = [watched] if together and watched else [[each] for each in watched]
    for each in sets:
        project = Project(plan.group) if together else Project(project_of(plan, each[0]))
        yield Watch(
            key=f"{project.code}-{rule.id}",
            name=plan.names.name(project, "metric-alert", role=rule.id, region=GLOBAL),
            spec=rule.spec,
            row=each[0].row,
            scopes=[_id(one) for one in each],
            together=together,
            group=site.resources[action_group(rule.spec.severity)],
        )


def _question(site: Site, query: QueryPlan) -> Question:
    return Question(
        key=query.id,
        spec=query.spec,
        query=query.query,
        workspace=site.resources[WORKSPACE],
        group=site.resources[action_group(query.spec.severity)],
    )


def _host(site: Site, host: HostPlan, components: Sequence[Registered]) -> HostWatch:
    component = next(each for each in components if each.name == host.service)
    return HostWatch(
        key=host.key,
        test=host.test,
        alert=host.alert,
        place=site.place(host.group),
        component=_custom(component),
        group=site.resources[action_group(host.alert.severity)],
    )


def _quiet(site: Site, quiet: QuietPlan) -> Quiet:
    groups = [id for key, id in site.resources.items() if key.startswith("resource-group/")]
    return Quiet(key=quiet.key, spec=quiet.spec, scopes=[site.resources[quiet.scope]] if quiet.scope else groups)


def _detection(site: Site, component: Registered) -> Detection:
    return Detection(
        key=component.name,
        name=f"Failure Anomalies - {component.physical}",
        component=_id(component),
        group=site.resources[action_group(ANOMALY_SEVERITY)],
        description=f"More requests or dependencies fail than usual. What to do: {address(ANOMALIES)}",
    )


def _id(each: Registered) -> pulumi.Output[str]:
    return _custom(each).id


def _custom(each: Registered) -> pulumi.CustomResource:
    if not isinstance(each.resource, pulumi.CustomResource):
        raise TypeError(f"{each.row.key} {each.name} has no id")
    return each.resource


def project_of(plan: AlertsPlan, each: Registered) -> str:
    """The project part of a resource's name; what keeps an older name, or has one in its parent, goes by its logical
    name, or counts to the core where that is all there is."""
    names, row, physical = plan.names, each.row, each.physical
    places = "|".join(sorted({region.code for region in REGIONS.values()}))
    if row.naming is Naming.FIVE_PART:
        pattern = rf"{names.org}\w*-{names.environment}-([a-z0-9]+)-{row.abbreviation}-({places})"
    else:
        pattern = rf"{names.org}\w*?{names.environment}([a-z0-9]+?){row.abbreviation}({places})"
    found = re.fullmatch(pattern, physical)
    return found[1] if found else re.sub(r"[^a-z0-9]", "", each.name) or CORE.code
