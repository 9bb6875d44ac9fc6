"""Which authority may sign certificates for a name (RFC 8659). The set closest to the name counts, and no other."""

from __future__ import annotations

NO_WILDCARDS = "0 issuewild ;"
"""Nobody signs wildcards: without it, who may sign names may sign those too (RFC 8659, 4.3)."""


def caa_values(issuer: str, contact: str = "") -> tuple[str, ...]:
    """The values of a CAA set, each as flags, tag and value: ``issuer`` signs names and nobody signs wildcards.

    ``contact`` is the mail address that hears of refused requests; empty: nobody's.
    """
    reports = (f"0 iodef mailto:{contact}",) if contact else ()
    return (f"0 issue {issuer}", NO_WILDCARDS, *reports)
