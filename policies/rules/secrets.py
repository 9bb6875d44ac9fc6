"""No plain secret in an input or output: the state, previews and logs show everything that is not marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from components.facts.types import REGISTERED_TYPES
from policies.model import Rule, Severity
from policies.values import UNKNOWN, Resource, Secret, texts

STACK = "pulumi:pulumi:Stack"

ALWAYS = {
    "key-vault-secret": ("properties.value",),
    "postgresql-server": ("administratorLoginPassword",),
}
"""Inputs that are secret whatever they look like."""

LOOKS = re.compile(
    r"(?i)(accountkey|sharedaccesskey|sharedaccesssignature|accesskey|primarykey)=[^;\s]{8,}"
    r"|(?:^|;)\s*(?:password|pwd)=[^;\s]+"
    r"|[a-z][a-z0-9+]*://[^\s/:@]+:[^\s/@]{3,}@"
    r"|[?&]sig=[A-Za-z0-9%+/]{20,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
"""What a key, a password in a connection string or URL, a signature or a private key looks like."""


def _plain(resource: Resource) -> Iterator[Any]:
    for path in ALWAYS.get(resource.kind, ()):
        yield from _unmarked(resource.inputs, path.split("."), path)
    for where, text, secret in texts(resource.inputs):
        if not secret and LOOKS.search(text):
            yield f"{where}: a value that looks like a key or a password, not marked as secret"


def _unmarked(value: Any, path: list[str], where: str) -> Iterator[Any]:
    """A value at ``path`` that neither it nor what it is in marks as secret."""
    if isinstance(value, Secret):
        return
    if not path:
        if value is not UNKNOWN and value is not None:
            yield f"{where}: not marked as secret"
    elif isinstance(value, dict) and path[0] in value:
        yield from _unmarked(value[path[0]], path[1:], where)


RULES = (
    Rule(
        key="plain-secret",
        severity=Severity.CRITICAL,
        demands="keys and passwords are marked as secret wherever they are an input or an output",
        risk="The state, previews and logs show it in clear, for ever.",
        fix="Pass it as pulumi.Output.secret(…), or keep it in a vault and refer to it.",
        kinds=(*REGISTERED_TYPES, STACK),
        check=_plain,
        outputs=True,
        answers=(
            "AZR-000279",
            "AZR-000316",
            "AZR-000408",
            "Azure.Deployment.SecretLeak",
            "MCSB IM-8",
        ),
    ),
)
