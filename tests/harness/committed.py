"""Which tests read the committed settings, their catalogue and what follows from them. All others have their own.

So whoever makes this platform their own changes settings and catalogue, accepts what follows, and edits no test
(tests/test_reuse.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from stacks.pages import plans
from stacks.plan import load
from stacks.settings import loading
from tests.harness import settings
from tests.platform.catalogue import CATALOGUE

GOLDEN = "tests/golden"
"""Their files are accepted by the tests themselves."""

COMMITTED = (
    "tests/build/test_exposure.py",
    "tests/catalogue",
    "tests/mystira/test_commands.py::test_the_committed_settings_have_no_problem",
    "tests/mystira/test_promote.py::test_comments_and_order_of_a_committed_file_stay",
    "tests/pages",
    "tests/parts/test_rights.py::test_the_page_of_roles_lists_every_role_assignment",
    "tests/parts/test_service_table.py::test_prod_grows_to_twice_its_nodes",
    "tests/plan/test_waivers.py::test_every_waiver_has_an_owner_and_an_end",
    "tests/policies/test_rules.py::test_a_stack_keeps_every_rule_that_it_does_not_waive",
    "tests/test_committed.py",
    "tests/test_repository.py::test_nothing_asks_for_a_key_of_openai_or_anthropic",
    "tests/test_repository.py::test_nothing_refers_to_b2c",
    "tests/test_requirements.py",
)
"""The other tests that do, or their files or folders."""


@contextmanager
def own_platform(node: str) -> Iterator[None]:
    """What the commands and the program take by default are the tests' settings and services, but for the tests that
    read the committed ones."""
    if node.startswith((GOLDEN, *COMMITTED)):
        yield
        return
    read = loading._file_config

    def instead(stack: str, folder: Path) -> dict[str, Any]:
        return read(stack, settings.SETTINGS if folder == load.PROJECT else folder)

    def refused(*_: object, **__: object) -> NoReturn:
        raise AssertionError(f"{node} reads the committed settings: give it the tests' own, or list it ({__name__})")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "CATALOGUE", CATALOGUE)
        patch.setattr(loading, "_file_config", instead)
        patch.setattr(settings, "committed", refused)
        patch.setattr(plans, "plan_of", refused)
        yield
