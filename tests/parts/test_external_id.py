"""The external tenant: what customers sign in to, what its pages may do, and what of it reaches the app."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.entra.graph import CLIENT_ID, SCOPES
from components.facts.types import DIRECTORY_TYPES, REGISTERED_TYPES
from offline.azure.behaviour import guid
from stacks.parts.app_hosting.plan import APP_HOSTING
from stacks.parts.external_id.plan import EXTERNAL_ID
from stacks.parts.secrets.plan import SECRETS
from stacks.parts.variables import VariablePlan
from stacks.plan.model import StackPlan
from tests.harness.build import compose_plan, compose_up_to
from tests.harness.compose import TENANT as WORKFORCE
from tests.harness.compose import Composition, Registered
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, edit, edited_plan, every_environment, one_problem, plan

TENANT = "11111111-2222-4333-8444-555555555555"
SUBDOMAINS = {"dev": "mystiradev", "staging": "mystirastaging", "prod": "mystira"}
OBJECTS = ("application", "service-principal", "delegated-grant", "application-credential")
IDS = {"external-id-tenant-id", "external-id-client-id", "external-id-authority", "pwa-client-id"}
SOCIAL = {"google-client-id", "google-client-secret", "discord-client-id", "discord-client-secret"}
GOOGLE, DISCORD = {"client_id": "1.apps.googleusercontent.com"}, {"client_id": "2"}


def with_tenant(folder: Path, stack: str, **more: Any) -> Composition:
    """A stack with an external tenant."""
    return compose_up_to(SECRETS, tenant_plan(folder, stack, **more))


def tenant_plan(folder: Path, stack: str, **more: Any) -> StackPlan:
    """The plan of a stack with an external tenant."""
    return edited_plan(folder, stack, {"external_id": {"tenant_id": TENANT, **more}})


def of(composition: Composition, kind: str) -> Mapping[str, Registered]:
    """The objects of a kind by logical name, those of the administration left out."""
    found = {each.name: each for each in composition.of(DIRECTORY_TYPES[kind].token)}
    return {name: each for name, each in found.items() if name in CONSUMERS or kind not in OBJECTS[:2]}


CONSUMERS = ("app", "pwa", "consumers-ci")


def variables(found: StackPlan) -> tuple[VariablePlan, ...]:
    """What the app reads from its environment."""
    (app,) = (each for each in found.of(APP_HOSTING) if each.service == "app")
    return app.variables


def social_secrets(composition: Composition) -> set[str]:
    """The secrets of the app's vault that are about sign-in."""
    names = {
        each.inputs["secretName"]
        for each in composition.of("azure-native:keyvault:Secret")
        if "-app-" in each.inputs["vaultName"]
    }
    return names & (IDS | SOCIAL)


@every_environment
@pytest.mark.requirement("S0-06", "S3-102")
def test_without_a_tenant_there_is_nothing_of_it(stack: str, composed: Mapping[str, Composition]) -> None:
    found = composed[stack]
    assert found.outputs["external_id"] == "off"
    assert not any(of(found, kind) for kind in OBJECTS)
    assert not social_secrets(found)
    assert found.tenants.keys() == {"entra"}
    assert "external-tenant" in found.outputs["manual_steps"]
    names = {each.name for each in variables(plan(stack))}
    assert not {name for name in names if name.startswith("MicrosoftEntraExternalId")}


@every_environment
@pytest.mark.requirement("S0-06", "S3-023", "S3-098", "S3-099", "S3-101")
def test_the_public_api_offers_four_scopes_in_the_external_tenant(stack: str, folder: Path) -> None:
    found = with_tenant(folder, stack)
    assert found.tenants == {"entra": WORKFORCE, "consumers": TENANT}
    api = of(found, "application")["app"].inputs
    assert api["displayName"] == f"Mystira Public API ({stack})"
    assert api["signInAudience"] == "AzureADMyOrg"
    assert api["identifierUris"] == [f"api://{TENANT}/mystira-api-{stack}"]
    assert api["api"]["requestedAccessTokenVersion"] == 2
    scopes = api["api"]["oauth2PermissionScopes"]
    assert [each["value"] for each in scopes] == ["API.Access", "Stories.Read", "Stories.Write", "Profile.Read"]
    # Customers cannot consent.
    assert {each["type"] for each in scopes} == {"Admin"}
    assert "optionalClaims" not in api
    assert "appRoles" not in api
    # None of them is assigned either.
    assert of(found, "service-principal")["app"].inputs["appRoleAssignmentRequired"] is False


@pytest.mark.requirement("S3-100", "S3-106")
@pytest.mark.parametrize(
    ("stack", "hosts"),
    [
        (
            "dev",
            [
                "http://localhost:3000",
                "http://localhost:5173",
                "http://localhost:7000",
                "https://dev.app.mystira.app",
            ],
        ),
        ("staging", ["https://staging.app.mystira.app"]),
        ("prod", ["https://app.mystira.app"]),
    ],
)
def test_the_pwa_returns_to_its_own_host(stack: str, hosts: list[str], folder: Path) -> None:
    found = with_tenant(folder, stack)
    pwa, api = (of(found, "application")[key] for key in ("pwa", "app"))
    assert pwa.inputs["displayName"] == f"Mystira PWA ({stack})"
    uris = pwa.inputs["singlePageApplication"]["redirectUris"]
    assert uris == [f"{host}/authentication/login-callback" for host in hosts]
    of_api, of_graph = pwa.inputs["requiredResourceAccesses"]
    scopes = [each["id"] for each in api.inputs["api"]["oauth2PermissionScopes"]]
    assert [each["id"] for each in of_api["resourceAccesses"]] == scopes
    assert of_graph["resourceAppId"] == CLIENT_ID
    assert [each["id"] for each in of_graph["resourceAccesses"]] == [SCOPES["openid"], SCOPES["offline_access"]]
    assert "optionalClaims" not in pwa.inputs


def test_the_pwa_is_consented_to_for_everybody(folder: Path) -> None:
    found = with_tenant(folder, "dev")
    grants = of(found, "delegated-grant")
    assert {name: each.inputs["claimValues"] for name, each in grants.items()} == {
        "pwa-app": ["API.Access", "Stories.Read", "Stories.Write", "Profile.Read"],
        "pwa-graph": ["openid", "offline_access"],
    }
    assert not any("userObjectId" in each.inputs for each in grants.values())
    pwa, api = (guid(TENANT, "service-principal", key) for key in ("pwa", "app"))
    parties = ("servicePrincipalObjectId", "resourceServicePrincipalObjectId")
    assert [grants["pwa-app"].inputs[each] for each in parties] == [pwa, api]
    assert [grants["pwa-graph"].inputs[each] for each in parties] == [pwa, guid(TENANT, CLIENT_ID)]


def test_a_pipeline_logs_in_as_an_application_without_a_password(folder: Path) -> None:
    found = with_tenant(folder, "dev")
    (credential,) = of(found, "application-credential").values()
    assert credential.inputs["subject"] == "repo:phoenixvc/Mystira.workspace:environment:dev"
    assert credential.inputs["issuer"] == "https://token.actions.githubusercontent.com"
    assert credential.inputs["audiences"] == ["api://AzureADTokenExchange"]
    ci = of(found, "application")["consumers-ci"]
    assert ci.inputs["displayName"] == "Mystira CI (dev)"
    assert credential.inputs["applicationId"] == f"/applications/{guid(TENANT, 'application', 'consumers-ci')}"
    # Who owns it could become it.
    assert not ci.inputs.get("owners")
    principal = guid(TENANT, "service-principal", "consumers-ci")
    for key in ("app", "pwa"):
        assert of(found, "application")[key].inputs["owners"] == [principal]
        assert of(found, "service-principal")[key].inputs["owners"] == [principal]


def test_without_pipelines_a_person_makes_it_all(folder: Path) -> None:
    edit(folder, "shared", {"ci": GONE})
    found = compose_plan(tenant_plan(folder, "dev"))
    assert of(found, "application").keys() == {"app", "pwa"}
    assert not of(found, "application-credential")
    assert not of(found, "application")["app"].inputs.get("owners")
    assert "consumers-ci" not in found.outputs["manual_steps"]


def test_the_provider_logs_in_as_that_application_once_it_is_known(folder: Path) -> None:
    client = "22222222-2222-4333-8444-555555555555"
    assert [each.client_id for each in edited_plan(folder, "dev", {"external_id": {"tenant_id": TENANT}}).tenants] == [
        "",
        "",
    ]
    found = compose_up_to(EXTERNAL_ID, tenant_plan(folder, "dev", ci_client_id=client))
    (consumers,) = (each for each in found.resources if each.name == "consumers")
    assert consumers.inputs["clientId"] == client
    assert str(consumers.inputs["useOidc"]).lower() == "true"


@every_environment
@pytest.mark.requirement("S3-025")
def test_authority_and_ids_reach_the_app(stack: str, folder: Path) -> None:
    found = with_tenant(folder, stack)
    instance = f"https://{SUBDOMAINS[stack]}.ciamlogin.com"
    authority = f"{instance}/{TENANT}/v2.0"
    output = found.outputs["external_id"]
    assert (output["tenant_id"], output["authority"]) == (TENANT, authority)
    clients = {key: each["client_id"] for key, each in output["applications"].items()}
    assert clients.keys() == {"app", "pwa"}
    assert social_secrets(found) == IDS
    products = {name: each.value for name, each in found.products.items() if name.startswith("external-id/")}
    assert products == {
        "external-id/tenant": TENANT,
        "external-id/authority": authority,
        "external-id/client-id/app": clients["app"],
        "external-id/client-id/pwa": clients["pwa"],
    }


def test_the_app_reads_them_from_its_configuration(folder: Path) -> None:
    found = edited_plan(folder, "dev", {"external_id": {"tenant_id": TENANT, "subdomain": "other"}})
    section = "MicrosoftEntraExternalId__"
    assert {
        each.name.removeprefix(section): each.value or each.secret
        for each in variables(found)
        if each.name.startswith(section)
    } == {
        "Instance": "https://other.ciamlogin.com/",
        "Domain": "other.onmicrosoft.com",
        "TenantId": "external-id-tenant-id",
        "ClientId": "external-id-client-id",
        "Authority": "external-id-authority",
    }


@pytest.mark.requirement("S3-104", "S3-105", "S3-134")
def test_client_ids_and_secrets_of_providers_are_in_the_app_s_vault(folder: Path) -> None:
    found = compose_up_to(SECRETS, tenant_plan(folder, "dev", google=GOOGLE, discord=DISCORD))
    assert social_secrets(found) == IDS | SOCIAL
    assert found.products["external-id/google-client-id"].value == GOOGLE["client_id"]
    assert found.products["external-id/discord-client-id"].value == DISCORD["client_id"]
    assert found.products["external-id/google-client-secret"].secret
    assert found.products["external-id/discord-client-secret"].secret


@pytest.mark.requirement("S3-134")
def test_a_provider_alone_has_its_secrets_and_no_other(folder: Path) -> None:
    assert social_secrets(compose_up_to(SECRETS, tenant_plan(folder, "dev", google=GOOGLE))) == {
        *IDS,
        "google-client-id",
        "google-client-secret",
    }


def test_the_secrets_are_those_of_the_configuration(folder: Path) -> None:
    found = edited_plan(folder, "dev", {"external_id": {"tenant_id": TENANT, "google": GOOGLE}})
    assert found.of(EXTERNAL_ID).secrets == {"external-id/google-client-secret": "googleClientSecret"}
    assert "external-id/google-client-secret" in {each.value for each in found.of(SECRETS)}


def test_what_is_made_by_hand_is_listed(folder: Path) -> None:
    def steps(**more: Any) -> set[str]:
        found = edited_plan(folder, "dev", {"external_id": {"tenant_id": TENANT, **more}})
        return {step.key for step in found.steps if step.key.startswith(("consumer", "discord", "external"))}

    always = {"consumers", "consumer-claims", "consumers-ci", "consumer-sign-in"}
    assert steps() == always
    assert steps(discord=DISCORD) == {*always, "discord-bridge"}
    assert steps(discord={**DISCORD, "issuer": "https://bridge.mystira.app"}) == always


def test_the_matrix_tells_what_the_pwa_may_do(folder: Path) -> None:
    found = edited_plan(folder, "dev", {"external_id": {"tenant_id": TENANT}})
    told = {(each.role, each.application) for each in found.app_roles if each.who == "application/pwa"}
    assert told == {
        *((scope, "Mystira Public API (dev)") for scope in ("API.Access", "Stories.Read", "Stories.Write")),
        ("Profile.Read", "Mystira Public API (dev)"),
        ("openid", "Microsoft Graph"),
        ("offline_access", "Microsoft Graph"),
    }


def test_ids_of_an_adopted_api_are_kept(folder: Path) -> None:
    kept = "33333333-2222-4333-8444-555555555555"
    edit(folder, "dev", {"entra.ids": {"app/Stories.Read": kept}})
    found = compose_up_to(EXTERNAL_ID, tenant_plan(folder, "dev"))
    api = of(found, "application")["app"].inputs
    assert {each["value"]: each["id"] for each in api["api"]["oauth2PermissionScopes"]}["Stories.Read"] == kept


def test_applications_of_customers_are_protected_in_prod(folder: Path) -> None:
    for stack in ("dev", "prod"):
        found = with_tenant(folder, stack)
        for kind in ("application", "service-principal"):
            assert {each.protect for each in of(found, kind).values()} == {stack == "prod"}


def test_client_secrets_keep_pull_requests_away(folder: Path) -> None:
    """A preview decrypts the state. Both files say so: either may change last."""
    edit(folder, "prod", {"external_id": {"tenant_id": TENANT, "google": GOOGLE}})
    edit(folder, "shared", {"ci.pull_requests": ["prod"]})
    for stack in ("shared", "prod"):
        problem = one_problem(folder, stack, {})
        assert problem.path == "Pulumi.shared.yaml: mystira:ci.pull_requests"
        assert problem.seen == "prod (secrets from outside: external_id.google)"


MISTAKES = [
    Mistake("dev", {"external_id": {"tenant_id": WORKFORCE}}, "external_id.tenant_id", "the tenant of mystira:azure"),
    Mistake(
        "prod",
        {"external_id": {"tenant_id": TENANT, "localhost_ports": [3000]}},
        "external_id.localhost_ports",
        "returns to no developer's machine",
    ),
    Mistake("dev", {"entra.ids": {"app/API.Access": TENANT}}, "entra.ids.app/API.Access", "no such scope or role"),
]


@each_mistake(MISTAKES)
def test_a_mistake_about_the_external_tenant_is_one_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)


INFRASTRUCTURE = (
    "resource-group",
    "user-assigned-identity",
    "federated-credential",
    "ai-deployment",
    "service-bus-namespace",
    "role-assignment",
    "key-vault-secret",
    "application",
    "delegated-grant",
)
"""What the components that the roadmap calls done consist of; names and hosts are of every resource."""


@every_environment
@pytest.mark.requirement("S0-02", "S3-086")
def test_an_environment_has_every_component_of_the_infrastructure(stack: str, folder: Path) -> None:
    found = {each.type for each in compose_plan(tenant_plan(folder, stack)).resources}
    missing = [kind for kind in INFRASTRUCTURE if REGISTERED_TYPES[kind].token not in found]
    assert missing == []
