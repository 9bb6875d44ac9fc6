"""docs/operations.md: what waits, what is retried, what is ignored."""

from __future__ import annotations

from components.facts.errors import TRANSIENT_ERRORS
from components.facts.model import USUAL
from components.facts.types import OWNED_ELSEWHERE, REGISTERED_TYPES, RESOURCE_TYPES
from stacks.pages.markdown import page, table


def operations_page() -> str:
    """The tables that the guard applies to every resource."""
    rows = sorted(RESOURCE_TYPES.values(), key=lambda row: row.key)
    parents = (
        (row.key, ", ".join(row.one_at_a_time.children), row.one_at_a_time.code, row.one_at_a_time.source)
        for row in rows
        if row.one_at_a_time
    )
    errors = ((each.code, each.why, f"{each.minutes:g}", each.source) for each in TRANSIENT_ERRORS)
    owned = ((row.key, each.path, each.owner, each.why) for row, each in OWNED_ELSEWHERE)
    times = (
        (row.key, f"{row.duration.minutes:g}", str(row.duration.timeout_minutes), row.duration.source)
        for row in sorted(REGISTERED_TYPES.values(), key=lambda row: row.key)
        if row.duration is not USUAL
    )
    return page(
        "Waiting, retrying, ignoring",
        "The guard (`components/guard`) applies these tables to every resource.\n",
        "## One child at a time\n",
        table(("parent", "children", "refusal", "source"), parents),
        "## Errors that go away by themselves\n",
        table(("code", "why", "minutes at most", "source"), errors),
        "## Properties that another controller owns\n",
        table(("type", "property", "owner", "why"), owned),
        "## Minutes\n",
        table(("type", "usually", "failed after", "source"), times),
    )
