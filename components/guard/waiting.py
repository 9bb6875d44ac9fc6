"""Waiting for Azure: transient errors, children that are written one at a time, timeouts."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import pulumi

from components.facts.errors import ATTEMPTS, FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS, TRANSIENT_ERRORS
from components.facts.model import ResourceType
from components.facts.types import PARENT_OF

EXISTS = "cannot create already existing resource"
"""What azure-native says of an id that is taken."""


def is_transient(error: str) -> bool:
    """Whether an error goes away without intervention. A code counts only as such, not as a word in a message."""
    for row in TRANSIENT_ERRORS:
        code, _, detail = row.code.partition(": ")
        if f'Code="{code}"' in error and detail in error:
            return True
    return False


def delay_seconds(attempt: int) -> float:
    """How long to wait after the ``attempt``-th failure, counted from 1."""
    return min(FIRST_DELAY_SECONDS * 2 ** (attempt - 1), LONGEST_DELAY_SECONDS)


async def retry(args: pulumi.ErrorHookArgs) -> bool:
    """Pulumi's error hook: try again when the newest error is transient, a limited number of times.

    A name that exists already is not transient; the hook says what can be done about it.
    """
    attempt = len(args.errors)
    if args.errors and EXISTS in args.errors[0]:
        pulumi.log.warn(
            f"{args.type} {args.name} exists already: after an interrupted run, see docs/runbooks/recovery.md; if it "
            "is older, adopt it with an entry of mystira:adopt (`mystira adopt`, docs/runbooks/adoption.md), or set "
            "mystira:naming.instance"
        )
    if attempt >= ATTEMPTS or not args.errors or not is_transient(args.errors[0]):
        return False
    # Operations that collided once would collide at every attempt if all of them waited equally long.
    await asyncio.sleep(delay_seconds(attempt) * random.uniform(0.2, 1.0))
    return True


def error_hook() -> pulumi.ErrorHook:
    """The hook that every Azure resource of a program carries; made once a program."""
    return pulumi.ErrorHook("retry-what-passes-by-itself", retry)


def timeouts(row: ResourceType) -> pulumi.CustomTimeouts:
    """When an operation of this type has failed."""
    minutes = row.duration.timeout_minutes
    return pulumi.CustomTimeouts(create=f"{minutes}m", update=f"{minutes}m", delete=f"{minutes}m")


def chain() -> Callable[[ResourceType, pulumi.Resource, pulumi.Resource | None], pulumi.Resource | None]:
    """A function that remembers, for each exclusive parent, its youngest child, and returns the one before it."""
    youngest: dict[int, pulumi.Resource] = {}

    def previous(
        row: ResourceType, resource: pulumi.Resource, parent: pulumi.Resource | None
    ) -> pulumi.Resource | None:
        if row.key not in PARENT_OF or parent is None:
            return None
        before = youngest.get(id(parent))
        youngest[id(parent)] = resource
        return before

    return previous
