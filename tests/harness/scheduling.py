"""Which tests run in one process, and which begin first, where several processes share the tests."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling

TOGETHER = (
    ("tests/golden/test_inventories.py", "tests/test_committed.py"),
    (
        "tests/adopt/test_match.py",
        "tests/build/test_recording.py",
        "tests/parts/test_postgresql.py",
        "tests/parts/test_service_table.py",
        "tests/tools/test_critical_path.py",
    ),
)
"""Files that build the same plans: those of the committed settings, and what the program records of the tests' own."""

FIRST = ("tests/test_reuse.py", "tests/how_to/test_walks.py")
"""Files whose tests take longest: begun last, one process would wait for them."""


class Scheduling(LoadFileScheduling):
    """One file after another, those of a group together."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return next((group[0] for group in TOGETHER if file in group), file)


def is_first(nodeid: str) -> bool:
    """Whether a test is one of those that begin first."""
    return nodeid.startswith(FIRST)
