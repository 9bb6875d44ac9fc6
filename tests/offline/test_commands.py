"""The commands that look at the cloud and change it."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.cdn.facts import PREMIUM
from components.facts.vm_sizes import VM_SIZES
from components.problems import MystiraError
from offline.azure.services.identity import IDENTITY
from offline.azure.services.vaults import VAULT
from offline.commands import cloud as command
from offline.engine.home import HOME_VARIABLE, Home
from offline.world.limits import Login
from offline.world.store import World
from tests.harness.compose import TENANT
from tests.harness.offline import REGION, ROOT, Cloud, token_of

FAMILY = VM_SIZES["Standard_D4ds_v5"].family
OTHER = "00000000-0000-4000-8000-00000000000f"
NAME = "mys-dev-app-kv-san"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    return World(Home.default().cloud)


def test_the_commands_change_the_limits(home: World, capsys: pytest.CaptureFixture[str]) -> None:
    for line in (
        f"quota {REGION} {FAMILY.upper()} 4",
        "unregister microsoft.keyvault --locked",
        "unregister Microsoft.Cache",
        f"login --tenant {OTHER} --subscription {OTHER} --expired --service",
        "pace 0.5",
        "limits",
    ):
        assert command.main(["cloud", *line.split()]) == 0
    with home.limits() as limits:
        assert limits.quota(REGION, FAMILY) == 4
        assert limits.locked("Microsoft.KeyVault")
        assert limits.unregistered("Microsoft.Cache")
        assert limits.login() == Login(OTHER, OTHER, expired=True, service=True)
        assert limits.pace() == 0.5
    told = capsys.readouterr().out
    assert "namespace  microsoft.keyvault  locked" in told
    assert "login  expired  yes" in told
    for line in ("login", "register Microsoft.KeyVault", "register Microsoft.Cache", "pace 0"):
        assert command.main(["cloud", *line.split()]) == 0
    with home.limits() as limits:
        assert [kind for kind, _, _ in limits.told()] == ["quota"]


def test_the_commands_refuse_what_is_not_there(home: World) -> None:
    for line, message in (
        ("quota mars cores 1", "no such region"),
        (f"quota {REGION} standardMarsFamily 1", "no such quota"),
        ("unregister Microsoft.Mars", "no resource provider"),
        ("unregister Microsoft.Resources", "no resource provider"),
    ):
        with pytest.raises(MystiraError, match=message):
            command.main(["cloud", *line.split()])
    with home.writing("create", IDENTITY, f"{ROOT}/providers/Microsoft.ManagedIdentity/x/y") as cloud:
        cloud.put(f"{ROOT}/providers/Microsoft.ManagedIdentity/x/y", IDENTITY, {})
    with pytest.raises(MystiraError, match="has resources"):
        command.main(["cloud", "unregister", "Microsoft.ManagedIdentity"])


@pytest.fixture
def here(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """The cloud that the commands look at."""
    monkeypatch.setenv(HOME_VARIABLE, str(cloud.world.path.parent))
    return cloud


def vault(cloud: Cloud, **properties: bool | int) -> str:
    base = {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"}, "softDeleteRetentionInDays": 90}
    return cloud.make(VAULT, vaultName=NAME, location=REGION, properties={**base, **properties}).id


def test_deleted_vaults_are_listed_and_purged(here: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["cloud", "delete", vault(here, softDeleteRetentionInDays=7)]) == 0
    assert command.main(["cloud", "deleted"]) == 0
    assert capsys.readouterr().out == f"{VAULT}  {NAME}  kept 7 days, can be purged\n"
    with pytest.raises(command.NotInCloud, match="seen: ghost"):
        command.main(["cloud", "purge", "ghost"])
    with pytest.raises(command.NotInCloud, match="seen: no name"):
        command.main(["cloud", "purge"])
    assert command.main(["cloud", "purge", NAME]) == 0
    here.delete(VAULT, vault(here, enablePurgeProtection=True))
    assert command.main(["cloud", "deleted"]) == 0
    assert "kept 90 days, until then" in capsys.readouterr().out
    assert command.main(["cloud", "purge", "--all"]) == 0
    with pytest.raises(command.NotInCloud, match="Operation 'DeletedVaultPurge' is not allowed"):
        command.main(["cloud", "purge", NAME])
    assert len(here.world.kept()) == 1


def test_links_of_front_door_are_approved_at_what_they_lead_to(here: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    within = {"profileName": "mys-dev-core-fd-glob"}
    here.make(token_of("front-door-profile"), **within, location="global", sku={"name": PREMIUM})
    targets = [f"{ROOT}/providers/Microsoft.Network/privateLinkServices/{name}" for name in ("one", "two")]
    for target in targets:
        name = target.rpartition("/")[2]
        here.make(token_of("front-door-origin-group"), **within, originGroupName=name)
        with here.world.writing("create", token_of("private-link-service"), target) as writer:
            writer.put(target, token_of("private-link-service"), {})
        own = {"originGroupName": name, "originName": name, "hostName": "origin.mystira.example"}
        link = {"sharedPrivateLinkResource": {"privateLink": {"id": target}, "privateLinkLocation": REGION}}
        here.make(token_of("front-door-origin"), **within, **own, **link)
    with pytest.raises(MystiraError, match="no link waits there; seen: ghost; allowed: one, two, or --all"):
        command.main(["cloud", "approve", "one", "ghost"])
    with pytest.raises(MystiraError, match="seen: no name"):
        command.main(["cloud", "approve"])
    assert command.main(["cloud", "approve", targets[0].upper()]) == 0
    with pytest.raises(MystiraError, match="seen: one; allowed: two, or --all"):
        command.main(["cloud", "approve", "one"])
    assert command.main(["cloud", "approve", "--all"]) == 0
    said = "one: approved for mys-dev-core-fd-glob\ntwo: approved for mys-dev-core-fd-glob\n"
    assert capsys.readouterr().out == said
    with pytest.raises(MystiraError, match="allowed: none: no link waits, or --all"):
        command.main(["cloud", "approve", "two"])


def test_readers_without_their_role_are_reported(here: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    id, reader = vault(here), here.identity("mys-dev-app-identity-san")
    secret = {"value": "hidden", "attributes": {"enabled": True}}
    tags = {"Reader": "mys-dev-app-identity-san"}
    here.make(token_of("key-vault-secret"), vaultName=NAME, secretName="redis", properties=secret, tags=tags)
    assert command.main(["cloud", "readers"]) == 1
    here.grant("key-vault-secrets-user", reader.properties["principalId"], id)
    assert command.main(["cloud", "readers"]) == 0
    assert "every secret can be read by its reader" in capsys.readouterr().out


def test_somebody_logs_in_as_an_identity_by_a_short_name(here: Cloud) -> None:
    """The identities of pipelines have short names; every other one has its own."""
    names = ("cicddevapply", "cicddevpreview", "cicdprod2apply", "cicdimages")
    made = {name: here.identity(f"mys-shared-{name}-identity-san").properties for name in names}
    service = here.identity("mys-dev-app-identity-san").properties
    by = {
        "apply-dev": made["cicddevapply"],
        "Preview-Dev": made["cicddevpreview"],
        "apply-prod2": made["cicdprod2apply"],
        "images": made["cicdimages"],
        "mys-shared-cicddevapply-identity-san": made["cicddevapply"],
        "mys-dev-app-identity-san": service,
        service["principalId"]: service,
    }
    for who, found in by.items():
        for line in (["login", who], ["cloud", "login", who]):
            assert command.main(line) == 0
            with here.world.limits() as limits:
                login = limits.login()
            assert login == Login(service=True, client_id=found["clientId"], object_id=found["principalId"])
    assert command.main(["login", "apply-dev", "--expired"]) == 0
    with here.world.limits() as limits:
        assert limits.login().expired
        assert limits.login().object_id
    for line in (["login", "default"], ["login"]):
        assert command.main(["login", "apply-dev"]) == 0
        assert command.main(line) == 0
        with here.world.limits() as limits:
            assert limits.login() == Login()


def test_an_identity_that_is_not_there_or_not_the_only_one_is_one_error(here: Cloud) -> None:
    with pytest.raises(MystiraError, match="no such identity; seen: apply-dev; allowed: default; read: docs/runbooks"):
        command.main(["login", "apply-dev"])
    one = here.identity("mys-shared-cicddevapply-identity-san").properties
    here.identity("mys-dev-app-identity-san")
    with pytest.raises(MystiraError, match="seen: apply-prod; allowed: default, apply-dev, mys-dev-app-identity-san; "):
        command.main(["login", "apply-prod"])
    here.make(token_of("resource-group"), resourceGroupName="mys-dev-other-rg-san", location=REGION)
    inputs = {"resourceGroupName": "mys-dev-other-rg-san", "location": REGION}
    other = here.make(IDENTITY, resourceName="mys-shared-cicddevapply-identity-san", **inputs).properties
    ids = f"{one['principalId']}, {other['principalId']}"
    with pytest.raises(MystiraError, match=f"several identities; seen: apply-dev; allowed: {ids}; read: "):
        command.main(["login", "apply-dev"])
