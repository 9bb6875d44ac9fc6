"""Alerts: one rule for every resource of its type that the stack has registered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

import pulumi

from components.alerts.facts import TOGETHER
from components.alerts.metric_alert import metric_alert
from components.alerts.processing import failure_anomalies, quiet_time
from components.facts.model import Naming
from components.facts.regions import GLOBAL, REGIONS
from components.guard.guard import Registered
from components.naming.builder import Project
from stacks.catalogue.names import CORE
from stacks.parts.alerts.plan import ANOMALIES, AlertsPlan, RulePlan, address
from stacks.parts.monitoring.routes import action_group
from stacks.parts.site import Site

COMPONENT = "application-insights"
ANOMALY_SEVERITY = 3
"""That of the rule that Azure would make."""


def build_alerts(site: Site, plan: AlertsPlan) -> None:
    """Register the rules, the quiet times, and the detection of failures of every component."""
    found: Mapping[str, Sequence[Registered]] = {
        kind: list(each)
        for kind, each in groupby(
            sorted(site.registered, key=lambda one: (one.row.key, one.name)), key=lambda one: one.row.key
        )
    }
    for rule in plan.rules:
        _build_rule(site, plan, rule, found.get(rule.kind, ()))
    for quiet in plan.quiet:
        groups = [id for key, id in site.resources.items() if key.startswith("resource-group/")]
        scopes = [site.resources[quiet.scope]] if quiet.scope else groups
        quiet_time(quiet.key, quiet.spec, scopes, site.place(plan.group), site.options())
    for component in found.get(COMPONENT, ()) if plan.anomalies else ():
        failure_anomalies(
            component.name,
            f"Failure Anomalies - {component.physical}",
            _id(component),
            group=site.resources[action_group(ANOMALY_SEVERITY)],
            description=f"More requests or dependencies fail than usual. What to do: {address(ANOMALIES)}",
            place=site.place(plan.group),
            opts=site.options(),
        )


def _build_rule(site: Site, plan: AlertsPlan, rule: RulePlan, watched: Sequence[Registered]) -> None:
    together = rule.kind in TOGETHER
    sets = [watched] if together and watched else [[each] for each in watched]
    for each in sets:
        project = Project(plan.group) if together else Project(project_of(plan, each[0]))
        metric_alert(
            f"{project.code}-{rule.id}",
            plan.names.name(project, "metric-alert", role=rule.id, region=GLOBAL),
            rule.spec,
            each[0].row,
            [_id(one) for one in each],
            together=together,
            group=site.resources[action_group(rule.spec.severity)],
            place=site.place(plan.group),
            opts=site.options(),
        )


def _id(each: Registered) -> pulumi.Output[str]:
    if not isinstance(each.resource, pulumi.CustomResource):
        raise TypeError(f"{each.row.key} {each.name} has no id")
    return each.resource.id


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
