"""The life of staging."""

from __future__ import annotations

import pytest

from offline.engine.run import Engine
from tests.engine.conftest import Command
from tests.engine.life import (
    check_complete,
    check_destroys,
    check_hides_its_secrets,
    check_rolls_what_reads_it,
    check_stays_as_it_is,
)

UP = ("shared", "staging")


@pytest.mark.requirement("S3-028", "S3-182")
def test_staging_lives(engine: Engine, command: Command) -> None:
    check_complete(engine, UP)
    check_hides_its_secrets(engine, "staging")
    check_stays_as_it_is(engine, command, "staging")
    check_rolls_what_reads_it(engine, command, "staging")
    check_destroys(engine, command, "staging", locked=False)
    check_complete(engine, ("shared",))
