"""One world with dev up: none of its secrets stands in clear, all of it can be imported, all of it can be adopted."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from components.facts.ids import path_values
from components.facts.types import REGISTERED_BY_TOKEN, RESOURCE_TYPES
from components.facts.wire import SIGNATURE_KEY
from offline.azure.errors import ArmError
from offline.azure.services.every import FUNCTIONS
from offline.clock import TODAY
from offline.engine.drift import drift_of
from offline.engine.ids import KUBERNETES
from offline.engine.prepare import prepare
from offline.engine.run import Engine
from offline.engine.summary import print_summary
from offline.kubernetes.played.load_balancers import VERB as PLAYED
from offline.kubernetes.played.private_links import LINK
from offline.kubernetes.servers.stores import end_all
from offline.world.store import World
from stacks.plan.load import PROJECT, plan_of
from tests.engine.conftest import Command, azure_resources
from tests.harness.canary import leaks, left_behind

UP = ("shared", "dev")
IMPORTED = Path(__file__).with_name("imported")
KEYED = {
    "azure-native:cognitiveservices:listAccountKeys": "ai-account",
    "azure-native:cosmosdb:listDatabaseAccountKeys": "cosmos-account",
    "azure-native:redisenterprise:listDatabaseKeys": "redis-database",
    "azure-native:search:listAdminKey": "search-service",
    "azure-native:servicebus:listNamespaceKeys": "service-bus-authorization-rule",
    "azure-native:servicebus:listQueueKeys": "service-bus-queue-authorization-rule",
    "azure-native:servicebus:listTopicKeys": "service-bus-topic-authorization-rule",
    "azure-native:storage:listStorageAccountKeys": "storage-account",
}
"""Each function that tells keys, and what it tells them of."""
KEYLESS = {"azure-native:containerservice:listManagedClusterUserCredentials"}
"""What answers without one: its kubeconfig names a program that gets a token."""

SECRET = "azure-native:keyvault:Secret"
TELEMETRY = "azure-native:applicationinsights:Component"
OPEN = ("email-address", "host", "identifier", "url")
"""Content types of vault secrets that hold an address or an id, which outputs show as well."""
SHORTEST = 12
"""Characters from which on a value is one that may stand nowhere."""

NOT_ROUND = (
    "One or more imported inputs failed to validate",
    "azure-native:keyvault:Key resource",
    "property storage.type value",
    "property dataEncryption.type value",
)
"""The SDK wants a key's inputs inside `properties` and gives its outputs beside them: an import finds no inputs, and
the next update writes what is there already (Microsoft: Keys - Create If Not Exist). Azure answers with an empty type
of storage where none was sent and with SystemManaged (tests/evidence/postgresql-server.yaml), which are none of the
SDK's values."""


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text within a value that is long enough, with its path."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, f"{path}.{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from texts(item, f"{path}[{number}]")
    elif isinstance(value, str) and len(value) >= SHORTEST:
        yield path, value


def secrets_of_state(engine: Engine, stack: str) -> Mapping[str, str]:
    """What the state holds encrypted."""
    shown = engine.json(["stack", "export", "--stack", stack, "--show-secrets"])
    found: dict[str, str] = {}

    def look(value: Any, path: str) -> None:
        if isinstance(value, dict) and SIGNATURE_KEY in value:
            found.update(texts(json.loads(value["plaintext"]), path))
        elif isinstance(value, dict):
            for key, item in value.items():
                look(item, f"{path}.{key}")
        elif isinstance(value, list):
            for number, item in enumerate(value):
                look(item, f"{path}[{number}]")

    for each in shown["deployment"]["resources"]:
        if each.get("inputs", {}).get("properties", {}).get("contentType") in OPEN:
            continue
        # pulumi-kubernetes keeps the inputs of a release in its outputs, all of them as a secret.
        each.get("outputs", {}).pop("__inputs", None)
        for part in ("inputs", "outputs"):
            look(each.get(part), f"{each['type']} {each['urn'].rpartition('::')[2]} {part}")
    return found


def keys_of_cloud(world: World) -> Mapping[str, str]:
    """What the offline cloud made itself: keys of stores, and the keys of telemetry."""
    found: dict[str, str] = {}
    for function, kind in KEYED.items():
        row = RESOURCE_TYPES[kind]
        for each in world.of_type(row.token):
            arguments = path_values(row, each.id)
            try:
                answer = FUNCTIONS[function](dict(arguments), world, arguments["subscriptionId"])
            except ArmError:
                continue  # a store that accepts no keys lists none
            found |= {
                f"{function} {each.id}{path}": text for path, text in texts(answer) if not path.endswith("keyName")
            }
    for each in world.of_type(TELEMETRY):
        for name in ("instrumentationKey", "connectionString"):
            found[f"{name} {each.id}"] = each.body[name]
    return found


def set_adopt(engine: Engine, entries: Mapping[str, str]) -> None:
    file = engine.home.shadows / "mystira" / "stacks" / "Pulumi.dev.yaml"
    content = yaml.safe_load(file.read_text())
    content["config"]["mystira:adopt"] = dict(entries)
    file.write_text(yaml.safe_dump(content))


def test_dev_leaves_no_secret_behind(engine: Engine, command: Command, printed: list[tuple[str, str]]) -> None:
    assert KEYED.keys() | KEYLESS == set(FUNCTIONS)
    world = World(engine.home.cloud)
    made = keys_of_cloud(world)
    # Redis and AI of dev take identities only, so that they list no keys; telemetry has two kinds.
    assert len({name.partition(" ")[0] for name in made}) == len(KEYED) - 2 + 2
    values = {**made, **secrets_of_state(engine, "dev")}
    for each in ("value", "connectionString"):
        assert any(each in name for name in values), f"no {each} among the secrets of the state"
    summary = StringIO()
    print_summary(engine, ["shared", "dev"], Console(file=summary), seconds=1)
    for arguments in (
        ("make", "secrets", "dev"),
        ("offline", "cloud", "list"),
        ("offline", "cloud", "readers"),
    ):
        done = command(*arguments)
        printed.append((" ".join(arguments), done.stdout + done.stderr))
    for arguments in (["stack", "output", "--json"], ["stack", "history", "--json"], ["config", "--json"]):
        printed.append((" ".join(arguments), json.dumps(engine.json([*arguments, "--stack", "dev"]))))
    printed.append(("summary", summary.getvalue()))
    assert leaks([*printed, *left_behind(engine.home.root)], values) == []


def test_everything_can_be_adopted(engine: Engine) -> None:
    """As if the program had never made it: nothing is replaced, nothing made twice, what is secret stays so.

    The cluster is as one that others made: nothing of ours is in it, and all of that is made.
    """
    state = azure_resources(engine, "dev")
    entries = {
        f"{REGISTERED_BY_TOKEN[str(each['type'])].key}/{str(each['urn']).rpartition('::')[2]}": str(each["id"])
        for each in state
    }
    assert len(entries) == len(state)
    world = World(engine.home.cloud)
    before = {each.id for each in world.all()}
    values = {**keys_of_cloud(world), **secrets_of_state(engine, "dev")}
    forgotten = engine.capture(["stack", "rm", "dev", "--force", "--preserve-config", "--yes"])
    assert forgotten.returncode == 0, forgotten.stderr
    end_all(engine.home)
    shutil.rmtree(engine.home.clusters)
    for link in world.of_type(LINK):
        # With its Service a cluster takes away the link as well.
        with world.writing("test", LINK, link.id) as cloud:
            cloud.delete(link.id)
    engine.ensure_stack("dev")
    set_adopt(engine, entries)
    operations = world.seen()
    done = engine.capture(["up", "--stack", "dev", "--yes", "--skip-preview", "--json"])
    assert done.returncode == 0, done.stdout + done.stderr

    done_to = [row for row in world.operations()[operations:] if row[0] != PLAYED and not row[1].startswith(KUBERNETES)]
    did = Counter((verb, outcome) for verb, _, _, outcome in done_to)
    assert set(did) == {("update", "done")}
    assert {each.id for each in world.all()} == before
    adopted = azure_resources(engine, "dev")
    assert {str(each["id"]) for each in adopted} == set(entries.values())
    # Nobody can read a secret through Azure Resource Manager, so that the program writes each of them once more.
    written = [id for verb, kind, id, _ in world.operations()[operations:] if kind == SECRET]
    assert len(written) == len(set(written)) == len(world.of_type(SECRET))
    assert leaks([("adopting", done.stdout + done.stderr), *left_behind(engine.home.root)], values) == []
    assert drift_of(engine, "dev") == []


def test_everything_can_be_imported(engine: Engine) -> None:
    """`pulumi import` of every type in use, into a separate stack."""
    other = Engine(engine.home, IMPORTED, say=lambda _: None)
    prepare(other)
    other.ensure_stack("one")
    tenant = f"azuread:tenantId={plan_of('shared', PROJECT, TODAY).tenant_id}"
    assert other.capture(["config", "set-all", "--stack", "one", "--plaintext", tenant]).returncode == 0
    wanted = [
        {"type": each["type"], "name": f"{stack}-{str(each['urn']).rpartition('::')[2]}", "id": each["id"]}
        for stack in ("shared", "dev")
        for each in azure_resources(engine, stack)
    ]
    file = engine.home.root / "import.json"
    file.write_text(json.dumps({"resources": wanted}))
    flags = ["--yes", "--skip-preview", "--generate-code=false", "--protect=false"]
    done = other.capture(["import", "--stack", "one", "--file", str(file), *flags])
    assert done.returncode == 0, done.stdout + done.stderr
    warnings = [line for line in done.stdout.splitlines() if "warning:" in line]
    assert "\n".join(line for line in warnings if not any(known in line for known in NOT_ROUND)) == ""
    held = azure_resources(other, "one")
    assert {(each["type"], each["id"]) for each in held} == {(each["type"], each["id"]) for each in wanted}
    bare = {each["type"] for each in held if not each.get("inputs")} - {"azure-native:keyvault:Key"}
    assert bare == set()
    same = other.capture(["refresh", "--stack", "one", "--yes", "--skip-preview", "--expect-no-changes"])
    assert same.returncode == 0, same.stdout + same.stderr
    # An import knows no program, hence not what it marks as secret; `mystira:adopt` does (docs/runbooks/adoption.md).
    state = (engine.home.state / ".pulumi" / "stacks" / "imported" / "one.json").read_text()
    shown = leaks([("the state", state)], keys_of_cloud(World(engine.home.cloud)))
    assert {line.partition(" ")[0] for line in shown} == {"instrumentationKey"}
