"""The life of an environment after it came up: the same again, drift, refresh, destroy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from offline.clock import TODAY
from offline.commands.verbs import POLICIES
from offline.engine.home import PROJECT
from offline.engine.run import Engine
from offline.world.store import World
from stacks.build.recording import recording_of
from stacks.plan.load import plan_of
from tests.engine.conftest import Command, azure_resources

Resources = Counter[tuple[str, str]]
"""Type and logical name of resources."""


def planned(stack: str) -> Resources:
    """What the committed program registers."""
    return Counter((each.row.token, each.name) for each in recording_of(plan_of(stack, PROJECT, TODAY)).everything)


def in_state(engine: Engine, stack: str) -> Resources:
    """What the state holds."""
    return Counter((str(each["type"]), str(each["urn"]).rpartition("::")[2]) for each in azure_resources(engine, stack))


def check_complete(engine: Engine, stacks: Iterable[str]) -> None:
    """The state holds what the program registers, and the cloud holds nothing else but what Azure made itself."""
    ids: set[str] = set()
    for stack in stacks:
        assert in_state(engine, stack) == planned(stack)
        ids |= {str(each["id"]).lower() for each in azure_resources(engine, stack)}
    others = [each for each in World(engine.home.cloud).all() if each.id.lower() not in ids]
    own = ("/agentPools/system", "/senderUsernames/donotreply")
    made_by_azure = [each for each in others if each.id.endswith(own) or each.body.get("managedBy")]
    assert others == made_by_azure
    # The node group of a cluster and its first pool; the sender of a mail domain.
    clusters = World(engine.home.cloud).of_type("azure-native:containerservice:ManagedCluster")
    domains = World(engine.home.cloud).of_type("azure-native:communication:Domain")
    assert len(others) == 2 * len(clusters) + len(domains)


def check_stays_as_it_is(engine: Engine, command: Command, stack: str) -> None:
    """No drift; a refresh takes over what other owners moved, the program has nothing to change, and the policy pack
    nothing to refuse."""
    drift = command("make", "drift", stack)
    assert (drift.returncode, drift.stdout.strip()) == (0, f"{stack}: no drift")
    # By now autoscalers and upgrade channels have moved what is theirs, more than once.
    assert command("make", "refresh", stack).returncode == 0
    again = command("offline", "up", "-s", stack, "--yes", "--skip-preview", "--expect-no-changes", *POLICIES)
    assert again.returncode == 0, again.stdout + again.stderr
    moved = [each for each in World(engine.home.cloud).operations() if each[0] == "moved by its owner"]
    scaled = (
        {"AppServicePlan"} if any(kind.endswith(":AutoscaleSetting") for kind, _ in in_state(engine, stack)) else set()
    )
    assert {kind.rpartition(":")[2] for _, kind, _, _ in moved} == {"AgentPool", "ManagedCluster", *scaled}


def check_destroys(engine: Engine, command: Command, stack: str, *, locked: bool) -> None:
    """Nothing is left; what is locked goes only with ``UNPROTECT=1``."""
    if locked:
        before = in_state(engine, stack)
        refused = command("make", "destroy", stack)
        assert refused.returncode == 1
        assert f"allowed: make destroy STACK={stack} UNPROTECT=1" in refused.stderr
        assert in_state(engine, stack) == before
    done = command("make", "destroy", stack, **({"UNPROTECT": "1"} if locked else {}))
    assert done.returncode == 0, done.stdout + done.stderr
    assert azure_resources(engine, stack) == []
