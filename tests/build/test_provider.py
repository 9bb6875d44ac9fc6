"""The login: checked against the subscription itself before the first resource."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pytest

from stacks.build import provider
from stacks.plan.model import StackPlan
from tests.harness.build import compose_plan
from tests.harness.compose import TENANT, Composition

OTHER = "11111111-1111-4111-8111-111111111111"
MICROSOFT = "https://sts.windows.net/"
FORBIDDEN = 'Status=403 Code="AuthorizationFailed" Message="The client does not have authorization"'


def token(**claims: str) -> str:
    return f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.sig"


@dataclass
class Login(Composition):
    """A login with a token."""

    token: str = token(tid=TENANT, iss=f"https://sts.mystira.example/{TENANT}/")

    def call(self, args: Any) -> dict[str, Any]:
        answer = super().call(args)
        if args.token.startswith("azuread:"):
            return answer
        if args.token.endswith("getTagAtScope"):
            assert args.args["scope"] == f"subscriptions/{self.subscription}"
            return {"name": "default"}
        return {**answer, "token": self.token}


def stopped(plan: StackPlan, login: Login) -> str:
    """The error that ends the run; nothing is registered."""
    with pytest.raises(pulumi.RunError) as caught:
        compose_plan(plan, login)
    assert login.azure() == []
    return str(caught.value)


def test_azure_s_provider_asks_for_no_token_for_microsoft_graph(plans: Mapping[str, StackPlan]) -> None:
    """`getClientConfig` asks for one (azure-native: provider/pkg/provider/auth_getclientconfig.go)."""
    login = compose_plan(plans["shared"], Login())
    assert login.calls[:2] == [
        "azure-native:authorization:getClientToken",
        "azure-native:resources:getTagAtScope",
    ]
    assert "azure-native:authorization:getClientConfig" not in login.calls


def test_a_login_of_another_tenant_stops_the_run(plans: Mapping[str, StackPlan]) -> None:
    said = stopped(plans["dev"], Login(token=token(tid=OTHER, iss=MICROSOFT)))
    assert said == (
        f"Pulumi.dev.yaml: mystira:azure.tenant_id: the login is for another tenant; seen: {OTHER}; allowed: {TENANT}; "
        "read: docs/runbooks/limits.md"
    )


@pytest.mark.parametrize("text", ["", "opaque", "a.b.c", f"a.{base64.urlsafe_b64encode(b'[]').decode()}.c"])
def test_a_token_that_says_nothing_stops_the_run(text: str, plans: Mapping[str, StackPlan]) -> None:
    assert "the login is for another tenant" in stopped(plans["dev"], Login(token=text))


def test_a_login_without_rights_in_the_subscription_stops_the_run(
    plans: Mapping[str, StackPlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise RuntimeError(f"invocation of azure-native:resources:getTagAtScope returned an error: {FORBIDDEN}\nmore")

    monkeypatch.setattr(provider.resources, "get_tag_at_scope", refuse)
    said = stopped(plans["dev"], Login())
    assert f"there is no login for subscription {plans['dev'].subscription_id} of tenant {TENANT}" in said
    assert f"seen: {FORBIDDEN}; allowed: az login --tenant {TENANT}" in said
    # A real run with the committed ids ends here, too: the same message says what else has to be replaced.
    assert "values of your own: azure.tenant_id, azure.subscription_id, " in said


def test_a_pipeline_that_sees_the_groups_of_its_stack_alone_is_a_login(
    plans: Mapping[str, StackPlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def answer(scope: str, **_: Any) -> None:
        asked.append(scope)
        if "/resourceGroups/" not in scope:
            raise RuntimeError(f"invocation of azure-native:resources:getTagAtScope returned an error: {FORBIDDEN}")

    monkeypatch.setattr(provider.resources, "get_tag_at_scope", answer)
    assert compose_plan(plans["staging"], Login()).azure()
    root = f"subscriptions/{plans['staging'].subscription_id}"
    assert asked == [root, f"{root}/resourceGroups/mys-staging-core-rg-san"]


def test_a_subscription_that_cannot_be_read_for_another_reason_is_the_end(
    plans: Mapping[str, StackPlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(scope: str, **_: Any) -> None:
        assert "/resourceGroups/" not in scope
        raise RuntimeError('invocation returned an error: Code="SubscriptionNotFound"')

    monkeypatch.setattr(provider.resources, "get_tag_at_scope", refuse)
    assert 'seen: Code="SubscriptionNotFound"' in stopped(plans["dev"], Login())


def test_a_real_login_refuses_every_fictitious_value_in_one_message(plans: Mapping[str, StackPlan]) -> None:
    said = stopped(plans["dev"], Login(token=token(tid=TENANT, iss=f"{MICROSOFT}{TENANT}/")))
    heading, *lines = said.splitlines()
    assert heading == "the settings hold values that only serve the offline cloud"
    assert lines == [str(each) for each in plans["dev"].fictitious]
    places = {line.partition(": fictitious")[0].removeprefix("Pulumi.dev.yaml: mystira:") for line in lines}
    assert places >= {
        "azure.tenant_id",
        "azure.subscription_id",
        "aks.authorized_ranges.0",
        "monitoring.receivers.0.email",
        "people.platform",
    }
