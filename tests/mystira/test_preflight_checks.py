"""Each check of `mystira preflight` alone: against a world, and against what Azure's own examples answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.facts.actions import allowed
from components.facts.ai_models import usage_name
from components.facts.availability import COSMOS, NAME_CHECKS, NOT_ASKED
from components.facts.model import Scope
from components.facts.types import RESOURCE_TYPES
from mystira.preflight.models import check_models, offers_of
from mystira.preflight.names import check_names
from mystira.preflight.report import Finding, Verdict
from mystira.preflight.rights import check_rights
from mystira.preflight.sign_in import check_sign_in
from mystira.preflight.tools import check_tools, printed
from offline.world.store import World
from stacks.plan.load import PROJECT
from stacks.preflight.needs import Model, Name
from stacks.preflight.rights import Right
from tests.harness.compose import TENANT
from tests.harness.offline import REGION, ROOT, SUBSCRIPTION, Cloud
from tests.harness.preflight import answering, arm_of, listing

SCOPE = f"/subscriptions/{SUBSCRIPTION}"


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path)


def refused(findings: Any) -> list[Finding]:
    return [finding for finding in findings if finding.verdict is Verdict.REFUSED]


# Tools: Pulumi, uv, kubelogin and az.

KUBELOGIN = "kubelogin version \ngit hash: v0.2.19/6678496\nGo version: go1.26.4\nBuild time: 2026-07-01T00:00:00Z\n"
VERSIONS = {
    "pulumi": "v3.259.0\n",
    "uv": "uv 0.13.8 (2026-10-01)\n",
    "kubelogin": KUBELOGIN,
    "az": '{"azure-cli": "2.60.0"}',
}


def tools(login: str = "Azure CLI", **changed: str | None) -> list[Finding]:
    found: Mapping[str, str | None] = {**VERSIONS, **changed}
    return list(check_tools(PROJECT, login, lambda command: found[command[0]]))


def test_tools_of_the_right_versions_are_good() -> None:
    assert [(each.verdict, each.text) for each in tools()] == [
        (Verdict.OK, "pulumi 3.259.0"),
        (Verdict.OK, "uv 0.13.8"),
        (Verdict.OK, "kubelogin 0.2.19"),
        (Verdict.OK, "az 2.60.0"),
    ]


@pytest.mark.parametrize(
    ("changed", "text", "allowed"),
    [
        ({"pulumi": "v3.258.9"}, "pulumi: too old; seen: 3.258.9", "3.259.0 or newer"),
        ({"pulumi": None}, "pulumi: not on the PATH", "3.259.0 or newer"),
        ({"uv": None}, "uv: not on the PATH", "any version"),
        ({"kubelogin": None}, "kubelogin: not on the PATH", "any version"),
        ({"az": '{"azure-cli": "2.9.1"}'}, "az: too old; seen: 2.9.1", "2.60.0 or newer"),
        ({"az": "broken"}, "az: too old; seen: no version", "2.60.0 or newer"),
    ],
)
def test_a_tool_that_is_missing_or_too_old_is_refused(changed: dict[str, str | None], text: str, allowed: str) -> None:
    (finding,) = refused(tools(**changed))
    assert (finding.text, finding.allowed) == (text, allowed)


def test_a_pipeline_that_logs_in_without_the_azure_cli_needs_none() -> None:
    assert refused(tools("OIDC", az=None)) == []


def test_what_a_program_prints_is_read_and_one_that_fails_has_no_version() -> None:
    assert (printed(("python3", "--version")) or "").startswith("Python")
    assert printed(("python3", "-c", "raise SystemExit(1)")) is None
    assert printed(("no-such-program",)) is None


# Sign-in.


def signed_in(**answer: str) -> Finding:
    rows = {f"/subscriptions/{SUBSCRIPTION}": {"tenantId": TENANT, "state": "Enabled", **answer}}
    (finding,) = check_sign_in(listing(rows), TENANT, SUBSCRIPTION)
    return finding


def test_a_subscription_of_the_tenant_that_is_enabled_is_good() -> None:
    assert signed_in().verdict is Verdict.OK
    assert signed_in(state="Warned").verdict is Verdict.OK


def test_a_subscription_that_is_closed_or_of_another_tenant_is_refused() -> None:
    assert "takes no resources; seen: Disabled" in signed_in(state="Disabled").text
    assert "belongs to another tenant" in signed_in(tenantId="another").text


# Rights.

CONTRIBUTOR = {
    "actions": ["*"],
    "notActions": [
        "Microsoft.Authorization/*/Delete",
        "Microsoft.Authorization/*/Write",
        "Microsoft.Authorization/elevateAccess/Action",
    ],
}
READER = {"actions": ["*/read"], "notActions": []}
ADMINISTRATOR = {"actions": ["*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"], "notActions": []}
WRITE_ROLES = "Microsoft.Authorization/roleAssignments/write"


@pytest.mark.parametrize(
    ("action", "roles", "good"),
    [
        ("Microsoft.KeyVault/vaults/write", [CONTRIBUTOR], True),
        ("Microsoft.KeyVault/vaults/write", [READER], False),
        ("Microsoft.KeyVault/vaults/read", [READER], True),
        ("microsoft.keyvault/VAULTS/Read", [READER], True),
        (WRITE_ROLES, [CONTRIBUTOR], False),
        (WRITE_ROLES, [CONTRIBUTOR, ADMINISTRATOR], True),
        (WRITE_ROLES, [ADMINISTRATOR, CONTRIBUTOR], True),
        ("Microsoft.Authorization/locks/read", [CONTRIBUTOR], True),
        ("Microsoft.KeyVault/vaults/write", [ADMINISTRATOR], False),
        ("Microsoft.KeyVault/vaults/write", [{"actions": ["Microsoft.KeyVault/*/write"]}], True),
        ("Microsoft.KeyVault/vaults/secrets/write", [{"actions": ["Microsoft.KeyVault/*/write"]}], True),
        ("Microsoft.KeyVault/vaults/a/b/write", [{"actions": ["Microsoft.KeyVault/vaults/*/write"]}], True),
        ("Microsoft.KeyVault/vaults/write", [{"actions": ["Microsoft.KeyVault/vaults/*/write"]}], True),
        ("Microsoft.KeyVault/vaults/write", [{"actions": ["Microsoft.KeyVault/vault/*/write"]}], False),
        ("Microsoft.KeyVaults/vaults/write", [{"actions": ["Microsoft.KeyVault/*"]}], False),
        ("MicrosoftXKeyVault/vaults/write", [{"actions": ["Microsoft.KeyVault/*"]}], False),
        ("Microsoft.KeyVault/vaults/write", [], False),
    ],
)
def test_actions_are_allowed_as_azure_defines_roles(action: str, roles: list[Mapping[str, Any]], good: bool) -> None:
    assert allowed(action, roles) is good


PARTS = st.lists(st.sampled_from("abc"), min_size=2, max_size=4).map("/".join)


@given(action=PARTS, pattern=PARTS)
def test_a_star_at_the_end_stands_for_every_action_below(action: str, pattern: str) -> None:
    assert allowed(f"{pattern}/{action}", [{"actions": [f"{pattern}/*"], "notActions": []}])
    assert not allowed(f"{pattern}/{action}", [{"actions": ["*"], "notActions": [f"{pattern}/*"]}])


def test_a_right_is_asked_for_where_it_is_needed_and_wider_where_that_is_not_there_yet(cloud: Cloud) -> None:
    """A group that exists answers for itself, one that does not exist by its subscription."""
    asked: list[str] = []

    def answers(_: str, path: str) -> tuple[int, bytes]:
        scope = path.partition("/providers/Microsoft.Authorization")[0]
        asked.append(scope)
        if scope.endswith("/resourceGroups/later"):
            return 404, b'{"error": {"code": "ResourceGroupNotFound"}}'
        roles = [READER] if scope.endswith("/resourceGroups/here") else [CONTRIBUTOR]
        return 200, json.dumps({"value": roles}).encode()

    rights = [Right("A.B/c/write", f"{SCOPE}/resourceGroups/{name}", "x") for name in ("here", "later")]
    (finding,) = refused(check_rights(answering(answers), rights))
    assert "1 of 1 actions are missing at " in finding.text
    assert finding.details == ("A.B/c/write",)
    assert asked == [f"{SCOPE}/resourceGroups/here", f"{SCOPE}/resourceGroups/later", SCOPE]
    assert refused(check_rights(arm_of(cloud.world), rights)) == []


def test_a_list_in_pages_is_read_to_its_end() -> None:
    pages = {
        "1": {"value": [READER], "nextLink": f"https://management.azure.com{SCOPE}/page/2"},
        "2": {"value": [ADMINISTRATOR]},
    }

    def answers(_: str, path: str) -> tuple[int, bytes]:
        return 200, json.dumps(pages["2" if path.endswith("/page/2") else "1"]).encode()

    assert refused(check_rights(answering(answers), [Right(WRITE_ROLES, SCOPE, "x")])) == []


# Names.


def name(key: str, *, recovers: bool = False) -> Name:
    row = RESOURCE_TYPES[key]
    return Name(key, "mys-dev-proof", f"{ROOT}/providers/{row.arm}/mys-dev-proof", REGION, recovers)


def names(world: World, *wanted: Name, ours: frozenset[str] = frozenset()) -> list[Finding]:
    return refused(check_names(arm_of(world), SUBSCRIPTION, wanted, ours))


def test_every_type_with_a_name_unique_in_azure_is_asked_or_says_why_not() -> None:
    everywhere = {row.key for row in RESOURCE_TYPES.values() if row.rule.scope is Scope.GLOBAL}
    assert {*NAME_CHECKS, COSMOS, *NOT_ASKED} == everywhere
    assert not {*NAME_CHECKS, COSMOS} & NOT_ASKED.keys()


@pytest.mark.parametrize("key", [*NAME_CHECKS, COSMOS])
def test_a_name_that_somebody_else_has_is_refused_and_one_of_ours_is_not(key: str, cloud: Cloud) -> None:
    wanted = name(key)
    assert names(cloud.world, wanted) == []
    cloud.world.take_name(wanted.name, RESOURCE_TYPES[key].token)
    (finding,) = names(cloud.world, wanted)
    assert finding.text.startswith(f"mys-dev-proof ({key}) is taken; seen: ")
    assert names(cloud.world, wanted, ours=frozenset({wanted.id.lower()})) == []


def keep(world: World, wanted: Name) -> None:
    """Delete a resource that keeps its name."""
    token = RESOURCE_TYPES[wanted.key].token
    with world.writing("delete", token, wanted.id) as cloud:
        cloud.put(wanted.id, token, {"location": REGION})
        gone = cloud.get(wanted.id)
        assert gone is not None
        cloud.delete(wanted.id)
        cloud.keep(gone)


@pytest.mark.parametrize("key", ["key-vault", "ai-account"])
def test_a_deleted_resource_keeps_its_name_unless_it_is_recovered(key: str, cloud: Cloud) -> None:
    keep(cloud.world, name(key))
    (finding,) = names(cloud.world, name(key))
    assert "was deleted and keeps its name" in finding.text
    assert names(cloud.world, name(key, recovers=True)) == []


@pytest.mark.parametrize("key", ["key-vault", "ai-account"])
def test_what_was_not_deleted_cannot_be_recovered(key: str, cloud: Cloud) -> None:
    (finding,) = names(cloud.world, name(key, recovers=True))
    assert "is to be recovered, and was not deleted" in finding.text


# Models and their quota.

SOL = Model("gpt-4o", "gpt-5.6-sol", "2026-07-09", "GlobalStandard", 20)
ACCOUNT = f"{ROOT}/providers/Microsoft.CognitiveServices/accounts/mys-dev-core-aif-san"


def model_row(stage: str = "GenerallyAvailable", **usage: str) -> dict[str, Any]:
    """A row of Azure's list, as `az cognitiveservices model list` prints one."""
    skus = [{"name": sku, "usageName": value} for sku, value in usage.items()]
    model = {"format": "OpenAI", "name": SOL.model, "version": SOL.version, "lifecycleStatus": stage, "skus": skus}
    return {"kind": "OpenAI", "skuName": "S0", "model": model}


def models(
    *wanted: Model, stage: str = "GenerallyAvailable", used: int = 0, limit: int = 100, standing: int = 0
) -> list[Finding]:
    deployed = {
        "name": "gpt-4o",
        "sku": {"name": SOL.sku, "capacity": standing},
        "properties": {"model": {"name": SOL.model, "version": SOL.version}},
    }
    rows = {
        "/models": {"value": [model_row(stage, GlobalStandard="OpenAI.GlobalStandard.gpt5.6-sol-irregular")]},
        "/usages": {
            "value": [
                {"name": {"value": "OpenAI.GlobalStandard.gpt5.6-sol-irregular"}, "currentValue": used, "limit": limit}
            ]
        },
        "/deployments": {"value": [deployed] if standing else []},
    }
    return list(check_models(listing(rows), SUBSCRIPTION, REGION, wanted, [ACCOUNT]))


def test_a_model_that_is_offered_with_quota_left_is_good() -> None:
    (finding,) = models(SOL)
    assert (finding.verdict, finding.text) == (
        Verdict.OK,
        f"1 open in {REGION}, 20 thousand tokens a minute",
    )
    assert models() == []


@pytest.mark.requirement("S1-122", "S1-125", "S3-197")
def test_the_quota_is_the_one_that_azures_list_of_models_names_and_deployments_of_it_add_up() -> None:
    again = Model("second", SOL.model, SOL.version, SOL.sku, 20)
    assert refused(models(SOL, again, used=60)) == []
    (finding,) = refused(models(SOL, again, used=61))
    assert finding.text == (
        f"OpenAI.GlobalStandard.gpt5.6-sol-irregular in {REGION}: 40 thousand tokens a minute are wanted; "
        "seen: 100, 61 in use"
    )


def test_what_the_stack_has_deployed_counts_as_its_own() -> None:
    assert refused(models(SOL, used=100, standing=20)) == []
    assert refused(models(SOL, used=100, standing=19))


@pytest.mark.parametrize("stage", ["GenerallyAvailable", "Preview", "Stable", "Legacy"])
def test_a_stage_that_takes_newcomers_is_good(stage: str) -> None:
    assert refused(models(SOL, stage=stage)) == []


@pytest.mark.parametrize("stage", ["Deprecating", "Deprecated"])
def test_a_stage_that_takes_none_is_refused(stage: str) -> None:
    (finding,) = refused(models(SOL, stage=stage))
    assert f"gpt-4o: gpt-5.6-sol 2026-07-09 takes no new deployment; seen: {stage}" in finding.text


def test_what_runs_already_goes_on_while_a_model_is_deprecated_and_not_once_it_is_retired() -> None:
    assert refused(models(SOL, stage="Deprecating", standing=20)) == []
    assert refused(models(SOL, stage="Deprecated", standing=20))


def test_a_model_or_a_sku_that_the_region_does_not_offer_is_refused_with_what_it_offers() -> None:
    (finding,) = refused(models(Model("a", SOL.model, "2020-01-01", SOL.sku, 1)))
    assert (finding.text, finding.allowed) == (f"a: gpt-5.6-sol 2020-01-01 is not offered in {REGION}", SOL.version)
    (finding,) = refused(models(Model("a", SOL.model, SOL.version, "Standard", 1)))
    assert (finding.text, finding.allowed) == (
        f"a: gpt-5.6-sol 2026-07-09 is not offered as Standard in {REGION}",
        "GlobalStandard",
    )


def test_azures_list_names_a_model_once_for_each_kind_of_account() -> None:
    rows = [model_row(GlobalStandard="a"), model_row(Standard="b")]
    assert offers_of(rows)[SOL.model, SOL.version].usage_names == {"GlobalStandard": "a", "Standard": "b"}


def test_the_offline_cloud_answers_for_models_too(cloud: Cloud) -> None:
    def found() -> list[Finding]:
        return refused(check_models(arm_of(cloud.world), SUBSCRIPTION, REGION, [SOL], [ACCOUNT]))

    assert found() == []
    with cloud.world.limits() as limits:
        limits.set_quota(REGION, usage_name(SOL.sku, SOL.model), 19)
    (finding,) = found()
    assert "20 thousand tokens a minute are wanted; seen: 19, 0 in use" in finding.text
    with cloud.world.limits() as limits:
        limits.set_quota(REGION, usage_name(SOL.sku, SOL.model), 20)
    deploy(cloud.world)
    assert found() == []


def deploy(world: World) -> None:
    """What :data:`SOL` says, as Azure keeps it."""
    account, deployment = (RESOURCE_TYPES[key].token for key in ("ai-account", "ai-deployment"))
    body = {
        "sku": {"name": SOL.sku, "capacity": SOL.capacity},
        "properties": {"model": {"name": SOL.model, "version": SOL.version}},
    }
    with world.writing("create", deployment, ACCOUNT) as writer:
        writer.put(ACCOUNT, account, {"location": REGION})
        writer.put(f"{ACCOUNT}/deployments/{SOL.deployment}", deployment, body)
