"""`mystira consumers`: what differs in an external tenant, and that writing it once is enough."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer

from components.problems import InvalidInput, MystiraError
from mystira import consumers as command
from mystira.consumers import applied, areas_of, compared, external_id_of, report, stack_secrets
from mystira.graph import branding as branding_module
from mystira.graph.change import Change
from mystira.graph.user_flow import COLLECTED, COMPARED, DESCRIBED, EMAIL_PASSWORD
from mystira.graph.wanted import Wanted, wanted_of
from stacks.parts.entra.applications import label
from stacks.parts.external_id.plan import customers_page
from stacks.settings.external_id import ExternalId
from tests.harness.graph import FLOWS, TENANT, Login, Tenant, answer, document
from tests.harness.settings import SETTINGS, context, edit
from tests.mystira.conftest import Run

GOOGLE = {"client_id": "1.apps.googleusercontent.com"}
DISCORD = {"client_id": "mystira", "issuer": "https://bridge.mystira.app"}
PWA = "63856651-13d9-4784-9abf-20758d509e19"
OTHER_APP = "00000000-1111-4222-8333-444444444444"
SECRETS = {"googleClientSecret": "a-google-secret", "discordClientSecret": "a-discord-secret"}


def settings(**others: Any) -> ExternalId:
    return ExternalId.model_validate({"tenant_id": TENANT, **others})


def wanted(environment: str = "dev", **others: Any) -> Wanted:
    asked = settings(**{"google": GOOGLE, "discord": DISCORD, **others})
    return wanted_of(asked, environment, environment, f"Mystira PWA ({environment})")


@pytest.fixture
def tenant(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tenant]:
    """A tenant in which Pulumi has made the application, and nothing else has been made."""
    monkeypatch.setattr(branding_module, "PAUSE_SECONDS", 0.0)
    found = Tenant(applications=[{"id": "o", "appId": PWA, "displayName": "Mystira PWA (dev)"}])
    with found.served():
        yield found


def differences(tenant: Tenant, one: Wanted | None = None) -> dict[str, tuple[str, str]]:
    found = compared(tenant.graph(), one or wanted(), SECRETS.__getitem__, areas_of())
    return {each.what: (each.found, each.wanted) for each in found}


def apply(tenant: Tenant, one: Wanted | None = None, *, rotate: bool = False) -> list[Change]:
    return list(applied(tenant.graph(), one or wanted(), SECRETS.__getitem__, areas_of(rotate=rotate)))


@pytest.fixture
def made(tenant: Tenant) -> Tenant:
    """A tenant that is as the settings have it; what was asked of it is forgotten."""
    apply(tenant)
    tenant.asked.clear()
    tenant.secrets.clear()
    return tenant


# The whole.


@pytest.mark.requirement("S3-103", "S3-104", "S3-105", "S3-107")
def test_comparing_writes_nothing_and_a_second_apply_writes_nothing(tenant: Tenant) -> None:
    assert list(differences(tenant)) == ["Google", "Discord", "Mystira sign-up and sign-in (dev)", "sign-in page"]
    assert tenant.written == []
    assert len(apply(tenant)) == 4
    written = len(tenant.written)
    assert apply(tenant) == []
    assert len(tenant.written) == written
    assert differences(tenant) == {}


@pytest.mark.requirement("S3-103")
def test_the_user_flow_takes_an_email_address_with_a_password_and_the_providers_of_the_settings(made: Tenant) -> None:
    (flow,) = made.flows
    offered = [each["displayName"] for each in flow["onAuthenticationMethodLoadStart"]["identityProviders"]]
    assert offered == ["Email with password", "Google", "Discord"]
    assert flow["conditions"]["applications"]["includeApplications"] == [{"appId": PWA}]
    assert flow["onInteractiveAuthFlowStart"]["isSignUpAllowed"] is True
    assert flow["onUserCreateStart"]["userTypeToCreate"] == "member"


def test_without_google_and_discord_there_is_only_the_email_address(tenant: Tenant) -> None:
    alone = wanted(google=None, discord=None)
    assert differences(tenant, alone)["Mystira sign-up and sign-in (dev)"] == (
        "nothing",
        "one for Mystira PWA (dev): e-mail with password",
    )
    apply(tenant, alone)
    assert tenant.providers == []
    assert tenant.secrets == []
    (flow,) = tenant.flows
    assert [each["id"] for each in flow["onAuthenticationMethodLoadStart"]["identityProviders"]] == [EMAIL_PASSWORD]
    assert differences(tenant, alone) == {}


def test_a_secret_that_is_missing_ends_it_before_anything_is_written(tenant: Tenant) -> None:
    def missing(name: str) -> str:
        if name == "discordClientSecret":
            raise MystiraError("not set")
        return "x"

    with pytest.raises(MystiraError, match="not set"):
        list(applied(tenant.graph(), wanted(), missing, areas_of()))
    assert tenant.written == []


def test_an_application_that_is_missing_ends_it_before_anything_is_written(tenant: Tenant) -> None:
    twice = [*tenant.applications, {**tenant.applications[0], "appId": OTHER_APP}]
    for applications, seen in (([], "none"), (twice, f"2: {PWA}, {OTHER_APP}")):
        tenant.applications = applications
        with pytest.raises(MystiraError, match=rf"application Mystira PWA \(dev\) in {TENANT}: seen: {seen}; allowed"):
            apply(tenant)
    assert tenant.written == []


# Providers.


@pytest.mark.requirement("S3-104")
def test_google_is_made_as_graph_documents(tenant: Tenant) -> None:
    apply(tenant)
    (google,) = [body for _, path, body in tenant.asked if path == "/v1.0/identity/identityProviders" and body]
    assert set(google) == set(document("provider-created")["request"])
    assert google["identityProviderType"] == "Google"
    assert (google["clientId"], google["clientSecret"]) == (GOOGLE["client_id"], SECRETS["googleClientSecret"])


@pytest.mark.requirement("S3-105")
def test_a_bridge_to_discord_is_made_as_graph_documents(tenant: Tenant) -> None:
    apply(tenant)
    body = tenant.body("POST", "/beta/identity/identityProviders")
    example = document("oidc-provider-created")["request"]
    assert set(body) == set(example)
    assert set(body["clientAuthentication"]) == set(example["clientAuthentication"])
    assert body["inboundClaimMapping"].items() <= example["inboundClaimMapping"].items()
    assert body["wellKnownEndpoint"] == "https://bridge.mystira.app/.well-known/openid-configuration"
    assert (body["responseType"], body["scope"].split()[0]) == ("code", "openid")
    assert body["clientAuthentication"]["clientSecret"] == SECRETS["discordClientSecret"]


def test_secrets_are_written_when_they_are_new_and_when_they_are_to_be_rotated(made: Tenant) -> None:
    apply(made)
    assert made.secrets == []
    assert [each.what for each in apply(made, rotate=True)] == ["Google, client secret", "Discord, client secret"]
    assert made.secrets == list(SECRETS.values())
    assert [path.rpartition("/")[0] for _, path in made.written] == [
        "/v1.0/identity/identityProviders",
        "/beta/identity/identityProviders",
    ]


def test_a_new_client_id_brings_its_secret(made: Tenant) -> None:
    new = wanted(google={"client_id": "2"}, discord={**DISCORD, "client_id": "new"})
    assert differences(made, new) == {
        "Google, client id": (GOOGLE["client_id"], "2"),
        "Discord": ("clientId mystira", "clientId new"),
    }
    apply(made, new, rotate=True)
    assert made.secrets == list(SECRETS.values())
    assert differences(made, new) == {}


def test_another_issuer_keeps_the_secret(made: Tenant) -> None:
    new = wanted(discord={**DISCORD, "issuer": "https://bridge.mystira.app/v2/"})
    found = differences(made, new)
    assert list(found) == ["Discord"]
    assert "https://bridge.mystira.app/v2/.well-known/openid-configuration" in found["Discord"][1]
    apply(made, new)
    assert made.secrets == []
    assert differences(made, new) == {}


def test_a_mapping_of_claims_that_graph_completes_is_no_difference(made: Tenant) -> None:
    (bridge,) = [each for each in made.providers if "issuer" in each]
    bridge["inboundClaimMapping"] |= answer("oidc-provider-created")["inboundClaimMapping"]
    assert differences(made) == {}
    bridge["inboundClaimMapping"]["email"] = "mail"
    assert "email=mail" in differences(made)["Discord"][0]
    bridge["inboundClaimMapping"] = None
    assert differences(made)["Discord"][0] == "inboundClaimMapping None"


def test_providers_that_the_settings_do_not_name_are_only_taken_out_of_the_flow(made: Tenant) -> None:
    """Other user flows may offer them."""
    alone = wanted(google=None, discord=None)
    assert differences(made, alone) == {
        "Mystira sign-up and sign-in (dev), Google": ("offered", "not offered"),
        "Mystira sign-up and sign-in (dev), Discord": ("offered", "not offered"),
    }
    apply(made, alone)
    assert len(made.providers) == 2
    assert differences(made, alone) == {}


def test_a_provider_of_graphs_own_examples_is_left_alone(tenant: Tenant) -> None:
    tenant.providers = answer("providers")["value"]
    apply(tenant)
    assert [each["id"] for each in tenant.providers[:2]] == ["MSASignup-OAUTH", "Facebook-OAUTH"]


# The user flow.


def test_the_flow_is_made_as_graph_documents(tenant: Tenant) -> None:
    apply(tenant)
    body, example = tenant.body("POST", FLOWS), document("user-flow-created")["request"]
    assert set(body) == {*example, "onUserCreateStart"}
    for part in ("onAuthenticationMethodLoadStart", "onInteractiveAuthFlowStart", "onAttributeCollection"):
        assert set(body[part]) == set(example[part])
        assert body[part]["@odata.type"] == example[part]["@odata.type"]
    assert body["@odata.type"] == example["@odata.type"]
    assert set(body["conditions"]["applications"]) == set(example["conditions"]["applications"])
    (ours,), (theirs,) = (each["onAttributeCollection"]["attributeCollectionPage"]["views"] for each in (body, example))
    assert [set(each) for each in ours["inputs"]] == [set(each) for each in theirs["inputs"]]
    assert body["onAttributeCollection"]["attributes"] == example["onAttributeCollection"]["attributes"]
    assert {each["id"] for each in DESCRIBED} == {each["attribute"] for each in COLLECTED}
    listed = answer("user-flows")["value"][0]["onUserCreateStart"]
    assert body["onUserCreateStart"] == listed


def test_a_flow_as_graph_lists_it_is_brought_to_the_settings(tenant: Tenant) -> None:
    """Graph's own example, with Facebook, a colour to choose and no application."""
    flow = answer("user-flows")["value"][1]
    flow["displayName"] = "Mystira sign-up and sign-in (dev)"
    name = flow["displayName"]
    google, facebook = flow["onAuthenticationMethodLoadStart"]["identityProviders"][1:]
    tenant.flows, tenant.providers = [flow], [google, facebook]
    one = wanted(google={"client_id": google["clientId"]}, discord=None)
    found = differences(tenant, one)
    assert list(found) == [
        f"{name}, data asked for",
        f"{name}, Facebook",
        f"{name}, application Mystira PWA (dev)",
        "sign-in page",
    ]
    assert "Favorite color" in found[f"{name}, data asked for"][0]
    apply(tenant, one)
    assert differences(tenant, one) == {}
    methods = [(method, path.partition(flow["id"])[2].rpartition("/")[2]) for method, path in tenant.written]
    assert methods[:3] == [("PATCH", ""), ("DELETE", "$ref"), ("POST", "includeApplications")]
    requested = [path for _, path, _ in tenant.asked]
    assert document("user-flow-provider-removed")["path"] in requested
    assert document("user-flow-providers")["path"] in requested


def test_what_joins_a_flow_joins_it_as_graph_documents(made: Tenant) -> None:
    (flow,) = made.flows
    flow["onAuthenticationMethodLoadStart"]["identityProviders"] = flow["onAuthenticationMethodLoadStart"][
        "identityProviders"
    ][:1]
    flow["conditions"]["applications"]["includeApplications"] = [{"appId": OTHER_APP}]
    flow["onInteractiveAuthFlowStart"]["isSignUpAllowed"] = False
    flow["onUserCreateStart"] = None
    name = flow["displayName"]
    assert differences(made) == {
        f"{name}, sign-up": ("not allowed", "allowed"),
        f"{name}, new users": ("nothing", "member"),
        f"{name}, Google": ("not offered", "offered"),
        f"{name}, Discord": ("not offered", "offered"),
        f"{name}, application Mystira PWA (dev)": ("not included", "included"),
        f"{name}, application {OTHER_APP}": ("included", "not included"),
    }
    apply(made)
    assert differences(made) == {}
    joined = [body for _, path, body in made.asked if path.endswith("/includeApplications") and body]
    assert joined == [document("user-flow-application-added")["request"]]
    references = [body for _, path, body in made.asked if path.endswith("/$ref") and body]
    example = document("user-flow-provider-added")
    assert [set(each) for each in references] == [set(example["request"])] * 2
    assert references[0]["@odata.id"] == example["request"]["@odata.id"].replace("beta", "v1.0")


def test_a_flow_without_any_data_asked_for_is_a_difference(made: Tenant) -> None:
    made.flows[0]["onAttributeCollection"] = None
    assert differences(made)["Mystira sign-up and sign-in (dev), data asked for"][0] == "nothing"


def test_what_is_compared_of_the_data_asked_for_is_in_graphs_answers() -> None:
    (view,) = answer("user-flow-created")["onAttributeCollection"]["attributeCollectionPage"]["views"]
    assert all(set(COMPARED) <= set(each) for each in view["inputs"])


def test_an_application_in_another_flow_is_refused_before_anything_is_written(made: Tenant) -> None:
    """Graph: an application can only be linked to one user flow."""
    other = copy.deepcopy(made.flows[0]) | {"id": "other", "displayName": "By hand"}
    made.flows = [other]
    with pytest.raises(MystiraError, match=r"user flow By hand: it has Mystira PWA \(dev\) already"):
        apply(made)
    assert made.written == []


def test_a_second_platform_has_names_of_its_own(folder: Path) -> None:
    found = context("dev", folder)
    assert customers_page(found, settings()).spec.display_name == "Mystira PWA (dev)"
    edit(folder, "dev", {"naming": {"instance": "ab"}})
    other = context("dev", folder)
    assert customers_page(other, settings()).spec.display_name == "Mystira PWA (ab-dev)"
    assert wanted_of(settings(), "dev", label(other), "").flow == "Mystira sign-up and sign-in (ab-dev)"


def test_each_environment_has_a_flow_of_its_own_name() -> None:
    assert {wanted(each).flow for each in ("dev", "staging", "prod")} == {
        f"Mystira sign-up and sign-in ({each})" for each in ("dev", "staging", "prod")
    }


# The sign-in page.


@pytest.mark.requirement("S3-107")
def test_the_texts_of_a_tenant_without_branding_are_made(tenant: Tenant) -> None:
    tenant.late = 2
    apply(tenant)
    path = f"/v1.0/organization/{TENANT}/branding"
    assert [each for each in tenant.written if "branding" in each[1]] == [
        ("POST", f"{path}/localizations"),
        *[("PATCH", path)] * 3,
    ]
    assert tenant.body("POST", "/localizations") == {"id": "en-US"}
    assert tenant.branding is not None
    assert set(wanted().branding) <= set(document("branding-updated")["request"])
    assert tenant.branding["signInPageText"] == "Mystira dev: for tests."
    assert wanted("prod").branding["signInPageText"] == "Welcome to Mystira."


def test_only_the_texts_that_differ_are_written(made: Tenant) -> None:
    made.branding = {**answer("branding"), "usernameHintText": wanted().branding["usernameHintText"]}
    assert differences(made) == {"sign-in page": ("signInPageText Contoso", "signInPageText Mystira dev: for tests.")}
    apply(made)
    assert made.written == [("PATCH", f"/v1.0/organization/{TENANT}/branding")]
    assert set(made.body("PATCH", "/branding")) == {"signInPageText"}
    assert made.branding["backgroundColor"] == ""


def test_a_branding_that_graph_does_not_make_is_a_step_by_hand(tenant: Tenant) -> None:
    tenant.late = 99
    with pytest.raises(MystiraError, match="make it once by hand"):
        apply(tenant)


def test_a_branding_that_may_not_be_changed_is_an_error_at_once(made: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    for before in (answer("branding"), None):
        made.branding = before
        monkeypatch.setattr(Tenant, "_branding", _denied(made))
        with pytest.raises(MystiraError, match=r"OrganizationalBranding\.ReadWrite\.All"):
            apply(made)
        monkeypatch.undo()


def _denied(tenant: Tenant) -> Any:
    serve = Tenant._branding

    def denied(self: Tenant, method: str, path: str, body: Any, headers: Any) -> tuple[int, Any]:
        if method == "PATCH":
            return document("denied")["status"], answer("denied")
        return serve(self, method, path, body, headers)

    return denied


# The command.


@pytest.fixture
def real(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings with a tenant that is not fictitious, and its login."""
    edit(folder, "dev", {"external_id": {"tenant_id": TENANT, "google": GOOGLE, "discord": {"client_id": "mystira"}}})
    monkeypatch.setattr(command, "external_credential", lambda tenant, *_: Login(tenant))
    monkeypatch.setattr(command, "stack_secrets", lambda *_: SECRETS.__getitem__)
    return folder


def test_the_command_compares_writes_and_finds_nothing_more(real: Path, tenant: Tenant, run: Run) -> None:
    done = run("consumers", "dev", "--folder", real)
    assert (done.code, done.err) == (3, "")
    assert "Google: found nothing; wanted an identity provider with client id" in done.out
    assert f"dev, tenant {TENANT}: 3 different" in done.out
    assert "Discord is left out: External ID needs a bridge" in done.out
    assert run("consumers", "dev", "--folder", real, "--apply").out.count("3 written") == 1
    done = run("consumers", "dev", "--folder", real, "--json")
    assert (done.code, done.json) == (
        0,
        {"stack": "dev", "tenant": TENANT, "written": False, "exit_code": 0, "differences": []},
    )
    assert run("consumers", "dev", "--folder", real).code == 0
    done = run("consumers", "dev", "--folder", real, "--apply", "--rotate", "--json")
    assert (done.code, [each["what"] for each in done.json["differences"]]) == (0, ["Google, client secret"])
    assert not any(secret in done.out for secret in SECRETS.values())


def test_a_difference_in_json_has_what_was_found_and_is_wanted(
    tenant: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        report("dev", tenant.graph(), wanted(), SECRETS.__getitem__, as_json=True)
    assert ended.value.exit_code == 3
    assert re.search(r'"what": "Google",\s+"found": "nothing"', capsys.readouterr().out)


def test_what_was_written_before_an_error_is_printed(tenant: Tenant, real: Path, run: Run) -> None:
    tenant.late = 99
    done = run("consumers", "dev", "--folder", real, "--apply")
    assert done.code == 1
    assert "Google: found nothing" in done.out
    assert "make it once by hand" in done.err


@pytest.mark.parametrize(
    ("stack", "changes", "problem"),
    [
        ("dev", {}, "mystira:external_id: missing: there is no external tenant"),
        ("shared", {}, "mystira:external_id: missing: there is no external tenant"),
        (
            "dev",
            {"external_id": {"tenant_id": "00000000-0000-4000-8000-00000000000c"}},
            "mystira:external_id.tenant_id: only serves the offline cloud",
        ),
        (
            "dev",
            {"external_id": {"tenant_id": TENANT}, "azure.tenant_id": TENANT},
            "mystira:external_id.tenant_id: the tenant of mystira:azure",
        ),
    ],
)
def test_settings_without_a_real_external_tenant_are_refused(
    folder: Path, run: Run, stack: str, changes: Mapping[str, Any], problem: str
) -> None:
    edit(folder, stack, changes)
    done = run("consumers", stack, "--folder", folder)
    assert (done.code, done.out) == (1, "")
    assert f"Pulumi.{stack}.yaml" in done.err
    assert problem in done.err


def test_a_stack_that_nobody_knows_and_rotating_without_writing_are_refused(run: Run) -> None:
    assert "no such stack" in run("consumers", "moon", "--folder", SETTINGS).err
    assert "--rotate: writes secrets; seen: no --apply" in run("consumers", "dev", "--rotate").err


def test_the_settings_are_those_of_the_stack(folder: Path) -> None:
    edit(folder, "dev", {"external_id": {"tenant_id": TENANT}})
    assert str(external_id_of(context("dev", folder)).tenant_id) == TENANT
    with pytest.raises(InvalidInput):
        external_id_of(context("staging", folder))


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `pulumi` that notes its arguments and prints a file."""
    script = tmp_path / "pulumi"
    script.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/lines\ncat {tmp_path}/answer\n')
    script.chmod(0o755)
    (tmp_path / "answer").write_text("a-secret\n")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def test_a_secret_comes_from_pulumi_and_is_asked_for_once(pulumi: Path) -> None:
    secret = stack_secrets("dev", pulumi)
    assert [secret("googleClientSecret"), secret("googleClientSecret")] == ["a-secret"] * 2
    assert (pulumi / "lines").read_text() == "config get mystira:googleClientSecret --stack dev --non-interactive\n"


def test_a_secret_that_pulumi_does_not_give_is_one_line(pulumi: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (pulumi / "answer").write_text("")
    with pytest.raises(MystiraError, match="an empty value; allowed: pulumi config set --secret"):
        stack_secrets("dev", pulumi)("googleClientSecret")
    (pulumi / "pulumi").write_text("#!/bin/sh\necho 'error: no key\nhere' >&2\nexit 255\n")
    with pytest.raises(MystiraError, match=r"^Pulumi\.dev\.yaml: mystira:x: seen: error: no key here; allowed: .*$"):
        stack_secrets("dev", pulumi)("x")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(MystiraError, match="PATH: no pulumi"):
        stack_secrets("dev", pulumi)("x")
    with pytest.raises(FileNotFoundError):
        stack_secrets("dev", pulumi / "nowhere")("x")
