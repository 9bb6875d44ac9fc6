"""What only a person can do: all of it in one output of each stack."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan
from tests.harness.compose import Composition
from tests.harness.settings import ENVIRONMENTS, every_environment, every_stack

STEPS: Mapping[str, set[str]] = {
    "shared": {
        "registrar",
        "alert-addresses",
        "budget-rights",
        "dmarc-reports",
        "verify-email",
        "state-rights",
        "github-environments",
        "pipeline-rights",
        "graph-rights",
    },
    **{
        stack: {
            "quota",
            "alert-addresses",
            "budget-rights",
            "subscription-rights",
            "site-tokens",
            "site-gates",
            f"approve-link-mys-{stack}-app-api-san",
            f"approve-link-mys-{stack}-core-pls-san",
            "model-successors",
            "vault-references-app",
            "pipeline-rights",
            "role-group-members",
            "role-group-review",
            "sign-in-admin-ui",
            "external-tenant",
            *(
                {"conditional-access-licence", "break-glass-accounts", "apex-certificate", "former-budget"}
                if stack == "prod"
                # Neither policies nor a pipeline that could write them.
                else {"directory-changes"}
            ),
        }
        for stack in ENVIRONMENTS
    },
}


@every_stack
@pytest.mark.requirement("S1-014")
def test_a_stack_lists_what_only_a_person_can_do(stack: str, composed: Mapping[str, Composition]) -> None:
    steps = composed[stack].outputs["manual_steps"]
    assert set(steps) == STEPS[stack]
    for key, step in steps.items():
        assert step["do"], key
        assert step["check"], key
        assert (PROJECT / step["read"]).is_file(), key


@every_stack
def test_the_values_that_a_person_needs_are_an_output_of_the_stack(
    stack: str, plans: Mapping[str, StackPlan], composed: Mapping[str, Composition]
) -> None:
    outputs = composed[stack].outputs
    needed = {step.key: step.values for step in plans[stack].steps if step.values}
    assert needed
    assert {key: outputs["manual_steps"][key]["values"] for key in needed} == {
        key: outputs[values] for key, values in needed.items()
    }


@every_stack
def test_every_step_has_a_name_of_its_own(stack: str, plans: Mapping[str, StackPlan]) -> None:
    keys = [step.key for step in plans[stack].steps]
    assert len(set(keys)) == len(keys)


@every_stack
def test_no_step_shows_a_secret(stack: str, composed: Mapping[str, Composition]) -> None:
    assert not re.search(r"(?i)password|accountkey|connectionstring", repr(composed[stack].outputs["manual_steps"]))


@every_environment
def test_the_references_of_a_site_are_looked_up_at_that_site(stack: str, plans: Mapping[str, StackPlan]) -> None:
    check = next(step.check for step in plans[stack].steps if step.key == "vault-references-app")
    site = f"/resourceGroups/mys-{stack}-app-rg-san/providers/Microsoft.Web/sites/mys-{stack}-app-api-san/config/"
    assert f"{plans[stack].subscription_id}{site}" in check
