"""The settings of the external tenant, and the client secrets that belong to its client ids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from components.problems import InvalidInput, Problem
from stacks.settings.config_secrets import (
    CONFIG_SECRETS,
    DISCORD_CLIENT_SECRET,
    GOOGLE_CLIENT_SECRET,
    POSTGRESQL_PASSWORD,
    clear_text_problems,
    is_secret,
    secret_problems,
)
from stacks.settings.external_id import ExternalId
from stacks.settings.loading import from_engine, from_file
from stacks.settings.models import EnvironmentSettings, Settings
from tests.harness.settings import SETTINGS, configuration, edit

TENANT = "11111111-2222-4333-8444-555555555555"
GOOGLE = {"client_id": "1.apps.googleusercontent.com"}
DISCORD = {"client_id": "2"}
SECRETS = {f"mystira:{each.name}": "GOCSPX-a-secret" for each in (GOOGLE_CLIENT_SECRET, DISCORD_CLIENT_SECRET)}


def settings(folder: Path, external_id: dict[str, Any] | None, stack: str = "dev") -> Settings:
    if external_id is not None:
        edit(folder, stack, {"external_id": {"tenant_id": TENANT, **external_id}})
    return from_file(stack, folder)


def external(folder: Path, **others: Any) -> ExternalId:
    found = settings(folder, others)
    assert isinstance(found, EnvironmentSettings)
    assert found.external_id is not None
    return found.external_id


def refused(folder: Path, **others: Any) -> Problem:
    with pytest.raises(InvalidInput) as caught:
        settings(folder, others)
    (found,) = caught.value.problems
    return found


def test_left_out_there_is_none(folder: Path) -> None:
    for stack in ("dev", "staging", "prod"):
        found = from_file(stack, SETTINGS)
        assert isinstance(found, EnvironmentSettings)
        assert found.external_id is None


def test_subdomain_and_ports_follow_the_environment_unless_they_are_set(folder: Path) -> None:
    found = external(folder)
    assert [found.subdomain_in(each) for each in ("dev", "staging", "prod")] == [
        "mystiradev",
        "mystirastaging",
        "mystira",
    ]
    assert [found.ports_in(each) for each in ("dev", "staging", "prod")] == [(3000, 5173, 7000), (), ()]
    found = external(folder, subdomain="other", localhost_ports=[8080])
    assert (found.subdomain_in("dev"), found.ports_in("dev")) == ("other", (8080,))
    assert external(folder, localhost_ports=[]).ports_in("dev") == ()


def test_the_tenant_is_needed_and_a_guid(folder: Path) -> None:
    edit(folder, "dev", {"external_id": {"google": GOOGLE}})
    with pytest.raises(InvalidInput, match=r"mystira:external_id\.tenant_id: missing"):
        from_file("dev", folder)
    assert "a GUID" in refused(folder, tenant_id="mystiradev.onmicrosoft.com").allowed


@pytest.mark.parametrize(
    ("others", "path", "allowed"),
    [
        ({"subdomain": "Mystira"}, "subdomain", "one lower-case label"),
        ({"subdomain": "a.b"}, "subdomain", "one lower-case label"),
        ({"ci_client_id": "x"}, "ci_client_id", "a GUID"),
        ({"localhost_ports": [0]}, "localhost_ports.0", "greater than or equal to 1"),
        ({"localhost_ports": [70000]}, "localhost_ports.0", "less than or equal to 65535"),
        ({"google": {"client_id": ""}}, "google.client_id", "1 character"),
        ({"discord": {"client_id": "2", "issuer": "http://a.example"}}, "discord.issuer", "an https URL"),
        ({"discord": {"client_id": "2", "issuer": "https://a.example/?x"}}, "discord.issuer", "an https URL"),
        ({"discord": {"client_id": "2", "issuer": "https://u:p@a.example"}}, "discord.issuer", "an https URL"),
        ({"user_flow": "x"}, "user_flow", "tenant_id"),
    ],
)
def test_a_wrong_value_is_one_error_at_its_place(folder: Path, others: Any, path: str, allowed: str) -> None:
    problem = refused(folder, **others)
    assert problem.path == f"Pulumi.dev.yaml: mystira:external_id.{path}"
    assert allowed in problem.allowed


# Secrets.


def found_problems(folder: Path, external_id: dict[str, Any] | None, **values: str) -> list[Problem]:
    given = {f"mystira:{name}": value for name, value in values.items()}
    return list(secret_problems("Pulumi.dev.yaml", settings(folder, external_id), given))


@pytest.mark.parametrize(
    ("key", "secret"), [("google", GOOGLE_CLIENT_SECRET), ("discord", DISCORD_CLIENT_SECRET)], ids=["google", "discord"]
)
def test_a_client_id_needs_its_secret_and_the_reverse(folder: Path, key: str, secret: Any) -> None:
    (missing,) = found_problems(folder, {key: {"client_id": "1"}})
    assert missing.path == f"Pulumi.dev.yaml: mystira:{secret.name}"
    assert missing.what.startswith(f"missing: external_id has {key}")
    assert missing.allowed == f"pulumi config set --secret mystira:{secret.name}"
    assert found_problems(folder, {key: {"client_id": "1"}}, **{secret.name: "GOCSPX-a-secret"}) == []
    for external_id in ({key: None}, {}):
        (alone,) = found_problems(folder, external_id, **{secret.name: "GOCSPX-a-secret"})
        assert alone.what == f"a secret without its setting: external_id has no {key}"
        assert f"mystira:external_id.{key}, or" in alone.allowed
        assert "GOCSPX" not in str(alone)


def test_a_secret_without_any_external_tenant_is_one_error_too(folder: Path) -> None:
    values = {key.partition(":")[2]: value for key, value in SECRETS.items()}
    assert len(found_problems(folder, None, **values)) == 2
    shared = list(secret_problems("Pulumi.shared.yaml", from_file("shared", SETTINGS), SECRETS))
    assert len(shared) == 2


@pytest.mark.parametrize("value", ["short", "with a space", "line\nbreak-and-more", "x" * 513])
def test_what_cannot_be_a_client_secret_is_refused_and_not_shown(folder: Path, value: str) -> None:
    (problem,) = found_problems(folder, {"google": GOOGLE}, googleClientSecret=value)
    assert problem.what == "Azure would refuse it"
    assert problem.allowed == "8 to 512 characters, no white space"
    assert value not in str(problem)


def test_a_password_that_nothing_needs_stays(folder: Path) -> None:
    assert found_problems(folder, {}, postgresqlPassword="Not-a-real-1") == []
    assert POSTGRESQL_PASSWORD.rule.endswith("at least 3 of lower case, upper case, digits, others")


def test_a_client_secret_is_no_setting_and_never_in_clear() -> None:
    assert all(is_secret(each.name) for each in CONFIG_SECRETS)
    values = {**configuration("dev"), **SECRETS}
    assert from_engine("dev", values) == from_engine("dev", configuration("dev"))
    (problem,) = clear_text_problems("Pulumi.dev.yaml", {"googleClientSecret": "GOCSPX-a-secret"})
    assert problem.read == "docs/runbooks/identity.md"
    assert "GOCSPX" not in str(problem)
