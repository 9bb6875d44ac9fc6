"""Whoever makes this platform their own edits settings and catalogue and accepts what follows; no test changes.

Here run the tests that read the committed settings; `make reuse` runs all.
"""

from __future__ import annotations

from pathlib import Path

from tests.harness.committed import COMMITTED, GOLDEN
from tests.harness.fresh import python
from tests.harness.pages import PAGES, apply
from tests.harness.reuse import fork

THEIR_OWN = (
    "tests/pages/test_pictures.py",
    "tests/pages/test_settings_schema.py::test_it_is_the_same_however_python_orders_sets",
)
"""What of the tests of the committed settings has the tests' own, or none, nevertheless."""

ACCEPT_AND_TEST = """
import sys
import pytest
from tools import accept
sys.exit(accept.main(["--pages"]) or pytest.main({arguments}))
"""
"""Both in one process, which imports the project and makes its plans once."""


def test_settings_of_ones_own_need_no_other_test(tmp_path: Path) -> None:
    tree = tmp_path / "project"
    fork(tree)
    golden = (tree / "tests/golden/dev.txt").read_text()
    # What accept does with golden files, among the tests that need the same plans composed.
    options = ("-q", "-p", "no:cacheprovider", "-m", "not engine", "--snapshot-update")
    arguments = [*options, *(f"--deselect={each}" for each in THEIR_OWN), GOLDEN, *COMMITTED]
    done = python(tree, "-c", ACCEPT_AND_TEST.format(arguments=arguments))
    assert done.returncode == 0, done.stdout[-5000:]
    assert (tree / "tests/golden/dev.txt").read_text() != golden
    for page in PAGES:
        apply(page, tree)
