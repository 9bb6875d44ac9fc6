"""What is wrong with the settings of what watches a subscription."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from components.problems import Problem
from components.subscription.facts import DEFENDER_PLANS, MAXIMUM_ANOMALY_DAYS
from stacks.context import Context
from stacks.settings.loading import SHARED
from stacks.settings.subscription import Subscription

READ = "docs/runbooks/subscription.md"


def subscription_problems(context: Context[Any]) -> Iterator[Problem]:
    """No owner of the subscription or two; an owner who knows nobody; words and days that cannot be."""
    settings: Subscription = context.settings.subscription
    yield from _owner_problems(context, settings)
    if settings.owner:
        for name, found, what in (
            ("deployers", settings.deployers, "the owner of a subscription knows nobody who changes it"),
            ("security_contacts", settings.security_contacts, "the owner of a subscription has nobody to write to"),
        ):
            if not found:
                yield Problem(context.path(f"subscription.{name}"), what, "none", "at least one", READ)
    known = ", ".join(DEFENDER_PLANS)
    for number, plan in enumerate(settings.defender_plans):
        if plan not in DEFENDER_PLANS:
            yield Problem(context.path(f"subscription.defender_plans.{number}"), "no such plan", plan, known, READ)
    yield from _day_problems(context, settings)


def _owner_problems(context: Context[Any], settings: Subscription) -> Iterator[Problem]:
    """An environment sees every stack of its subscription, `shared` does not: whether there is an owner is asked by the
    environments alone."""
    here = str(context.settings.azure.subscription_id)
    others = [stack for stack, each in context.others.items() if _same(each.azure.subscription_id, here)]
    owners = [stack for stack in others if context.others[stack].subscription.owner]
    path, allowed = context.path("subscription.owner"), "one stack of the subscription with owner: true"
    if settings.owner and owners:
        yield Problem(path, "the subscription has another owner", ", ".join(owners), allowed, READ)
    elif not settings.owner and not owners and context.environment != SHARED:
        seen = f"false, and in {', '.join(others)} too" if others else "false"
        yield Problem(path, "the subscription has no owner: nobody watches it", seen, allowed, READ)
    elif not settings.owner and len(owners) > 1:
        yield Problem(path, "the subscription has several owners", ", ".join(owners), allowed, READ)


def _same(one: str, other: str) -> bool:
    return one.lower() == other.lower()


def _day_problems(context: Context[Any], settings: Subscription) -> Iterator[Problem]:
    until = settings.anomaly_until
    if until is None:
        return
    last = context.today + timedelta(days=MAXIMUM_ANOMALY_DAYS)
    if not context.today < until <= last:
        path, what = context.path("subscription.anomaly_until"), "not a day of the coming year"
        yield Problem(path, what, until.isoformat(), f"a day after {context.today} and until {last}", READ)
