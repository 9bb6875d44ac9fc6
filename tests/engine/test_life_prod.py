"""The life of prod."""

from __future__ import annotations

import pytest

from offline.engine.run import Engine
from tests.engine.conftest import Command
from tests.engine.life import check_complete, check_destroys, check_hides_its_secrets, check_stays_as_it_is

UP = ("shared", "prod")


@pytest.mark.requirement("S3-029", "S3-182")
def test_prod_lives(engine: Engine, command: Command) -> None:
    check_complete(engine, UP)
    check_hides_its_secrets(engine, "prod")
    check_stays_as_it_is(engine, command, "prod")
    check_destroys(engine, command, "prod", locked=True)
    check_complete(engine, ("shared",))
