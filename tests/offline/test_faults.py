"""Faults between the provider and the cloud: what is sent again, what is given up, what is known afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from components.facts.ids import made_id
from components.facts.types import BY_TOKEN
from offline.azure.errors import ArmError
from offline.azure.provider import AzureProvider
from offline.azure.transport import TRIES, Lost
from offline.rpc.protocol import ProviderError
from offline.world.faults import KINDS, Fault, When, by_chance
from tests.harness.offline import GROUP, SUBSCRIPTION, Cloud, token_of

SECURITY, LOCK = token_of("network-security-group"), token_of("management-lock")
NAMES = ("one", "two", "three")
KINDS_HERE = [key for key, kind in KINDS.items() if not kind.ends_engine]


class Killed(BaseException):
    """The engine is gone, and this process with it."""


def killed() -> None:
    raise Killed


def provider(folder: Path) -> AzureProvider:
    made = Cloud(folder).azure
    made.transport._kill = killed
    return made


def inputs(name: str, tag: str = "a") -> dict[str, Any]:
    where = {"resourceGroupName": GROUP, "location": "southafricanorth"}
    return {"networkSecurityGroupName": name, **where, "tags": {"Service": tag}}


def id_of(name: str) -> str:
    return made_id(BY_TOKEN[SECURITY], {**inputs(name), "subscriptionId": SUBSCRIPTION})


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offline.azure.transport.SCALE", 1e9)


@pytest.fixture
def azure(tmp_path: Path) -> AzureProvider:
    return provider(tmp_path)


def create(azure: AzureProvider, name: str = "one") -> Any:
    return azure.create("urn", SECURITY, inputs(name), preview=False, timeout=0)


@pytest.mark.parametrize("kind", [key for key in KINDS_HERE if KINDS[key].retried])
def test_a_transient_fault_is_retried_and_a_lasting_one_given_up(azure: AzureProvider, kind: str) -> None:
    azure.world.add_fault(Fault(kind, times=TRIES - 1))
    assert create(azure).id == id_of("one")
    azure.world.add_fault(Fault(kind, times=TRIES))
    with pytest.raises(Lost, match="advice: run the same command again; if it reports that the resource exists"):
        create(azure, "two")
    assert (azure.world.get(id_of("two")) is not None) is (KINDS[kind].when is When.AFTER)
    assert azure.world.faults() == []


def test_a_refusal_of_azure_is_not_sent_again(azure: AzureProvider) -> None:
    azure.world.add_fault(Fault("conflict"))
    with pytest.raises(Lost, match='Code="Conflict"'):
        create(azure)
    with pytest.raises(ArmError, match="InvalidResourceName"):
        azure.create("urn", SECURITY, inputs("bad name"), preview=False, timeout=0)
    assert azure.world.get(id_of("one")) is None


@pytest.mark.parametrize("kind", ["timeout", "failed"])
def test_what_azure_accepted_and_did_not_finish_stays_in_the_state(azure: AzureProvider, kind: str) -> None:
    azure.world.add_fault(Fault(kind, "create"))
    with pytest.raises(ProviderError) as caught:
        create(azure)
    assert caught.value.partial is not None
    assert caught.value.partial.id == id_of("one")
    assert caught.value.partial.properties["name"] == "one"
    azure.world.add_fault(Fault(kind, "delete"))
    with pytest.raises(Lost, match="run the same command again"):
        azure.delete("urn", SECURITY, id_of("one"), {}, timeout=0)
    assert (azure.world.get(id_of("one")) is not None) is (kind == "failed")
    assert azure.world.faults() == []
    # The engine still has it in its state: the next run finds it there, or gone, and ends either way.
    assert (azure.read("urn", SECURITY, id_of("one"), {}, {}) is not None) is (kind == "failed")
    azure.delete("urn", SECURITY, id_of("one"), {}, timeout=0)
    assert azure.world.get(id_of("one")) is None


def test_a_delete_that_azure_refuses_does_not_go_on_unseen(azure: AzureProvider) -> None:
    made = create(azure)
    azure.create("urn", LOCK, {"scope": made.id, "lockName": "l", "level": "CanNotDelete"}, preview=False, timeout=0)
    azure.world.add_fault(Fault("timeout", "delete"))
    with pytest.raises(ArmError, match="ScopeLocked"):
        azure.delete("urn", SECURITY, made.id, {}, timeout=0)
    assert azure.world.get(made.id) is not None


def test_a_read_that_fails_is_no_deletion(azure: AzureProvider) -> None:
    create(azure)
    azure.world.add_fault(Fault("server-error", "read", times=TRIES))
    with pytest.raises(Lost):
        azure.read("urn", SECURITY, id_of("one"), {}, {})
    assert azure.read("urn", SECURITY, id_of("one"), {}, {}) is not None


@pytest.mark.parametrize(("kind", "exists"), [("killed-before", False), ("killed-after", True)])
def test_killed(azure: AzureProvider, kind: str, exists: bool) -> None:
    azure.world.add_fault(Fault(kind))
    with pytest.raises(Killed):
        create(azure)
    assert (azure.world.get(id_of("one")) is not None) is exists
    assert (id_of("one").lower() in azure.world.made_here()) is exists


def test_a_fault_waits_for_its_operation(azure: AzureProvider) -> None:
    azure.world.add_fault(Fault("conflict", "create", "securitygroups/t", skip=1))
    create(azure, "one")
    create(azure, "two")
    with pytest.raises(Lost):
        create(azure, "three")
    azure.world.set_chance("x", 1)
    with pytest.raises(ProviderError):
        create(azure, "four")
    azure.world.clear_faults()
    assert create(azure, "five").id == id_of("five")


def test_chance_depends_on_the_seed_and_not_on_the_order() -> None:
    drawn = [by_chance("a", 0.3, "create", id_of(name), 1) for name in map(str, range(200))]
    assert drawn == [by_chance("a", 0.3, "create", id_of(name).upper(), 1) for name in map(str, range(200))]
    assert drawn != [by_chance("b", 0.3, "create", id_of(name), 1) for name in map(str, range(200))]
    hit = sum(1 for each in drawn if each)
    assert 30 <= hit <= 90
    assert set(drawn) <= {"", *KINDS_HERE}


def test_the_same_seed_again_begins_again(azure: AzureProvider) -> None:
    names = [id_of(f"n{number}") for number in range(60)]

    def drawn() -> list[str]:
        azure.world.set_chance("a", 0.3)
        found = [azure.world.fault("create", SECURITY, id) for id in names for _ in range(2)]
        return [each.key if each else "" for each in found]

    first = drawn()
    assert 15 <= sum(1 for each in first if each) <= 60
    assert drawn() == first


SOME_NAME = st.sampled_from(NAMES)
SOME_KIND = st.sampled_from(list(KINDS))
SOME_TIMES = st.integers(1, TRIES + 1)
GOES_ALL_THE_SAME = {When.AFTER, When.UNAWAITED}
"""When a delete that ended in an error was made."""


class Machine(RuleBasedStateMachine):
    """Create, read, update, delete with every fault: what the caller was told, and what the cloud holds.

    ``known`` is what a caller may rely on: for each name the tags it may have now, ``None`` for not there.
    """

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.azure = provider(Path(self.folder.name))
        self.known: dict[str, set[str | None]] = {name: {None} for name in NAMES}

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    @contextmanager
    def fault(self, verb: str, kind: str, times: int) -> Iterator[None]:
        self.azure.world.add_fault(Fault(kind, verb, times=times))
        try:
            yield
        finally:
            self.azure.world.clear_faults()

    @rule(
        name=st.sampled_from(NAMES),
        tag=st.sampled_from("ab"),
        kind=st.sampled_from(list(KINDS)),
        times=st.integers(1, 5),
    )
    def create(self, name: str, tag: str, kind: str, times: int) -> None:
        before = self.known[name]
        with self.fault("create", kind, times):
            try:
                self.azure.create("urn", SECURITY, inputs(name, tag), preview=False, timeout=0)
            except (ProviderError, Killed) as error:
                partial = isinstance(error, ProviderError) and error.partial is not None
                self.known[name] = {tag} if partial else before | {tag} if None in before else before
            else:
                assert None in before, "it was made twice"
                self.known[name] = {tag}

    @rule(
        name=st.sampled_from(NAMES),
        tag=st.sampled_from("ab"),
        kind=st.sampled_from(list(KINDS)),
        times=st.integers(1, 5),
    )
    def update(self, name: str, tag: str, kind: str, times: int) -> None:
        if None in self.known[name]:
            return
        with self.fault("update", kind, times):
            try:
                self.azure.update(
                    "urn", SECURITY, id_of(name), {}, inputs(name, tag), preview=False, timeout=0, ignore_changes=[]
                )
            except (ProviderError, Killed):
                self.known[name] = self.known[name] | {tag}
            else:
                self.known[name] = {tag}

    @rule(name=SOME_NAME, kind=SOME_KIND, times=SOME_TIMES)
    def delete(self, name: str, kind: str, times: int) -> None:
        with self.fault("delete", kind, times):
            try:
                self.azure.delete("urn", SECURITY, id_of(name), {}, timeout=0)
            except (ProviderError, Killed):
                # What went wrong tells whether Azure made the delete: nothing is left open, and nothing is half gone.
                if KINDS[kind].when in GOES_ALL_THE_SAME:
                    self.known[name] = {None}
            else:
                self.known[name] = {None}

    @rule(name=SOME_NAME, kind=SOME_KIND, times=SOME_TIMES)
    def read(self, name: str, kind: str, times: int) -> None:
        """After a read that succeeds, there is no doubt left."""
        with self.fault("read", kind, times):
            try:
                found = self.azure.read("urn", SECURITY, id_of(name), {}, {})
            except (ProviderError, Killed):
                return
        seen = found.properties["tags"]["Service"] if found else None
        assert seen in self.known[name]
        self.known[name] = {seen}

    @invariant()
    def cloud_holds_what_may_be(self) -> None:
        for name, may_be in getattr(self, "known", {}).items():
            found = self.azure.world.get(id_of(name))
            assert (found.body["tags"]["Service"] if found else None) in may_be

    @invariant()
    def nothing_is_made_twice(self) -> None:
        if not hasattr(self, "azure"):
            return
        there = dict.fromkeys(NAMES, 0)
        for verb, token, id, outcome in self.azure.world.operations():
            if token == SECURITY and outcome == "done" and verb in ("create", "delete"):
                there[id.rpartition("/")[2]] += 1 if verb == "create" else -1
        assert set(there.values()) <= {0, 1}


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
