"""`mystira preflight`: a stack that can come up, and everything that can be taken away from it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from components.facts.quotas import REGIONAL
from components.facts.types import RESOURCE_TYPES
from components.problems import MystiraError
from mystira.preflight import preflight as module
from mystira.preflight.preflight import preflight
from mystira.preflight.report import Verdict
from offline.engine.home import Home
from offline.world.limits import Login
from offline.world.store import World
from stacks.plan.model import StackPlan
from stacks.preflight.needs import Needs, needs_of
from tests.harness.preflight import answering, out_of_reach
from tests.harness.settings import SETTINGS, edit, plan
from tests.mystira.conftest import Run

FAMILY = "standardDDSv5Family"
SHARED_ID = plan("shared").subscription_id
OTHER = "00000000-0000-4000-8000-00000000000f"


@pytest.fixture(autouse=True)
def recorded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Recording two stacks takes seconds; equal plans share one recording."""
    monkeypatch.setattr(module, "needs_of", needs)


def needs(plan: StackPlan, shared: StackPlan | None) -> Needs:
    return _needs(plan.stack, lambda: needs_of(plan, shared))


_KNOWN: dict[str, Needs] = {}


def _needs(stack: str, make: Callable[[], Needs]) -> Needs:
    if stack not in _KNOWN:
        _KNOWN[stack] = make()
    return _KNOWN[stack]


def world() -> World:
    """The world of the test's own."""
    return World(Home.default().cloud)


@pytest.mark.requirement("S1-125", "S3-197")
@pytest.mark.parametrize("stack", ["shared", "prod"])
def test_a_stack_whose_subscription_allows_everything_can_come_up(stack: str, run: Run) -> None:
    done = run("preflight", stack, "--folder", SETTINGS)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0].startswith(f"{stack}, as the offline cloud answers")
    assert done.out.splitlines()[-1] == f"{stack} can come up"


def unregister(name: str) -> Callable[[World], None]:
    def change(found: World) -> None:
        with found.limits() as limits:
            limits.unregister(name, locked=False)

    return change


def quota(name: str, limit: int) -> Callable[[World], None]:
    def change(found: World) -> None:
        with found.limits() as limits:
            limits.set_quota("southafricanorth", name, limit)

    return change


def rights(*roles: str, without: tuple[str, ...] = ()) -> Callable[[World], None]:
    def change(found: World) -> None:
        with found.limits() as limits:
            limits.set_rights(roles, without)

    return change


def login(**what: str | bool) -> Callable[[World], None]:
    def change(found: World) -> None:
        with found.limits() as limits:
            limits.set_login(Login(**what))  # each case names fields of a login

    return change


def taken(name: str, kind: str) -> Callable[[World], None]:
    return lambda found: found.take_name(name, RESOURCE_TYPES[kind].token)


@pytest.mark.requirement("S1-122", "S1-125")
@pytest.mark.parametrize(
    ("check", "text", "change"),
    [
        ("sign-in", "az login --tenant", login(expired=True)),
        ("sign-in", "the login is for another tenant", login(tenant=OTHER)),
        ("sign-in", "SubscriptionNotFound", login(subscription=OTHER, service=True)),
        ("sign-in", "not found. Check the spelling", login(subscription=OTHER)),
        ("providers", "Microsoft.KeyVault is not registered", unregister("Microsoft.KeyVault")),
        ("providers", "Microsoft.PolicyInsights is not registered", unregister("Microsoft.PolicyInsights")),
        ("providers", "az feature register", unregister("Microsoft.Compute/EncryptionAtHost")),
        ("rights", "roleAssignments/write", rights("Contributor")),
        ("rights", "natGateways/join/action", rights(without=("Microsoft.Network/natGateways/join/action",))),
        ("quotas", "the deployment fails; seen: 35, 0 in use", quota(FAMILY, 35)),
        ("quotas", "the autoscaler stops before its maximum; seen: 71", quota(REGIONAL, 71)),
        ("quotas", "no room for an upgrade at the maximum; seen: 95", quota(REGIONAL, 95)),
        ("quotas", "room for 8 vCores of PostgreSQL", quota(f"PostgreSQL/{FAMILY}", 7)),
        (
            "names",
            "mys-prod-core-sb-san (service-bus-namespace)",
            taken("mys-prod-core-sb-san", "service-bus-namespace"),
        ),
        ("names", "the account exists", taken("mys-prod-core-cosmos-san", "cosmos-account")),
    ],
)
def test_what_is_gone_refuses_the_stack(check: str, text: str, change: Callable[[World], None], run: Run) -> None:
    change(world())
    done = run("preflight", "prod", "--folder", SETTINGS)
    assert done.code == 1
    lines = [line for line in done.out.splitlines() if line.startswith(f"{check}: ")]
    assert [line for line in lines if text in line]
    found = run("preflight", "prod", "--folder", SETTINGS, "--json").json
    assert (found["stack"], found["where"], found["exit_code"]) == ("prod", "the offline cloud", 1)
    assert {each["check"] for each in found["findings"] if each["verdict"] == "refused"} == {check}


def test_without_a_login_nothing_else_is_asked(run: Run) -> None:
    login(expired=True)(world())
    found = run("preflight", "prod", "--folder", SETTINGS, "--json").json["findings"]
    assert [each["check"] for each in found] == ["tools", "sign-in"]


def test_contributor_with_user_access_administrator_is_enough_and_without_locks_is_not(run: Run) -> None:
    """The roles that docs/runbooks/first-deployment.md names."""
    rights("Contributor", "User Access Administrator")(world())
    assert run("preflight", "prod", "--folder", SETTINGS).code == 0
    rights("Contributor", "Role Based Access Control Administrator")(world())
    found = run("preflight", "prod", "--folder", SETTINGS, "--json").json["findings"]
    missing = {action for each in found for action in each["details"]}
    assert missing == {"Microsoft.Authorization/locks/write", "Microsoft.Authorization/locks/delete"}


@pytest.mark.parametrize(
    ("without", "role"),
    [
        ("Microsoft.Consumption/budgets/write", "Cost Management Contributor"),
        ("Microsoft.Insights/diagnosticSettings/*", "Monitoring Contributor"),
        ("Microsoft.Security/*", "Security Admin"),
    ],
)
def test_what_a_person_gives_at_the_subscription_is_named(without: str, role: str, run: Run) -> None:
    """A role for what is in no resource group."""
    rights(without=(without,))(world())
    lines = run("preflight", "prod", "--folder", SETTINGS).out.splitlines()
    there = f" at /subscriptions/{plan('prod').subscription_id}: "
    refused = [line for line in lines if line.startswith("rights: ") and there in line]
    assert [line.partition("; allowed: ")[2] for line in refused] == [
        f"roles with these actions, among them {role}; read: docs/permissions.md"
    ]


def test_every_refusal_says_what_is_allowed(run: Run) -> None:
    found = world()
    unregister("Microsoft.Cache")(found)
    quota(REGIONAL, 1)(found)
    rights("Reader")(found)
    lines = run("preflight", "prod", "--folder", SETTINGS).out.splitlines()
    refused = [line for line in lines if line.startswith(("rights: ", "providers: ", "quotas: "))]
    assert len(refused) > 3
    assert [line for line in refused if "; allowed: " not in line or "; read: docs/" not in line] == []


def test_the_command_that_gives_rights_back(run: Run) -> None:
    assert run("offline", "cloud", "rights", "reader", "--without", "Microsoft.Resources/tags/read").code == 0
    assert run("preflight", "shared", "--folder", SETTINGS).code == 1
    assert run("offline", "cloud", "rights").code == 0
    assert run("preflight", "shared", "--folder", SETTINGS).code == 0
    done = run("offline", "cloud", "rights", "Emperor")
    assert done.code == 1
    assert "no such role; seen: Emperor; allowed: Owner, Contributor" in done.err


# Unreachable.


def test_azure_out_of_reach_is_another_exit_code() -> None:
    report = preflight("shared", SETTINGS, arm=out_of_reach())
    assert report.exit_code == 2
    (finding,) = report.of(Verdict.UNREACHABLE)
    assert finding.check == "sign-in"
    assert "no route to host" in finding.text


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_azure_that_does_not_answer_in_time_is_out_of_reach(status: int) -> None:
    report = preflight("shared", SETTINGS, arm=answering(lambda *_: (status, b"")))
    assert report.exit_code == 2
    assert f"HTTP {status}" in report.of(Verdict.UNREACHABLE)[0].text


def test_what_refuses_counts_more_than_what_is_out_of_reach() -> None:
    """Names cannot be asked, and a right is missing."""
    unreachable = answering(_half)
    report = preflight("shared", SETTINGS, arm=unreachable)
    assert {finding.check for finding in report.of(Verdict.UNREACHABLE)} >= {"providers"}
    assert {finding.check for finding in report.of(Verdict.REFUSED)} == {"rights"}
    assert report.exit_code == 1


def _half(_: str, path: str) -> tuple[int, bytes]:
    where = path.partition("?")[0]
    if where == f"/subscriptions/{SHARED_ID}":
        return 200, b'{"tenantId": "00000000-0000-4000-8000-000000000000", "state": "Enabled"}'
    if where.endswith("/permissions"):
        return 200, b'{"value": []}'
    return 503, b""


def test_a_question_that_azure_refuses_is_a_refusal() -> None:
    report = preflight(
        "shared", SETTINGS, arm=answering(lambda *_: (403, b'{"error": {"code": "AuthorizationFailed"}}'))
    )
    (finding,) = report.of(Verdict.REFUSED)
    assert (finding.check, report.exit_code) == ("sign-in", 1)
    assert "AuthorizationFailed" in finding.text


# Who answers.


@cache
def _real_ids() -> dict[str, str]:
    return {
        "azure.tenant_id": "72f988bf-86f1-41af-91ab-2d7cd011db47",
        "azure.subscription_id": "8f7d1c2e-4b0a-4c55-9a53-6b1d1f0f6a11",
    }


def test_settings_with_real_ids_are_azures_and_their_fictitious_rest_is_refused(folder: Path) -> None:
    for stack in ("shared", "prod"):
        edit(folder, stack, _real_ids())
    report = preflight("prod", folder, arm=out_of_reach(), ask=lambda _: "9.9.9", environment={})
    assert report.where == "Azure"
    assert [finding.verdict for finding in report.findings if finding.check == "tools"] == [Verdict.OK] * 4
    settings = [finding for finding in report.findings if finding.check == "settings"]
    assert settings
    assert {finding.verdict for finding in settings} == {Verdict.REFUSED}
    assert report.exit_code == 1


def test_an_incomplete_login_is_one_error(folder: Path) -> None:
    for stack in ("shared", "prod"):
        edit(folder, stack, _real_ids())
    with pytest.raises(MystiraError, match="allowed: ARM_CLIENT_ID"):
        preflight("prod", folder, ask=lambda _: "9.9.9", environment={"ARM_CLIENT_SECRET": "x"})


# A stack that is there already.


def put(found: World, token: str, id: str, **body: object) -> None:
    with found.writing("create", token, id) as cloud:
        cloud.put(id, token, {"location": "southafricanorth", **body})


def test_what_a_standing_stack_has_and_uses_counts_as_its_own(run: Run) -> None:
    """It holds its names itself, and its nodes use the quota that they need."""
    assert run("preflight", "prod", "--folder", SETTINGS).code == 0
    found, prod = world(), _KNOWN["prod"]
    for each in prod.names:
        put(found, RESOURCE_TYPES[each.key].token, each.id)
    cluster = prod.pools[0].rsplit("/", 2)[0]
    put(found, RESOURCE_TYPES["kubernetes-cluster"].token, cluster)
    for id in prod.pools:
        put(found, RESOURCE_TYPES["agent-pool"].token, id, count=3, vmSize="Standard_D4ds_v5")
    quota(FAMILY, 96)(found)
    assert run("preflight", "prod", "--folder", SETTINGS).code == 0
    stranger = cluster.replace("mys-prod-core-aks-san", "somebody-elses")
    put(found, RESOURCE_TYPES["kubernetes-cluster"].token, stranger)
    put(found, RESOURCE_TYPES["agent-pool"].token, f"{stranger}/agentPools/one", count=1, vmSize="Standard_D2ds_v5")
    done = run("preflight", "prod", "--folder", SETTINGS)
    assert done.code == 1
    assert "no room for an upgrade at the maximum; seen: 96, 38 in use, 36 of them here" in done.out


def test_a_deleted_vault_keeps_its_name_until_it_is_recovered_or_purged(run: Run) -> None:
    found, token = world(), RESOURCE_TYPES["key-vault"].token
    assert run("preflight", "prod", "--folder", SETTINGS).code == 0
    vault = next(each for each in _KNOWN["prod"].names if each.key == "key-vault")
    put(found, token, vault.id, properties={"enablePurgeProtection": True})
    with found.writing("delete", token, vault.id) as cloud:
        gone = cloud.get(vault.id)
        assert gone is not None
        cloud.delete(vault.id)
        cloud.keep(gone)
    done = run("preflight", "prod", "--folder", SETTINGS)
    assert done.code == 1
    (line,) = [line for line in done.out.splitlines() if line.startswith("names: ")]
    assert f"{vault.name} (key-vault) was deleted and keeps its name" in line
    assert f"az keyvault purge --name {vault.name}; read: docs/runbooks/secrets.md" in line
