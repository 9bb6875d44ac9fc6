"""Feature flags: a closed list, each reported as on or off."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stacks.parts.features.plan import FEATURES
from tests.harness.build import compose_up_to
from tests.harness.compose import Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import edited_plan, every_environment


@every_environment
def test_every_flag_is_off_until_the_settings_turn_it_on(stack: str, composed: Mapping[str, Composition]) -> None:
    assert composed[stack].outputs["features"] == {"ChainGrpc": False}


def test_the_stack_reports_a_flag_that_is_on(folder: Path) -> None:
    found = compose_up_to(FEATURES, edited_plan(folder, "dev", {"features.ChainGrpc": True}))
    assert found.outputs["features"]["ChainGrpc"]


@each_mistake(
    [
        Mistake("dev", {"features.ChainGrcp": True}, "features.ChainGrcp", "not allowed", "ChainGrpc"),
        Mistake("dev", {"features.ChainGrpc": "on"}, "features.ChainGrpc", "not allowed", "true, false"),
    ]
)
def test_a_flag_that_nobody_knows_is_refused(folder: Path, mistake: Mistake) -> None:
    mistake.is_refused(folder)
