"""Waiting for Azure: transient errors, timeouts."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pulumi

from components.facts.actions import role_for
from components.facts.errors import FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS, TRANSIENT_ERRORS, TransientError
from components.facts.model import RegisteredType
from components.facts.types import REGISTERED_BY_TOKEN
from components.guard.owned import advice

READ = "docs/runbooks/limits.md"

EXISTS = "cannot create already existing resource"
"""What azure-native says of an id that is taken."""


_RIGHT, _AT = r"'(?P<right>[^']+)'", r"'(?P<scope>[^']+)'"

_MISSING = (
    re.compile(rf"not have authorization to perform action {_RIGHT} over scope {_AT}"),
    re.compile(rf"not have permission to perform action(?:\(s\))? {_RIGHT} on the linked scope\(s\) {_AT}"),
    re.compile(rf"must be granted {_RIGHT} role"),
    re.compile(r'cannot (?P<right>\w+ resource "[^"]+")'),
)
"""How Azure names the right that a request lacks: ``AuthorizationFailed``, ``LinkedAuthorizationFailed``, AKS, and the
API server of a cluster."""

_WHO = re.compile(r"with object id '([^']+)'")


def transient(error: str) -> TransientError | None:
    """The row of an error that goes away without intervention. A code counts as such, not as a word in a message."""
    for row in TRANSIENT_ERRORS:
        code, _, detail = row.code.partition(": ")
        if row.written.format(code=code) in error and detail in error:
            return row
    return None


def missing_right(error: str) -> str:
    """What Azure says is missing, where the error is about rights: the right, the scope and whose it is."""
    found = _named(error)
    if found is None:
        return ""
    who = _WHO.search(error)
    scope = found.groupdict().get("scope")
    return f"{found['right']}{f' at {scope}' if scope else ''}{f' for {who[1]}' if who else ''}"


def role_with_it(error: str) -> str:
    """The role that has what Azure says is missing, where one is given at a subscription for that; empty otherwise."""
    found = _named(error)
    scope = found.groupdict().get("scope") if found else None
    role = role_for(found["right"], scope) if found and scope else ""
    return f"{role} at the subscription" if role else ""


def _named(error: str) -> re.Match[str] | None:
    return next((match for pattern in _MISSING if (match := pattern.search(error))), None)


def delay_seconds(attempt: int) -> float:
    """How long to wait after the ``attempt``-th failure, counted from 1."""
    return min(FIRST_DELAY_SECONDS * 2 ** (attempt - 1), LONGEST_DELAY_SECONDS)


@dataclass
class Patience:
    """Tries operations again for as long as their errors may last, and says what it waits for."""

    now: Callable[[], float] = time.monotonic
    """Seconds of a clock that never goes back."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Waits for so many seconds."""
    fraction: Callable[[float, float], float] = random.uniform
    """Draws which part of a delay is waited: operations that collided once would collide every time if all of them
    waited equally long."""

    def __post_init__(self) -> None:
        self._since: dict[tuple[str, str], float] = {}

    async def retry(self, args: pulumi.ErrorHookArgs) -> bool:
        """Pulumi's error hook: whether to try again after the newest error."""
        error = args.errors[0] if args.errors else ""
        if EXISTS in error:
            pulumi.log.warn(
                f"{args.type} {args.name} exists already: after an interrupted run, see docs/runbooks/recovery.md; if "
                "it is older, adopt it with an entry of mystira:adopt (`mystira adopt`, docs/runbooks/adoption.md), or "
                "set mystira:naming.instance"
            )
        row = transient(error)
        if row is None:
            kind = REGISTERED_BY_TOKEN.get(args.type)
            if error and args.failed_operation == "update" and kind is not None and (more := advice(kind)):
                pulumi.log.warn(f"{kind.key} {args.name}: {more}")
            return False
        key, now = (args.urn, row.code), self.now()
        if key not in self._since:
            self._since[key] = now
            pulumi.log.info(_waiting(args, row, error))
        left = self._since[key] + 60 * row.minutes - now
        if left <= 0:
            pulumi.log.error(_gave_up(args, row, error))
            return False
        # The last attempt is at the deadline, not before it.
        await self.sleep(min(delay_seconds(len(args.errors)) * self.fraction(0.2, 1.0), left))
        return True


def _waiting(args: pulumi.ErrorHookArgs, row: TransientError, error: str) -> str:
    said = f"{args.type} {args.name}: trying again for up to {row.minutes:g} minutes: {row.why} ({row.code})"
    missing, role = missing_right(error), role_with_it(error)
    told = f"{missing}; what has it: {role}" if role else missing
    return f"{said}; if nobody has given it, this will not help: missing: {told}" if missing else said


def _gave_up(args: pulumi.ErrorHookArgs, row: TransientError, error: str) -> str:
    if missing := missing_right(error):
        role = role_with_it(error)
        what = f"a right is missing; seen: no {missing}"
        allowed = f"{f'{role}, or another' if role else 'a'} role that contains it, given by an owner"
    else:
        what, allowed = f"still refused ({row.why}); seen: {row.code}", "run the same command again later"
    return f"{args.type} {args.name}: {what} after {row.minutes:g} minutes; allowed: {allowed}; read: {READ}"


def error_hook() -> pulumi.ErrorHook:
    """The hook that every resource of a program carries; made once a program. The state holds its name."""
    return pulumi.ErrorHook("retry-what-passes-by-itself", Patience().retry)


def timeouts(row: RegisteredType) -> pulumi.CustomTimeouts:
    """When an operation of this type has failed."""
    minutes = row.duration.timeout_minutes
    return pulumi.CustomTimeouts(create=f"{minutes}m", update=f"{minutes}m", delete=f"{minutes}m")
