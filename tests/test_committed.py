"""The committed settings and catalogue: they load, plan, and register nothing but good names and tags."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from components.facts.types import BY_TOKEN
from components.naming.rules import REQUIRED_TAGS, check_name
from stacks.catalogue.records import CATALOGUE
from stacks.plan.load import PROJECT
from stacks.settings.loading import stacks_in
from tests.harness.build import compose_plan
from tests.harness.compose import Composition
from tests.harness.settings import committed_plan

STACKS = stacks_in(PROJECT)
every_committed_stack = pytest.mark.parametrize("stack", STACKS)


@pytest.fixture(scope="module")
def committed() -> Mapping[str, Composition]:
    return {stack: compose_plan(committed_plan(stack)) for stack in STACKS}


def test_the_catalogue_has_no_problems() -> None:
    assert list(CATALOGUE.problems) == []


@every_committed_stack
@pytest.mark.requirement("S0-03", "S1-015")
def test_every_name_conforms(stack: str, committed: Mapping[str, Composition]) -> None:
    assert committed[stack].azure()
    for each in committed[stack].azure():
        row = BY_TOKEN[each.type]
        assert check_name(row, str(each.inputs[row.name_input]), each.name) == []


@every_committed_stack
def test_everything_that_takes_tags_has_the_required_ones(stack: str, committed: Mapping[str, Composition]) -> None:
    environment = committed_plan(stack).environment
    for each in committed[stack].azure():
        if BY_TOKEN[each.type].taggable:
            assert set(REQUIRED_TAGS) <= set(each.inputs["tags"]), each.name
            assert each.inputs["tags"]["Environment"] == environment, each.name
