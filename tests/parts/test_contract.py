"""What environments read of ``shared``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from stacks.parts.contract.build import SharedOutputs
from stacks.plan.model import StackPlan
from tests.harness.build import compose_plan
from tests.harness.compose import CONTRACT, Composition


@pytest.mark.requirement("S3-017")
def test_shared_writes_every_field_of_the_contract(composed: Mapping[str, Composition]) -> None:
    contract = composed["shared"].outputs["contract"]
    assert set(contract) == set(SharedOutputs.__dataclass_fields__)
    assert all(contract.values())


def test_the_contract_of_the_tests_is_whole() -> None:
    assert set(CONTRACT) == set(SharedOutputs.__dataclass_fields__)


@pytest.mark.parametrize("references", [{}, {"contract": {"registry_id": "x"}}], ids=["no outputs", "a field of four"])
def test_shared_that_is_not_up_is_one_clear_error(references: dict[str, Any], plans: Mapping[str, StackPlan]) -> None:
    with pytest.raises(pulumi.RunError, match="the stack organization/mystira/shared must be up before this one"):
        compose_plan(plans["dev"], Composition(references=references))
