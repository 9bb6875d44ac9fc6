"""Every code with which the offline cloud refuses, the rules behind it, and where each is from.

A rule is confirmed where a public text shows Azure answering this very rule with this very code. Where it is not, the
rule is documented and the code is the likeliest one: nothing should be built on its name.
"""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes import data, limits, platform
from offline.azure.codes.rule import Rule

CODES: Mapping[str, tuple[Rule, ...]] = {
    code: rules
    for table in (
        platform.GENERAL,
        platform.NETWORK,
        platform.SURROUNDINGS,
        platform.IDENTITY,
        platform.CLUSTERS,
        data.POSTGRESQL,
        data.MESSAGING,
        data.DOCUMENTS,
        data.VAULTS,
        limits.LIMITS,
    )
    for code, rules in table.items()
}


def known(code: str) -> str:
    """The code itself. Raises ``KeyError`` where the table has no row for it."""
    if code not in CODES:
        raise KeyError(f"{code}: no row in offline/azure/codes; say which rule it stands for and where it is from")
    return code
