"""What watches the whole subscription, in the one of its stacks that owns it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from components.alerts.spec import QueryAlertSpec
from components.facts.actions import SECURES, WATCHES
from components.facts.regions import GLOBAL
from components.naming.builder import Project
from components.problems import Problem
from components.subscription.facts import MAXIMUM_ANOMALY_DAYS
from components.subscription.spec import AnomalySpec, ConditionSpec, SignalSpec, SubscriptionSpec
from stacks.catalogue.names import CORE
from stacks.context import Context
from stacks.parts.part import Notice, Part, Step
from stacks.parts.pipelines.identities import APPLY, identity_key
from stacks.parts.pipelines.plan import has_pipelines
from stacks.parts.subscription.checks import READ, subscription_problems
from stacks.parts.subscription.signals import CHANGED, SIGNALS, Signal
from stacks.settings.loading import SHARED, STACKS
from stacks.settings.models import Settings

WARNED_DAYS = 30
"""How long before the last day of mails about costs people are told."""

ACTIVITY = "activity-log"
"""The name of the setting that sends the activity log to the workspace."""

ROLES = (WATCHES, SECURES)
"""What deployers need at the subscription, in addition to what budgets need."""


@dataclass(frozen=True)
class SubscriptionPlan:
    """What watches the subscription."""

    group: str
    """The key of the resource group of its alerts."""
    spec: SubscriptionSpec
    changes: QueryAlertSpec
    """The rule that tells of changes by others."""
    deployers: tuple[str, ...]
    """Object ids of those who may change it."""
    pipelines: tuple[str, ...]
    """Keys of pipelines that may change it as well: ``prod-apply``."""


class SubscriptionWatched(Part[Settings, SubscriptionPlan]):
    """The one part for every kind of stack."""

    key = "subscription"

    def plan(self, context: Context[Settings]) -> SubscriptionPlan | None:
        settings = context.settings.subscription
        if not settings.owner:
            return None
        group, project = ("acr", Project("acr")) if context.environment == SHARED else (CORE.code, CORE)
        return SubscriptionPlan(
            group=group,
            spec=SubscriptionSpec(
                id=str(context.settings.azure.subscription_id),
                setting=ACTIVITY,
                signals=tuple(_signal(context, project, each) for each in SIGNALS),
                contacts=settings.security_contacts,
                anomalies=_anomalies(context, project, settings.anomaly_until),
            ),
            changes=QueryAlertSpec(
                name=context.names.name(project, "scheduled-query-rule", role=CHANGED),
                description="Somebody else than the deployers changed a role, a security group or who reaches a "
                f"database. {READ}#{CHANGED}",
                severity=2,
                operator="GreaterThan",
                threshold=0,
                window="PT1H",
                frequency="PT15M",
            ),
            deployers=tuple(map(str, settings.deployers)),
            pipelines=tuple(_pipelines(context)),
        )

    def problems(self, context: Context[Settings]) -> Iterator[Problem]:
        return subscription_problems(context)

    def notices(self, context: Context[Settings]) -> Iterator[Notice]:
        until = context.settings.subscription.anomaly_until
        if until is not None and until - context.today <= timedelta(days=WARNED_DAYS):
            path = context.path("subscription.anomaly_until")
            text = f"{path}: mails about unexpected costs end on {until}; allowed: a later day; read: {READ}"
            yield Notice(path, until.isoformat(), text)

    def steps(self, context: Context[Settings]) -> Iterator[Step]:
        settings = context.settings.subscription
        if not settings.owner:
            return
        scope = f"/subscriptions/{context.settings.azure.subscription_id}"
        yield Step(
            key="subscription-rights",
            do=f"give whoever brings the stack up the roles {' and '.join(ROLES)} at the subscription, and whoever "
            "previews it Reader: what watches it is in no resource group",
            check=f"az role assignment list --scope {scope} -o table",
            read=READ,
        )
        if settings.defender_plans:
            yield Step(
                key="defender-plans",
                do=f"switch on Microsoft Defender's plans {', '.join(settings.defender_plans)}: they always exist, so "
                "that no program creates them",
                check=f"az security pricing list --subscription {context.settings.azure.subscription_id} -o table",
                read=READ,
            )


def _signal(context: Context[Any], project: Project, signal: Signal) -> SignalSpec:
    return SignalSpec(
        key=signal.key,
        name=context.names.name(project, "activity-log-alert", role=signal.key, region=GLOBAL),
        description=f"{signal.means[0].upper()}{signal.means[1:]}. {READ}#{signal.key}",
        severity=signal.severity,
        conditions=tuple(ConditionSpec(field, values) for field, values in signal.fields.items()),
    )


def _anomalies(context: Context[Any], project: Project, until: date | None) -> AnomalySpec | None:
    """The first day follows from the last one: that of a run would change with every day."""
    if until is None:
        return None
    return AnomalySpec(
        name=context.names.name(project, "cost-anomaly-alert"),
        display_name=f"Cost anomalies {context.environment}",
        subject=f"Unexpected cost in Mystira {context.environment}",
        receivers=tuple(each.email for each in context.settings.monitoring.receivers),
        first=until - timedelta(days=MAXIMUM_ANOMALY_DAYS),
        last=until,
    )


def _pipelines(context: Context[Any]) -> Iterator[str]:
    """Who applies the stacks of this subscription, where there are pipelines."""
    here = str(context.settings.azure.subscription_id).lower()
    shared = context.others.get(SHARED)
    own = getattr(context.settings, "ci", None) is not None
    known = own if context.environment == SHARED else has_pipelines(context)
    have = {*STACKS, *(shared.state.further_stacks if shared else ())}
    beside = {stack for stack, each in context.others.items() if each.azure.subscription_id.lower() == here}
    for stack in sorted({context.stack, *(beside & have)}) if known else ():
        yield identity_key(stack, APPLY)


SUBSCRIPTION = SubscriptionWatched()
