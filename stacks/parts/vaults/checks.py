"""What Azure or a rule of this platform refuses about key vaults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from components.problems import Problem
from components.vaults.facts import NETWORK, ROTATION
from stacks.context import Context
from stacks.settings.models import EnvironmentSettings
from stacks.settings.types import is_documentation

LONGEST_RETENTION_DAYS = 90
ROTATION_MARGIN_DAYS = 7
READ = "docs/runbooks/secrets.md"


def vault_problems(context: Context[EnvironmentSettings], holders: Sequence[str]) -> Iterator[Problem]:
    """Ranges that reach nothing, recoveries of vaults that nobody has, keys that rotate too late."""
    settings = context.settings.vaults
    if settings.allowed_ranges and settings.private_endpoint and not settings.public_access:
        path, seen = context.path("vaults.allowed_ranges"), ", ".join(map(str, settings.allowed_ranges))
        yield Problem(path, "has no effect while public_access is off", seen, "none, or public_access: true")
    for cidr in settings.allowed_ranges:
        if cidr.is_private and not is_documentation(cidr):
            what = "a vault's firewall accepts no private range"
            yield Problem(context.path("vaults.allowed_ranges"), what, str(cidr), "public ranges", NETWORK)
    for key in settings.recover:
        if key not in holders:
            path, what = context.path("vaults.recover"), "not a service with a vault"
            yield Problem(path, what, key, ", ".join(holders), READ)
    keys = settings.signing_keys
    latest = keys.expire_after_days - ROTATION_MARGIN_DAYS
    if keys.rotate_after_days > latest:
        path = context.path("vaults.signing_keys.rotate_after_days")
        allowed = f"at most {latest}, {ROTATION_MARGIN_DAYS} days before a version expires"
        yield Problem(path, "rotates too late", str(keys.rotate_after_days), allowed, ROTATION)
