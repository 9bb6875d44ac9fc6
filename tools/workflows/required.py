"""``python3 -m tools.workflows.required``: whether all jobs of a run did well, as one check that a branch can require.

``NEEDS`` is GitHub's `needs` as JSON; ``MAY_SKIP`` names the jobs that need not have run, separated by spaces. A job
that was skipped because one before it failed is seen through that one.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping


def verdicts(needs: Mapping[str, str], may_skip: frozenset[str]) -> dict[str, bool]:
    """By job: whether it is well."""
    return {job: result == "success" or (result == "skipped" and job in may_skip) for job, result in needs.items()}


def main() -> int:
    """Print every job; exit code 1 where one is not well, 2 where ``NEEDS`` is missing."""
    try:
        needs = {job: str(each["result"]) for job, each in json.loads(os.environ.get("NEEDS", "")).items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"error: variable NEEDS: not GitHub's `needs` as JSON; seen: {error}", file=sys.stderr)
        return 2
    if not needs:
        print("error: variable NEEDS: no job; allowed: the jobs that a pull request must pass", file=sys.stderr)
        return 2
    found = verdicts(needs, frozenset(os.environ.get("MAY_SKIP", "").split()))
    for job, well in found.items():
        print(f"{'ok    ' if well else 'FAILED'} {job}: {needs[job]}")
    return 0 if all(found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
