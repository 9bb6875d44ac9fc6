"""`mystira offline directory`, and what the other commands say of objects in a tenant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from offline.commands import cloud as command
from offline.engine.home import HOME_VARIABLE, Home
from offline.world.limits import NO_LICENCE, P2, Directory
from offline.world.store import World
from tests.harness.tenant import ELSEWHERE, Tenant


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    return World(Home.default().cloud)


def run(line: str) -> int:
    return command.main(line.split())


def test_a_tenant_has_its_own_settings_or_those_of_every_tenant(home: World) -> None:
    here = Tenant(home).id
    run("directory security-defaults on")
    run(f"directory licence P2 --tenant {here}")
    run(f"directory security-defaults off --tenant {here}")
    with home.limits() as limits:
        assert limits.directory(here) == Directory(P2)
        assert limits.directory(ELSEWHERE) == Directory(security_defaults=True)
    run("directory security-defaults off")
    run(f"directory licence P1 --tenant {here}")
    with home.limits() as limits:
        assert limits.directory(here) == limits.directory(ELSEWHERE) == Directory()
        assert limits.told() == []


def test_every_setting_is_shown(home: World, capsys: pytest.CaptureFixture[str]) -> None:
    tenant = Tenant(home)
    tenant.application()
    run(f"directory licence none --tenant {ELSEWHERE}")
    run("directory uri-policy off")
    run("directory show")
    assert capsys.readouterr().out.splitlines() == [
        "every tenant  licence P1, security defaults off, URI policy off",
        f"{tenant.id}  licence P1, security defaults off, URI policy off",
        f"{ELSEWHERE}  licence none, security defaults off, URI policy off",
    ]
    run("directory show --json")
    shown = json.loads(capsys.readouterr().out)
    assert shown[2] == {
        "tenant": ELSEWHERE,
        "licence": NO_LICENCE,
        "security_defaults": False,
        "uri_policy": False,
    }
    run("cloud limits")
    assert f"directory  {ELSEWHERE}/licence  none" in capsys.readouterr().out


def test_deleted_applications_are_listed_and_purged(home: World, capsys: pytest.CaptureFixture[str]) -> None:
    tenant = Tenant(home)
    made = tenant.application()
    principal = tenant.principal(made)
    group = tenant.group()
    run(f"cloud delete {made.id}")
    run(f"cloud delete {group.id}")
    run("cloud deleted")
    object_id = made.properties["objectId"]
    assert capsys.readouterr().out.splitlines() == sorted(
        [
            f"azuread:index/application:Application  {object_id} api  kept 30 days, can be purged",
            "azuread:index/servicePrincipal:ServicePrincipal  "
            f"{principal.properties['objectId']}  kept 30 days, can be purged",
        ],
        key=lambda line: line.split()[1],
    )
    run("cloud deleted --json")
    assert {each["days"] for each in json.loads(capsys.readouterr().out)} == {30}
    run(f"cloud purge {object_id}")
    assert [each.id for each in home.kept()] == [principal.id]
    run("cloud purge --all")
    assert not home.kept()
