"""A state that moves from a local back end into its store, whatever kills it on its way.

Pulumi's own engine, against files and against Azurite. What Azure's key vault does for a state in its store, the tests'
own key service does here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from azure.storage.blob import ContainerClient

from components.problems import MystiraError
from mystira import bootstrapping
from mystira.bootstrapping import ATTEMPTS, PAUSE_SECONDS, Bootstrap, Target
from offline.engine.home import PROJECT, Home
from offline.engine.prepare import prepare
from offline.engine.run import BACKEND_VARIABLE, NO_METADATA, Engine
from offline.world.faults import Fault
from offline.world.store import World
from tests.engine.key_service import PROVIDER
from tests.engine.small import HERE, STACK
from tools.blob_storage import KEY, VARIABLES, BlobStorage, running

CHECKPOINTS = True
PASSWORD, MADE = "canary-password-1!", "canary-made-2!"
REFUSED = "RESPONSE 403: 403 Forbidden\nERROR CODE: {code}"
FEW_ATTEMPTS = 4
FROM_AZURE = ("AuthorizationPermissionMismatch", "ForbiddenByRbac")

Capture = Callable[[], CompletedProcess[str]]


class Killed(BaseException):
    """The command was killed: nothing after this point happens, not even what clean-up a program would do."""


@dataclass
class Scripted(Engine):
    """Pulumi in an offline world with a separate local back end, which can be deleted without the world.

    Asked for a command line that begins like the first one of ``script``, it does that instead, once.
    """

    world: Engine = field(default_factory=Engine)
    script: list[tuple[str, Callable[[Capture], CompletedProcess[str]]]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """Every command line."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Secrets of the settings, which can be set once the stack exists."""

    @cached_property
    def executable(self) -> Path:
        return self.world.executable

    def environment(self) -> dict[str, str]:
        self.home.state.mkdir(parents=True, exist_ok=True)
        backend = f"{self.home.state.resolve().as_uri()}?{NO_METADATA}"
        return self.world.environment() | {BACKEND_VARIABLE: backend} | VARIABLES

    def _command(self, arguments: Sequence[str]) -> tuple[list[str], Path]:
        return self.world._command(arguments)

    def run(self, arguments: Sequence[str], variables: Mapping[str, str] | None = None) -> int:
        return self.capture(arguments, variables).returncode

    def capture(self, arguments: Sequence[str], variables: Mapping[str, str] | None = None) -> CompletedProcess[str]:
        line = " ".join(arguments)
        self.lines.append(line)
        if self.script and line.startswith(self.script[0][0]):
            return self.script.pop(0)[1](lambda: super(Scripted, self).capture(arguments, variables))
        done = super().capture(arguments, variables)
        if line.startswith("stack init"):
            given = [each for name, value in self.secrets.items() for each in ("--secret", f"{name}={value}")]
            if given:
                set_all = super().capture(["config", "set-all", "--stack", arguments[2], *given])
                assert set_all.returncode == 0, set_all.stderr
        return done

    def started(self, verb: str) -> int:
        """How often a command was run."""
        return sum(line.startswith(verb) for line in self.lines)


def killed_after(capture: Capture) -> CompletedProcess[str]:
    """Killed when Pulumi had finished."""
    done = capture()
    assert done.returncode == 0, done.stdout + done.stderr
    raise Killed


def killed_before(_: Capture) -> CompletedProcess[str]:
    """Killed when Pulumi was to start."""
    raise Killed


def refused(code: str) -> Callable[[Capture], CompletedProcess[str]]:
    """Azure refuses the login: its role has not taken effect."""
    return lambda _: CompletedProcess((), 255, "", REFUSED.format(code=code))


class Site:
    """A program in an offline world, an empty store, and the local back end from which its state moves there."""

    def __init__(self, folder: Path, backend: str, program: Path = HERE / "canary", stack: str = STACK) -> None:
        self.world = Engine(Home(folder / "world"), program, say=lambda _: None)
        prepare(self.world)
        self.engine = Scripted(Home(folder / "local"), program, world=self.world)
        _, shadow = self.engine._command(())
        self.stack = stack
        self.settings = shadow / "stacks" / f"Pulumi.{stack}.yaml"
        self.target = Target(backend, PROVIDER)
        self.preflights = 0
        self.waited: list[float] = []

    def preflight(self) -> None:
        self.preflights += 1

    def bootstrap(self) -> None:
        """One run of the command."""
        steps = Bootstrap(self.engine, self.stack, self.target, self.settings, self.preflight, wait=self.waited.append)
        steps.run()

    def stored(self, *arguments: str) -> Any:
        """What Pulumi prints as JSON about the stack in the store."""
        variables = VARIABLES | {BACKEND_VARIABLE: self.target.backend}
        done = self.world.capture([*arguments, "--stack", self.stack], variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def exported(self) -> dict[str, Any]:
        """The state that the store has."""
        return self.stored("stack", "export")

    def resources(self) -> list[str]:
        """The types in that state."""
        return types_in(self.exported())

    def traces(self) -> list[str]:
        """Local copies of the state or of the settings."""
        folders = (self.engine.home.root, self.engine.home.root.with_name("local.finished"))
        found = [*(each for each in folders if each.exists()), *self.settings.parent.glob("*.bak.*")]
        return [each.name for each in found]


def types_in(exported: Mapping[str, Any]) -> list[str]:
    """The types of the resources of a state."""
    return [each["type"] for each in exported["deployment"].get("resources") or []]


def canary(folder: Path, backend: str) -> Site:
    """The program whose settings and state hold secrets."""
    made = Site(folder, backend)
    made.engine.secrets = {"canary:password": PASSWORD, "canary:made": MADE}
    return made


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site with a store of files."""
    store = tmp_path / "store"
    store.mkdir()
    return canary(tmp_path, f"{store.as_uri()}?{NO_METADATA}")


def has_moved(site: Site) -> None:
    """The store has the whole state with its secrets, and nothing else has it."""
    exported = site.exported()
    assert "azure-native:keyvault:Secret" in types_in(exported)
    assert exported["deployment"]["secrets_providers"]["state"]["url"] == PROVIDER
    assert site.stored("config", "get", "canary:password", "--json")["value"] == PASSWORD
    shown = site.stored("stack", "output", "--json", "--show-secrets")
    assert (shown["password"], shown["drawn"]["inside"][0]) == (PASSWORD, MADE[::-1])
    assert PASSWORD not in json.dumps(exported)
    assert site.traces() == []


def is_unchanged_by_another_run(site: Site) -> None:
    """The store, the settings and the cloud are as they were, and nothing but a preview ran."""
    cloud = World(site.world.home.cloud)
    before = site.stored("stack", "export"), site.settings.read_text(), cloud.seen()
    site.engine.lines.clear()
    site.bootstrap()
    assert site.engine.lines == [f"preview --stack {site.stack} --expect-no-changes --suppress-outputs"]
    assert (site.stored("stack", "export"), site.settings.read_text(), cloud.seen()) == before
    assert site.traces() == []


def test_the_state_moves_and_a_second_run_changes_nothing(site: Site) -> None:
    site.bootstrap()
    has_moved(site)
    assert (site.preflights, site.waited) == (1, [])
    is_unchanged_by_another_run(site)
    assert site.preflights == 1


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlobStorage]:
    """Azure's blob storage, emulated."""
    with running(tmp_path_factory.mktemp("azurite")) as made:
        yield made


def test_the_state_moves_into_blob_storage(tmp_path: Path, storage: BlobStorage) -> None:
    container = ContainerClient(storage.url, "state", credential=KEY)
    container.create_container()
    site = canary(tmp_path, storage.backend("state"))
    site.bootstrap()
    has_moved(site)
    assert f".pulumi/stacks/canary/{STACK}.json" in set(container.list_blob_names())
    is_unchanged_by_another_run(site)


def half_a_move(site: Site) -> Callable[[Capture], CompletedProcess[str]]:
    """Pulumi is killed between making the stack in the store and writing its resources: settings are set aside."""

    def act(_: Capture) -> CompletedProcess[str]:
        site.settings.with_name(f"{site.settings.name}.bak.123").write_text(site.settings.read_text())
        line = ["stack", "init", STACK, "--no-select"]
        done = site.world.capture(line, {BACKEND_VARIABLE: site.target.backend})
        assert done.returncode == 0, done.stderr
        site.settings.write_text("encryptionsalt: of the new stack\n")
        raise Killed

    return act


@pytest.mark.parametrize("point", ["before up", "before the move", "in the move", "after the move", "in the preview"])
def test_a_run_that_was_killed_is_finished_by_the_next(site: Site, point: str) -> None:
    points = {
        "before up": ("up", killed_before),
        "before the move": ("stack migrate", killed_before),
        "in the move": ("stack migrate", half_a_move(site)),
        "after the move": ("stack migrate", killed_after),
        "in the preview": ("preview", killed_before),
    }
    site.engine.script.append(points[point])
    with pytest.raises(Killed):
        site.bootstrap()
    assert site.engine.script == []
    site.bootstrap()
    has_moved(site)
    assert site.preflights == 1, "names that the first run has taken are not looked up again"


@pytest.mark.parametrize("fault", ["killed-before", "killed-after"])
def test_what_was_being_created_when_the_run_was_killed_is_created_once(site: Site, fault: str) -> None:
    """The state says what had begun; whether Azure has it, only Azure knows."""
    World(site.world.home.cloud).add_fault(Fault(fault, "create", "/vaults/mys-dev-canary-kv-san", 0))
    with pytest.raises(MystiraError, match="`pulumi up "):
        site.bootstrap()
    assert site.engine.deployment(STACK)["pending_operations"]
    site.bootstrap()
    has_moved(site)
    vaults = [each for each in World(site.world.home.cloud).all() if each.token == "azure-native:keyvault:Vault"]
    assert len(vaults) == site.resources().count("azure-native:keyvault:Vault") == 1


def test_it_waits_until_the_roles_have_taken_effect(site: Site) -> None:
    site.engine.script += [("stack migrate", refused(code)) for code in FROM_AZURE]
    site.bootstrap()
    has_moved(site)
    assert site.waited == [PAUSE_SECONDS] * len(FROM_AZURE)


def test_a_login_without_roles_is_told_what_it_lacks(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """After what Azure needs at most; the settings can be changed, and the next run applies them before it moves."""
    assert (ATTEMPTS - 1) * PAUSE_SECONDS == 600
    monkeypatch.setattr(bootstrapping, "ATTEMPTS", FEW_ATTEMPTS)
    site.engine.script += [("stack migrate", refused(FROM_AZURE[0]))] * FEW_ATTEMPTS
    with pytest.raises(MystiraError, match="seen: AuthorizationPermissionMismatch; allowed: a member of"):
        site.bootstrap()
    assert len(site.waited) == FEW_ATTEMPTS - 1
    site.engine.lines.clear()
    site.bootstrap()
    assert site.engine.started("up ") == 1
    has_moved(site)


def test_another_error_ends_it_at_once_with_what_pulumi_said(site: Site) -> None:
    site.engine.script.append(("stack migrate", refused("AuthorizationFailure")))
    with pytest.raises(MystiraError, match=r"(?s)`pulumi stack migrate` failed: .*AuthorizationFailure"):
        site.bootstrap()
    assert site.waited == []


def test_a_state_that_changed_its_place_by_other_means_is_left_alone(site: Site) -> None:
    provider = "azurekeyvault://other.vault.azure.net/keys/pulumi"
    site.settings.write_text(f"secretsprovider: {provider}\n{site.settings.read_text()}")
    with pytest.raises(MystiraError, match=f"has a state elsewhere; seen: {provider}"):
        site.bootstrap()
    assert site.engine.lines == []


def test_two_states_of_a_stack_are_not_made_one(site: Site) -> None:
    """Somebody else has moved theirs meanwhile."""
    site.bootstrap()
    site.engine.capture(["stack", "init", STACK, "--no-select"])
    site.engine.script.append(("up", lambda _: CompletedProcess((), 0, "", "")))
    with pytest.raises(MystiraError, match="has a state there, and another one in"):
        site.bootstrap()


def test_shared_moves_as_it_is(tmp_path: Path) -> None:
    """The stack that makes the store: protected, locked, and without any change once its state is there."""
    store = tmp_path / "store"
    store.mkdir()
    site = Site(tmp_path, f"{store.as_uri()}?{NO_METADATA}", PROJECT, "shared")
    site.bootstrap()
    found = site.stored("stack", "export")["deployment"]["resources"]
    protected = {each["type"].rpartition(":")[2] for each in found if each.get("protect")}
    assert {"StorageAccount", "BlobContainer", "Vault", "Key"} <= protected
    is_unchanged_by_another_run(site)
