"""`mystira explain`, `mystira diff` and `mystira graph`, on the committed settings."""

from __future__ import annotations

import json

import pytest

from mystira import explain
from stacks.pages.pictures import picture
from tests.harness.build import recording
from tests.harness.settings import plan
from tests.mystira.conftest import Run

SERVER = "urn:pulumi:dev::mystira::mystira:data:Postgresql$azure-native:dbforpostgresql:Server::core"


@pytest.fixture(autouse=True)
def recorded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain, "recording_of", recording)


def lines(run: Run, *words: str) -> list[str]:
    done = run("explain", *words)
    assert (done.code, done.err) == (0, "")
    return done.out.splitlines()


def physical(key: str) -> str:
    return next(each.physical for each in recording(plan("dev")).registrations if each.key == key)


def test_a_resource_by_any_of_its_names() -> None:
    found = recording(plan("dev"))
    (server,) = [each for each in found.registrations if each.key == "postgresql-server/core"]
    for word in (SERVER, server.id, server.id.upper(), server.physical, server.key):
        assert explain.named(found, word) == [server], word
    assert len(explain.named(found, "core")) > 1
    assert explain.named(found, "urn:pulumi:dev") == []


def test_the_stack_follows_from_a_urn_an_id_and_a_physical_name(run: Run) -> None:
    for word in (SERVER, physical("postgresql-server/core")):
        assert lines(run, word)[0].startswith("postgresql-server/core in dev: PostgreSQL server ")


def test_what_made_it_what_ignores_it_and_what_replaces_it(run: Run) -> None:
    found = lines(run, "postgresql-server/core", "dev")
    assert "  made by: the part postgresql, in the component mystira:data:Postgresql" in found
    assert "    postgresql.sku" in found
    assert "  settings in its name: environment, naming.org, naming.instance, azure.region" in found
    assert any(line.startswith("    storage.storageSizeGB: storage auto-grow: ") for line in found)
    assert "    administratorLogin: its component ignores it" in found
    assert found[found.index("  a change replaces it:") + 1] == "    location"
    assert "  protected: Pulumi refuses to delete it" in found
    assert any("postgresql-geo-backup: backups survive" in line and "(waived: " in line for line in found)
    assert "    postgresql-entra: PostgreSQL knows the identities of Entra" in found
    assert "    resource-group/core" in found


def test_a_role_assignment_names_the_need_that_asks_for_it(run: Run) -> None:
    (because,) = [line for line in lines(run, "app-bus-receiver-queue-app-events", "dev") if "because: " in line]
    assert (
        "identity/app gets Azure Service Bus Data Receiver at queue/app-events, which app needs: Messages(" in because
    )
    (because,) = [line for line in lines(run, "kubelet-acr-pull-registry", "dev") if "because: " in line]
    assert because.endswith("identity/kubelet gets AcrPull at registry, which the part aks asks for")


def test_a_secret_an_identity_and_a_queue_name_the_needs_of_their_services(run: Run) -> None:
    assert any("app: Cache(" in line for line in lines(run, "key-vault-secret/app-redis-endpoint", "dev"))
    identity = lines(run, "user-assigned-identity/app", "dev")
    assert any(line.startswith("    app: Vault(") for line in identity)
    assert "    Key Vault Secrets User at vault/app" in identity
    queue = lines(run, "service-bus-queue/app-events", "dev")
    assert any(line.startswith("  needs: app: Messages(") for line in queue)
    assert "  roles at it: identity/app: Azure Service Bus Data Receiver" in queue
    assert "  reached by: app (private endpoint)" in lines(run, "key-vault/app", "dev")


def test_an_object_of_a_tenant(run: Run) -> None:
    found = lines(run, "group/admins", "dev")
    assert "  made by: the part entra" in found
    assert any(line.startswith("  changes that are ignored: members: access review") for line in found)
    assert not any(line.startswith(("  id:", "  settings in its name")) for line in found)


def test_several_resources_and_an_unknown_word_are_one_line(run: Run) -> None:
    done = run("explain", "core", "dev")
    assert done.code == 1
    assert "WORD: several resources of dev are called so; seen: core; allowed: resource-group/core" in done.err
    done = run("explain", "redis/coree", "dev")
    assert done.code == 1
    assert "neither a resource of dev nor a setting; seen: redis/coree; allowed: a URN, a resource id" in done.err
    assert "did you mean redis/core" in done.err


def test_a_setting_with_its_values_and_readers(run: Run) -> None:
    found = lines(run, "mystira:redis.sku")
    assert found[0].startswith("redis.sku: The SKU")
    assert any(line.startswith("  dev: ") and "(Pulumi.dev.yaml:" in line for line in found)
    assert "  read by: redis (dev, staging, prod)" in found
    assert found[-1] == "  what another value changes: mystira explain redis.sku dev --try VALUE"
    assert "  in every name (docs/naming.md)" in lines(run, "azure.region")
    assert any(line.startswith("  in it: sku, ") for line in lines(run, "redis"))
    assert "  read by: workloads (dev)" in lines(run, "services.app.host", "dev")
    assert "  read by: no part; the plan as a whole or its checks" in lines(run, "protection", "prod")


def test_what_another_value_changes(run: Run) -> None:
    words = ("service_bus.queues.app-events.time_to_live", "dev", "--try")
    assert lines(run, *words, "P3D")[-2:] == [
        "  with P3D dev has 1 difference",
        "    changes Service Bus queue service-bus-queue/app-events: defaultMessageTimeToLive",
    ]
    assert lines(run, *words, "P7D")[-1] == "  with P7D dev has no differences"
    refused = run("explain", "redis.sku", "dev", "--try", "Nope")
    assert refused.code == 1
    assert "mystira:redis.sku: not a SKU of Azure Managed Redis; seen: Nope" in refused.err


def test_json_is_for_scripts(run: Run) -> None:
    found = run("explain", "postgresql-server/core", "dev", "--json").json
    assert (found["part"], found["protected"]) == ("postgresql", True)
    found = run("explain", "redis.sku", "--json").json
    assert found["words"]["path"] == "redis.sku"
    assert found["values"].keys() == {"dev", "staging", "prod"}
    assert found["effects"] is None


def test_settings_that_differ(run: Run) -> None:
    found = {each["path"]: each for each in run("diff", "dev", "prod", "--json").json}
    assert found["protection"] == {
        "path": "protection",
        "dev": {"value": "off", "default": True},
        "prod": {"value": "on", "default": False},
    }
    done = run("diff", "dev", "prod")
    assert "off (default)" in done.out
    assert done.out.splitlines()[-1] == f"{len(found)} settings differ"
    assert run("diff", "dev", "dev").out == "dev and dev have the same settings\n"
    assert json.loads(run("diff", "shared", "dev", "--json").out)


def test_a_picture(run: Run) -> None:
    assert run("graph", "dev").out == picture(plan("dev"))
