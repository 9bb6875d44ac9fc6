"""`mystira deleted`: which deleted applications are a stack's own, restoring them into `adopt`, purging them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from azure.core.credentials import TokenCredential

from components.problems import InvalidInput
from mystira import deleted as command
from mystira.deleted import report, tenants_of
from mystira.deletions import DeletedApplication, Deletions, Names, Restored, Row, chosen, entries, rows
from mystira.graph.applications import GraphDeletions
from tests.harness.graph import TENANT, Login, Tenant, answer, document
from tests.harness.settings import context, edit
from tests.mystira.conftest import Run

WORKFORCE = "22222222-2222-4333-8444-555555555555"


def registration(kind: str, name: str, **inputs: Any) -> Any:
    """A registration, as far as it is looked at."""
    return SimpleNamespace(row=SimpleNamespace(key=kind), name=name, inputs=inputs)


NAMES = Names(
    [
        registration(
            "application",
            "admin-api",
            displayName="Mystira Admin API (dev)",
            identifierUris=[f"api://{WORKFORCE}/mystira-admin-api-dev"],
        ),
        registration("service-principal", "admin-api"),
        registration("application", "admin-ui", displayName="Mystira Admin UI (dev)"),
        registration("application", "public-api", displayName="Mystira API (dev)", identifierUris=object()),
        registration("resource-group", "core"),
    ],
    "dev",
)


def application(id: str, name: str, *uris: str, deleted: str = "") -> DeletedApplication:
    return DeletedApplication(id, f"client-{id}", name, uris, deleted)


@dataclass
class Bin:
    """The deleted applications of one tenant."""

    held: list[DeletedApplication]
    principal: str = "p"
    done: list[str] = field(default_factory=list)

    def applications(self) -> Iterator[DeletedApplication]:
        yield from self.held

    def restore(self, application: DeletedApplication) -> Restored:
        self.held.remove(application)
        self.done.append(f"restored {application.id}")
        return Restored(application.id, self.principal)

    def purge(self, application: DeletedApplication) -> None:
        self.held.remove(application)
        self.done.append(f"purged {application.id}")


API = application(
    "a", "Mystira Admin API (dev)", f"api://{WORKFORCE}/mystira-admin-api-dev", deleted="2026-11-20T10:00:00Z"
)
UI = application("u", "Mystira Admin UI (dev)")
CHAIN = application("c", "Mystira Chain (dev)", f"api://{WORKFORCE}/mystira-chain-dev")
FOREIGN = [
    application("1", "Mystira Admin API (prod)", f"api://{WORKFORCE}/mystira-admin-api-prod"),
    application("2", "Contoso (dev)"),
    application("3", "Mystira developer laptop"),
    application("4", "Renamed", "api://another/mystira-admin-api-dev"),
]


@pytest.fixture
def workforce() -> Bin:
    return Bin([*FOREIGN, UI, CHAIN, API])


@pytest.fixture
def customers() -> Bin:
    return Bin([application("p", "Mystira API (dev)", f"api://{TENANT}/mystira-api-dev")])


@pytest.fixture
def tenants(workforce: Bin, customers: Bin) -> dict[str, Deletions]:
    return {WORKFORCE: workforce, TENANT: customers}


# Whose they are.


def test_the_applications_of_a_stack_are_those_of_its_plan_and_of_its_names(tenants: dict[str, Deletions]) -> None:
    found = rows(tenants, NAMES)
    assert [(row.application.id, row.key, row.tenant) for row in found] == [
        ("p", "public-api", TENANT),
        ("a", "admin-api", WORKFORCE),
        ("u", "admin-ui", WORKFORCE),
        ("c", "", WORKFORCE),
    ]
    assert found[1:] == rows({WORKFORCE: tenants[WORKFORCE]}, NAMES)


@pytest.mark.parametrize(
    ("one", "key", "owned"),
    [
        (application("x", "Another name", f"api://{WORKFORCE}/mystira-admin-api-dev"), "admin-api", True),
        (application("x", "Another name", f"api://{WORKFORCE}/mystira-gone-dev"), "", True),
        (application("x", "Mystira Admin UI (dev)", f"api://{WORKFORCE}/mystira-admin-api-dev"), "admin-api", True),
        (application("x", "Mystira (dev)"), "", True),
        (application("x", "mystira admin api (dev)"), "", False),
        *((each, "", False) for each in FOREIGN),
    ],
)
def test_an_identifier_uri_says_more_than_a_display_name(one: DeletedApplication, key: str, owned: bool) -> None:
    assert (NAMES.key_of(one), NAMES.owns(one, WORKFORCE)) == (key, owned)


def test_an_id_of_another_stack_is_refused(tenants: dict[str, Deletions]) -> None:
    found = rows(tenants, NAMES)
    with pytest.raises(
        InvalidInput, match="--purge: no deleted application of this stack; seen: 1; allowed: p, a, u, c"
    ):
        chosen(found, "1", "--purge")
    assert chosen([], "all", "--purge") == []
    with pytest.raises(InvalidInput, match="nothing: no application of this stack is deleted"):
        chosen([], "a", "--restore")


def test_only_what_the_plan_has_is_adopted() -> None:
    assert dict(entries(Row(WORKFORCE, API, "admin-api"), Restored("a", "p"), NAMES)) == {
        "application/admin-api": "/applications/a",
        "service-principal/admin-api": "/servicePrincipals/p",
    }
    assert dict(entries(Row(WORKFORCE, UI, "admin-ui"), Restored("u", "p"), NAMES)) == {
        "application/admin-ui": "/applications/u"
    }
    assert dict(entries(Row(WORKFORCE, API, "admin-api"), Restored("a"), NAMES)) == {
        "application/admin-api": "/applications/a"
    }
    assert dict(entries(Row(WORKFORCE, CHAIN, ""), Restored("c", "p"), NAMES)) == {}


# What is done and printed.


def test_a_list_changes_nothing(
    tenants: dict[str, Deletions], workforce: Bin, capsys: pytest.CaptureFixture[str]
) -> None:
    report("dev", tenants, NAMES)
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == (
        f"a: Mystira Admin API (dev), deleted 2026-11-20T10:00:00Z; application/admin-api; tenant {WORKFORCE}"
    )
    assert "at an unknown time; no longer in the plan" in lines[3]
    assert lines[-1] == "4 deleted"
    assert workforce.done == []


def test_restoring_prints_what_to_adopt(
    tenants: dict[str, Deletions], workforce: Bin, capsys: pytest.CaptureFixture[str]
) -> None:
    report("dev", tenants, NAMES, restore="a")
    assert capsys.readouterr().out.splitlines() == [
        "restored: Mystira Admin API (dev)",
        "Pulumi.dev.yaml, below mystira:adopt:",
        "  application/admin-api: /applications/a",
        "  service-principal/admin-api: /servicePrincipals/p",
    ]
    workforce.principal = ""
    report("dev", tenants, NAMES, restore="c")
    assert capsys.readouterr().out.splitlines() == [
        "restored: Mystira Chain (dev); it had no service principal",
        "the plan has no such application: nothing adopts it",
    ]
    assert workforce.done == ["restored a", "restored c"]


def test_purging_all_leaves_what_is_not_the_stacks(
    tenants: dict[str, Deletions], workforce: Bin, customers: Bin, capsys: pytest.CaptureFixture[str]
) -> None:
    report("dev", tenants, NAMES, purge="all", yes=True)
    assert capsys.readouterr().out.splitlines()[-1] == "4 purged"
    assert (workforce.held, customers.held) == (FOREIGN, [])
    report("dev", tenants, NAMES, purge="all")
    assert capsys.readouterr().out == "0 purged\n"


@pytest.mark.parametrize(("said", "code", "purged"), [("y\n", 0, ["purged a"]), ("n\n", 130, []), ("", 130, [])])
def test_purging_asks_first(
    tenants: dict[str, Deletions],
    workforce: Bin,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    said: str,
    code: int,
    purged: list[str],
) -> None:
    monkeypatch.setattr(command, "_check_real", lambda *_: None)
    monkeypatch.setattr(command, "tenants_of", lambda *_: tenants)
    monkeypatch.setattr(command, "recording_of", lambda _: SimpleNamespace(everything=()))
    monkeypatch.setattr(command, "Names", lambda *_: NAMES)
    done = run("deleted", "dev", "--purge", "a", input=said)
    assert (done.code, workforce.done) == (code, purged)
    assert "a: Mystira Admin API (dev)" in done.out


def test_one_thing_at_a_time(tenants: dict[str, Deletions], workforce: Bin) -> None:
    with pytest.raises(InvalidInput, match="both at once"):
        report("dev", tenants, NAMES, purge="all", restore="a", yes=True)
    assert workforce.done == []


def test_scripts_read_json(tenants: dict[str, Deletions], run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_check_real", lambda *_: None)
    monkeypatch.setattr(command, "tenants_of", lambda *_: tenants)
    monkeypatch.setattr(command, "recording_of", lambda _: SimpleNamespace(everything=()))
    monkeypatch.setattr(command, "Names", lambda *_: NAMES)
    listed = run("deleted", "dev", "--json").json
    assert [each["application"]["id"] for each in listed["deleted"]] == ["p", "a", "u", "c"]
    assert run("deleted", "dev", "--json", "--restore", "u").json == {
        "stack": "dev",
        "restored": "u",
        "adopt": {"application/admin-ui": "/applications/u"},
    }
    assert run("deleted", "dev", "--json", "--yes", "--purge", "all").json == {
        "stack": "dev",
        "purged": ["p", "a", "c"],
    }
    refused = run("deleted", "dev", "--json", "--purge", "all")
    assert (refused.code, refused.out) == (1, "")
    assert "--purge: nobody can be asked; seen: --json; allowed: --json --yes" in refused.err


# At Graph.


def deleted_objects() -> dict[str, list[dict[str, Any]]]:
    """Rows as Graph lists them, with the properties of an application."""
    row = answer("deleted")["value"][0] | {"appId": "client", "identifierUris": ["api://x"]}
    principal = {"id": "sp", "appId": "client", "displayName": row["displayName"]}
    return {"application": [row], "servicePrincipal": [{**principal, "id": "other", "appId": "x"}, principal]}


def test_graph_restores_the_principal_along_with_the_application() -> None:
    tenant = Tenant(deleted=deleted_objects())
    with tenant.served():
        deletions = GraphDeletions(tenant.graph())
        (one,) = deletions.applications()
        assert one == DeletedApplication(
            "c31799b8-0683-4d70-9e91-e032c89d3035",
            "client",
            "Role assignable group",
            ("api://x",),
            "2021-10-26T16:56:36Z",
        )
        assert deletions.restore(one) == Restored(one.id, "sp")
    assert tenant.written == [
        ("POST", f"/v1.0/directory/deletedItems/{one.id}/restore"),
        ("POST", "/v1.0/directory/deletedItems/sp/restore"),
    ]
    example = document("restored")
    assert (example["verb"], example["path"].replace(example["answer"]["id"], one.id)) == tenant.written[0]


def test_graph_purges_both() -> None:
    tenant = Tenant(deleted=deleted_objects())
    with tenant.served():
        deletions = GraphDeletions(tenant.graph())
        (one,) = deletions.applications()
        deletions.purge(one)
    assert [method for method, _ in tenant.written] == ["DELETE", "DELETE"]
    assert [each["id"] for each in tenant.deleted["servicePrincipal"]] == ["other"]
    example = document("purged")
    assert example["verb"] == "DELETE"
    assert tenant.written[0][1].rpartition("/")[0] == example["path"].rpartition("/")[0]


def test_an_application_without_a_principal_is_restored_and_purged_alone() -> None:
    for act in (GraphDeletions.restore, GraphDeletions.purge):
        tenant = Tenant(deleted={**deleted_objects(), "servicePrincipal": []})
        with tenant.served():
            deletions = GraphDeletions(tenant.graph())
            (one,) = deletions.applications()
            assert act(deletions, one) in (None, Restored(one.id))
        assert len(tenant.written) == 1


# The command.


def login(tenant: str, *_: Any) -> TokenCredential:
    return Login(tenant)


def test_both_tenants_are_asked(folder: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setattr(command, "credential", login)
    monkeypatch.setattr(command, "external_credential", login)
    assert list(tenants_of(context("shared").settings, {})) == ["00000000-0000-4000-8000-000000000000"]
    for others in ({}, {"ci_client_id": WORKFORCE}):
        edit(folder, "dev", {"azure.tenant_id": WORKFORCE, "external_id": {"tenant_id": TENANT, **others}})
        assert list(tenants_of(context("dev", folder).settings, {})) == [WORKFORCE, TENANT]
    tenant = Tenant()
    tenant.deleted["application"] = [{"id": "x", "displayName": "Mystira Old (dev)"}]
    with tenant.served():
        done = run("deleted", "dev", "--folder", folder)
    assert (done.code, done.err) == (0, "")
    assert [path for _, path, _ in tenant.asked] == ["/v1.0/directory/deletedItems/microsoft.graph.application"] * 2
    assert "x: Mystira Old (dev), deleted at an unknown time; no longer in the plan" in done.out


@pytest.mark.parametrize("stack", ["dev", "shared"])
def test_a_tenant_of_the_offline_cloud_is_refused(run: Run, folder: Path, stack: str) -> None:
    if stack == "dev":
        edit(folder, stack, {"external_id": {"tenant_id": "00000000-0000-4000-8000-00000000000c"}})
    done = run("deleted", stack, "--folder", folder)
    assert (done.code, done.out) == (1, "")
    wrong = [line.partition(": only serves")[0].rpartition("mystira:")[2] for line in done.err.splitlines()]
    assert wrong == ["azure.tenant_id", *(["external_id.tenant_id"] if stack == "dev" else [])]
