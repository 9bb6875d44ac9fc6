"""Whose environment a name is of, ours or one from before the convention of today."""

from __future__ import annotations

import re

from components.naming.rules import ENVIRONMENTS, INSTANCE, ORGANISATIONS

OLD_ORGANISATIONS = ("mystira",)
"""What live names begin with besides the codes of today (estate platform: Front Door)."""

ORGANISATION = re.compile(f"(?:{'|'.join((*OLD_ORGANISATIONS, *ORGANISATIONS))}){INSTANCE}")
"""What a name begins with."""

COMPACT = re.compile(f"{ORGANISATION.pattern}({'|'.join(ENVIRONMENTS)})(.*)")
"""A name without hyphens: its environment, and what follows."""


def environment_of(name: str) -> str:
    """The environment that a name carries by the convention; empty for any other name."""
    words = name.lower().split("-")
    if len(words) > 1:
        return words[1] if words[1] in ENVIRONMENTS and ORGANISATION.fullmatch(words[0]) else ""
    compact = COMPACT.fullmatch(words[0])
    return compact[1] if compact else ""


def environment_in(text: str) -> str:
    """The only environment named as a whole word in a host, a display name or an address; empty for none or several.

    ``_dnsauth.staging.api`` and ``Mystira Admin API (staging)`` are staging's.
    """
    words = {word for word in re.split(r"[^a-z0-9]+", text.lower()) if word in ENVIRONMENTS}
    return words.pop() if len(words) == 1 else ""
