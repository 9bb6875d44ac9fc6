"""The life of an environment after it came up: the same again, drift, refresh, a new secret, destroy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from offline.clock import TODAY
from offline.commands.verbs import POLICIES
from offline.engine.home import PROJECT
from offline.engine.run import Engine
from offline.kubernetes.checkpoint import INPUTS
from offline.kubernetes.kinds import world_id
from offline.kubernetes.options import IDENTIFIER
from offline.kubernetes.played.private_links import LINK
from offline.world.store import World
from stacks.build.recording import recording_of
from stacks.plan.load import plan_of
from tests.engine.conftest import Command, azure_resources
from tests.engine.inside import OURS, PART, inside, write_new_version
from tests.engine.test_import import keys_of_cloud, secrets_of_state
from tests.harness.canary import leaks

Resources = Counter[tuple[str, str]]
"""Type and logical name of resources."""

OBJECTS = "kubernetes:"
PROVIDER = "pulumi:providers:kubernetes"
SERVICE = "publisher"
DEPLOYMENT = f"mys-{SERVICE}"
"""The service whose objects others change."""
SECRET, VARIABLE = "/secrets/chain-rpc-endpoint", "CHAIN_RPC_URL"
"""How the id of its secret ends that gets a new value, and the variable with it."""
CHANGING = ("create", "update", "delete")


def planned(stack: str) -> Resources:
    """What the committed program registers."""
    return Counter((each.row.token, each.name) for each in recording_of(plan_of(stack, PROJECT, TODAY)).everything)


def in_state(engine: Engine, stack: str) -> Resources:
    """What the state holds."""
    held = [*azure_resources(engine, stack), *objects(engine, stack)]
    return Counter((str(each["type"]), str(each["urn"]).rpartition("::")[2]) for each in held)


def objects(engine: Engine, stack: str) -> list[dict[str, object]]:
    """What the state holds of its cluster."""
    return [each for each in engine.resources(stack) if str(each["type"]).startswith(OBJECTS)]


def recorded_ids(engine: Engine, stack: str) -> set[str]:
    """How the world's record of operations calls the objects of the state."""
    clusters = [each["inputs"][IDENTIFIER] for each in engine.resources(stack) if each["type"] == PROVIDER]
    return {
        world_id(cluster, str(each["type"]), str(each["id"])).lower()
        for cluster in clusters
        for each in objects(engine, stack)
    }


def check_complete(engine: Engine, stacks: Iterable[str]) -> None:
    """The state holds what the program registers; cloud and clusters hold nothing but that and what they made."""
    ids: set[str] = set()
    inside_clusters: set[str] = set()
    for stack in stacks:
        assert in_state(engine, stack) == planned(stack)
        ids |= {str(each["id"]).lower() for each in azure_resources(engine, stack)}
        inside_clusters |= recorded_ids(engine, stack)
    world = World(engine.home.cloud)
    assert world.made_in_clusters(OBJECTS) == inside_clusters
    others = [each for each in world.all() if each.id.lower() not in ids]
    own = ("/agentPools/system", "/senderUsernames/donotreply")
    made_by_azure = [
        each for each in others if each.id.endswith(own) or each.body.get("managedBy") or each.token == LINK
    ]
    assert others == made_by_azure
    # The node group of a cluster, its first pool and the private link of its gateway; the sender of a mail domain; the
    # group of a workspace for metrics.
    clusters = world.of_type("azure-native:containerservice:ManagedCluster")
    domains = world.of_type("azure-native:communication:Domain")
    workspaces = world.of_type("azure-native:monitor:AzureMonitorWorkspace")
    assert len(others) == 3 * len(clusters) + len(domains) + len(workspaces)


def check_hides_its_secrets(engine: Engine, stack: str) -> None:
    """What `pulumi stack export` prints has none of the keys and secrets in clear."""
    # The provider seals all inputs of a release once more, whatever they are (pulumi-kubernetes: checkpointRelease).
    found = secrets_of_state(engine, stack)
    secret = {name: text for name, text in found.items() if "Release" not in name or f"outputs.{INPUTS}" not in name}
    assert any(PROVIDER in name and "kubeconfig" in name for name in secret)
    exported = engine.capture(["stack", "export", "--stack", stack])
    assert exported.returncode == 0, exported.stderr
    assert leaks([("the state", exported.stdout)], {**keys_of_cloud(World(engine.home.cloud)), **secret}) == []


def check_stays_as_it_is(engine: Engine, command: Command, stack: str) -> None:
    """Drift is what somebody edited and nothing that autoscalers moved; a refresh takes over what other owners moved,
    the program has nothing to change, and the policy pack nothing to refuse."""
    with inside(engine.home, stack) as cluster:
        cluster.scale_up(DEPLOYMENT)
        cluster.label(DEPLOYMENT, "elsewhere")
        drift = command("make", "drift", stack)
        cluster.label(DEPLOYMENT, OURS)
    edited = f'{OBJECTS}apps/v1:Deployment {DEPLOYMENT}: metadata.labels.{PART}: was "{OURS}", is "elsewhere"'
    assert drift.stdout.splitlines() == [edited, f"{stack}: 1 differences"], drift.stdout + drift.stderr
    # By now autoscalers and upgrade channels have moved what is theirs, more than once.
    assert command("make", "refresh", stack).returncode == 0
    again = command("offline", "up", "-s", stack, "--yes", "--skip-preview", "--expect-no-changes", *POLICIES)
    assert again.returncode == 0, again.stdout + again.stderr
    moved = [each for each in World(engine.home.cloud).operations() if each[0] == "moved by its owner"]
    scaled = (
        {"AppServicePlan"} if any(kind.endswith(":AutoscaleSetting") for kind, _ in in_state(engine, stack)) else set()
    )
    assert {kind.rpartition(":")[2] for _, kind, _, _ in moved} == {"AgentPool", "ManagedCluster", *scaled}


def check_rolls_what_reads_it(engine: Engine, command: Command, stack: str) -> None:
    """A new value of a secret reaches the pods of the service that reads it, and touches no other."""
    world = World(engine.home.cloud)
    with inside(engine.home, stack) as cluster:
        before = cluster.templates()
        value = write_new_version(world, SECRET)
        operations = world.seen()
        done = command("offline", "up", "-s", stack, "--yes", "--skip-preview", "--refresh")
        assert done.returncode == 0, done.stdout + done.stderr
        after = cluster.templates()
        assert {name for name, template in after.items() if template != before[name]} == {DEPLOYMENT}
        assert cluster.values(SERVICE, VARIABLE) == {value}
    did = [(verb, token.rpartition(":")[2]) for verb, token, _, _ in world.operations(operations) if verb in CHANGING]
    assert did == [("create", "SecretProviderClass"), ("update", "Deployment"), ("delete", "SecretProviderClass")]


def check_destroys(engine: Engine, command: Command, stack: str, *, locked: bool) -> None:
    """Nothing is left, neither in its cluster nor of what that made; what is locked goes only with ``UNPROTECT=1``."""
    if locked:
        before = in_state(engine, stack)
        refused = command("make", "destroy", stack)
        assert refused.returncode == 1
        assert f"allowed: make destroy STACK={stack} UNPROTECT=1" in refused.stderr
        assert in_state(engine, stack) == before
    done = command("make", "destroy", stack, **({"UNPROTECT": "1"} if locked else {}))
    assert done.returncode == 0, done.stdout + done.stderr
    assert in_state(engine, stack) == Counter()
    world = World(engine.home.cloud)
    assert world.made_in_clusters(OBJECTS) == set()
    assert world.of_type(LINK) == []
    assert not engine.home.clusters.is_dir() or list(engine.home.clusters.glob("[!.]*")) == []
