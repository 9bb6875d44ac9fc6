"""What stops a run from outside is said once, names what helps, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.facts.types import RESOURCE_TYPES
from components.naming.builder import Names, Project
from offline.clock import TODAY
from offline.engine.home import PROJECT
from offline.engine.run import Engine
from offline.engine.shadow import stacks_of
from offline.world.limits import Login
from offline.world.store import World
from stacks.plan.load import plan_of
from tests.engine.conftest import Command, azure_resources
from tests.engine.small import STACK, SmallProgram

GLOBAL_NAMES = ("storage-account", "key-vault", "cosmos-account", "postgresql-server", "container-registry")
SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
"""The subscription of the program in `limits`."""

SHARED = plan_of("shared", PROJECT, TODAY)
OTHER = "00000000-0000-4000-8000-00000000000f"
GROUPS = 1


class Run(SmallProgram):
    """One world with a program of what has names that all of Azure shares."""

    def __init__(self, folder: Path) -> None:
        super().__init__("limits", folder)

    def login(self, login: Login) -> None:
        with self.world.limits() as limits:
            limits.set_login(login)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(tmp_path_factory.mktemp("limits"))


def test_names_that_others_have_and_namespaces_that_nobody_registered(run: Run) -> None:
    """A new subscription: one namespace registers itself, one may not be, and every global name is gone."""
    names = Names("mys", "dev", "southafricanorth")
    for key in GLOBAL_NAMES:
        run.world.take_name(names.name(Project("core", tight="cor"), key), RESOURCE_TYPES[key].token)
    with run.world.limits() as limits:
        limits.unregister("Microsoft.Storage", locked=False)
        limits.unregister("Microsoft.KeyVault", locked=True)
    code, text = run.up("--continue-on-error")
    assert code != 0
    assert text.count("set mystira:naming.instance") == len(GLOBAL_NAMES) - 1
    assert "the subscription is not registered for Microsoft.KeyVault" in text
    assert [row[2] for row in run.world.operations() if row[0] == "register"] == [
        f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Storage"
    ]
    assert len(azure_resources(run.engine, STACK)) == GROUPS

    with run.world.limits() as limits:
        limits.register("Microsoft.KeyVault")
    code, text = run.up("--continue-on-error")
    assert code != 0
    assert 'Code="VaultAlreadyExists"' in text
    assert text.count("set mystira:naming.instance") == len(GLOBAL_NAMES)
    run.configure("instance", "x2")
    code, text = run.up()
    assert code == 0, text
    assert len(azure_resources(run.engine, STACK)) == GROUPS + len(GLOBAL_NAMES)


def test_a_login_that_ran_out_destroys_nothing_and_a_deleted_vault_keeps_its_name(run: Run) -> None:
    run.configure("instance", "x2")
    code, text = run.up()
    assert code == 0, text
    before = [each.id for each in run.world.all()]
    run.login(Login(expired=True))
    code, text = run.destroy()
    assert code != 0
    assert "AADSTS700082" in text
    assert "advice: az login" in text
    assert [each.id for each in run.world.all()] == before
    run.login(Login())

    code, text = run.destroy()
    assert code == 0, text
    assert run.world.all() == []
    code, text = run.up()
    assert code != 0
    assert 'Code="ConflictError"' in text
    assert "advice: recover it with mystira:vaults.recover, or free the name" in text
    run.configure("instance", "x3")
    # What did come into being under the other name would be replaced, and holds nothing yet.
    code, text = run.up()
    assert code != 0
    assert "as it is currently marked for protection" in text
    code, text = run.up("--ignore-protect")
    assert code == 0, text
    assert len(azure_resources(run.engine, STACK)) == GROUPS + len(GLOBAL_NAMES)


LOGINS = [
    (
        "tenant",
        ("--tenant", OTHER),
        f"mystira:azure.tenant_id: the login is for another tenant; seen: {OTHER}; allowed: {SHARED.tenant_id}",
    ),
    ("subscription", ("--subscription", OTHER), f"seen: ERROR: Subscription '{SHARED.subscription_id}' not found."),
    ("service principal", ("--subscription", OTHER, "--service"), "does not have authorization to perform action"),
    ("expired", ("--expired",), "AADSTS700082: The refresh token has expired"),
]


@pytest.mark.parametrize(("options", "message"), [case[1:] for case in LOGINS], ids=[case[0] for case in LOGINS])
def test_a_wrong_login_stops_before_the_first_resource(
    engine: Engine, command: Command, options: tuple[str, ...], message: str
) -> None:
    assert command("offline", "cloud", "login", *options).returncode == 0
    done = command("make", "up", "shared")
    assert command("offline", "cloud", "login").returncode == 0
    output = (done.stdout + done.stderr).partition("Diagnostics:")[2]
    assert done.returncode != 0
    assert output.count("error:") == 1, output
    assert output.count(message) == 1, output
    assert output.count("Pulumi.shared.yaml: mystira:azure") == 1, output
    assert "read: docs/runbooks/limits.md" in output
    assert "Traceback" not in done.stdout + done.stderr
    world = World(engine.home.cloud)
    assert world.all() == []
    assert [row for row in world.operations() if row[0] == "create"] == []


def test_a_stack_waits_for_those_that_it_reads(engine: Engine, command: Command) -> None:
    missing = command("make", "preview", "dev")
    assert missing.returncode == 1
    assert "the stack shared must be up before dev" in missing.stderr
    assert "make up STACK=dev" in missing.stderr
    assert World(engine.home.cloud).all() == []


def test_an_unknown_stack_is_one_line(command: Command) -> None:
    done = command("make", "up", "test")
    assert done.returncode == 1
    assert f"no such stack; seen: test; allowed: {', '.join(stacks_of(PROJECT))}" in done.stderr


def test_up_ends_with_a_summary(engine: Engine, command: Command) -> None:
    up = command("make", "up", "shared")
    assert up.returncode == 0, up.stdout + up.stderr
    assert f"shared: {len(azure_resources(engine, 'shared'))} resources" in up.stdout
    assert "    Container registry: registry" in up.stdout
    assert up.stdout.index("What only a person can do (manual_steps):") < up.stdout.index("Outputs:")
    assert "Next:" in up.stdout
    assert "created (" not in up.stdout
    log = engine.home.logs / "up-shared.log"
    assert up.stdout.rstrip().endswith(f"Full log: {log}")
    assert "Previewing update" not in up.stdout
    assert "created (" in log.read_text()

    status = command("mystira", "status", "shared")
    assert status.returncode == 0, status.stderr
    assert f"shared: {len(azure_resources(engine, 'shared'))} resources\n  last update: 20" in status.stdout
    assert "update succeeded" in status.stdout
    assert "  drift: nobody has looked; look: make drift STACK=shared" in status.stdout
    assert command("make", "drift", "shared").returncode == 0
    assert "  drift: none (20" in command("mystira", "status", "shared").stdout
    assert "staging: not there; make up STACK=staging" in command("mystira", "status").stdout
