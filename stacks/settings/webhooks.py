"""The addresses of webhooks, which are secrets: whoever knows one posts there.

``pulumi config set --secret --path 'mystira:webhooks.<name>'`` encrypts each on its own; the engine hands them over as
one JSON object.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from components.problems import Problem

WEBHOOKS = "webhooks"
"""The key without the namespace."""

KEY = f"mystira:{WEBHOOKS}"
READ = "docs/runbooks/alerts.md"
LONGEST = 4096
"""Assumed: neither Microsoft nor Slack says how long the address of a webhook may be."""

HIDDEN = "a value that is not shown"


def addresses_of(text: str) -> Mapping[str, Any]:
    """The addresses by name, from what the engine hands over; empty where that is no JSON object."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def webhook_problems(file: str, wanted: Mapping[str, str], values: Mapping[str, str]) -> Iterator[Problem]:
    """Addresses that ``wanted`` (name to the setting that names it) asks for and ``values`` (the engine's
    configuration, decrypted) lacks, those that are no https addresses, and those that nobody asks for."""
    text = values.get(KEY, "")
    found = addresses_of(text)
    if text and not found:
        yield Problem(f"{file}: {KEY}", "not a mapping of names to addresses", HIDDEN, _command("<name>"), READ)
        return
    for name, setting in wanted.items():
        path, address = f"{file}: {KEY}.{name}", found.get(name)
        if not address:
            yield Problem(path, f"missing: mystira:{setting} posts there", "", _command(name), READ)
        elif not _good(address):
            yield Problem(path, "not an address that alerts can be posted to", HIDDEN, "https://…", READ)
    for name in found.keys() - wanted.keys():
        allowed = f"mystira:alerts.webhooks.{name}, or pulumi config rm --path '{KEY}.{name}'"
        yield Problem(f"{file}: {KEY}.{name}", "no webhook has this name", HIDDEN, allowed, READ)


def is_encrypted(value: object) -> bool:
    """Whether a settings file holds all addresses encrypted: each on its own, or all of them as one value."""
    return isinstance(value, Mapping) and bool(value) and (_secure(value) or all(map(_secure, value.values())))


def _secure(value: object) -> bool:
    return isinstance(value, Mapping) and set(value) == {"secure"}


def _good(address: object) -> bool:
    return (
        isinstance(address, str)
        and address.startswith("https://")
        and len(address) <= LONGEST
        and address.isprintable()
        and " " not in address
        and bool(address.removeprefix("https://").partition("/")[0])
    )


def _command(name: str) -> str:
    return f"pulumi config set --secret --path '{KEY}.{name}'"
