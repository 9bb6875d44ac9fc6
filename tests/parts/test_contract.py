"""What environments read of ``shared``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from stacks.build.mocked import recorded
from stacks.build.run import guarded_build
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


def previewed(plan: StackPlan, contract: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[str]]:
    """The outputs of a preview over this contract, and what it registers."""
    composition, names = Composition(login_tenant=plan.tenant_id, references={"contract": contract}), list[str]()

    def program() -> Mapping[str, Any]:
        return guarded_build(plan, hooks=False).outputs

    outputs = recorded(program, composition, lambda request, _: names.append(request.name), stack="dev", preview=True)
    return outputs, names


def test_what_a_change_adds_to_the_contract_is_unknown_in_its_preview(
    plans: Mapping[str, StackPlan], composed: Mapping[str, Composition]
) -> None:
    """The preview of an environment comes before `shared` is brought up with the same change."""
    outputs, names = previewed(plans["dev"], {"registry_id": CONTRACT["registry_id"]})
    assert {each.name for each in composed["dev"].resources} <= set(names)
    assert outputs.keys() >= composed["dev"].outputs.keys()
    assert outputs["registry_login_server"] is None


def test_so_is_an_identity_that_a_change_adds_to_the_pipelines(
    plans: Mapping[str, StackPlan], composed: Mapping[str, Composition]
) -> None:
    _, names = previewed(plans["dev"], {**CONTRACT, "pipelines": {}})
    assert {each.name for each in composed["dev"].resources} <= set(names)


def test_shared_that_was_never_up_stops_a_preview_too(plans: Mapping[str, StackPlan]) -> None:
    with pytest.raises(pulumi.RunError, match="the stack organization/mystira/shared must be up before this one"):
        previewed(plans["dev"], {})
