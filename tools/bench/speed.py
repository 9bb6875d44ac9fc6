"""How the program compares: to a bare program with the same resources, to ten times the services, to `import pulumi`.

Every figure is the smallest of several runs, of whole processes. Previews are net of a program that imports the same
modules and registers nothing, so that what is compared is the registering alone.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from pulumi.runtime import rpc

from components.facts.model import KubernetesType
from components.naming.guid import stand_in_id
from components.problems import MystiraError
from offline.commands.verbs import POLICIES
from offline.engine.home import PROJECT, Home
from offline.engine.prepare import prepare
from offline.engine.run import Engine, EngineFailed
from offline.schema.extract import package_of
from stacks.build.recording import PRINCIPAL, Planned
from stacks.catalogue.records import CATALOGUE
from tools.bench.services import multiplied

STACK = "prod"
TIMES = 10
"""How many times the services row 2 has."""
TURNS = 8
"""How often row 3 runs at least: two whole commands differ by less than a machine does from one run to the next."""


@dataclass(frozen=True)
class Row:
    """One row of the table: ``measured`` against ``limit``, both ratios unless ``unit`` says otherwise."""

    what: str
    measured: float
    limit: float
    detail: str
    unit: str = " x"

    @property
    def holds(self) -> bool:
        return self.measured <= self.limit


def smallest(run: Callable[[], object], runs: int) -> float:
    """The shortest of several runs, in seconds; the first one, which warms the caches, does not count."""
    run()
    return min(_seconds(run) for _ in range(runs))


def import_row(runs: int) -> Row:
    """Row 4: importing the program against ``import pulumi``."""

    def python(text: str) -> Callable[[], None]:
        return lambda: _checked([sys.executable, "-c", text])

    nothing = smallest(python("pass"), runs)
    pulumi = smallest(python("import pulumi"), runs) - nothing
    program = smallest(python("import stacks.build.run, stacks.build"), runs) - nothing
    return Row(
        "importing the program, against `import pulumi`", program / pulumi, 6, f"{program:.2f} s, {pulumi:.2f} s"
    )


def check_row() -> Row:
    """Row 5: the whole of `make check`, in seconds."""
    seconds = smallest(lambda: _checked([sys.executable, "-m", "tools.check"]), 1)
    return Row("`make check`", seconds, 60, "warm", " s")


def preview_rows(found: Sequence[Planned], runs: int) -> list[Row]:
    """Rows 1 and 2: prod against a bare program that registers the same with the stock SDK, and against ten of it."""
    with _world() as (home, folder):
        _bring_up_shared(home, folder)
        programs = {
            "nothing": _engine(home, _program(folder / "nothing", empty_program(found, bare=False))),
            "only imports": _engine(home, _program(folder / "only-imports", empty_program(found, bare=True))),
            "ours": _engine(home, _program(folder / "ours", PROGRAM)),
            "bare": _engine(home, _program(folder / "bare", bare_program(found))),
            "ten": _engine(home, _program(folder / "ten", TEN_TIMES, _roomy)),
        }
        resources = {key: _resources(_preview(engine)) for key, engine in programs.items()}
        seconds = _smallest_of_each({key: partial(_preview, engine) for key, engine in programs.items()}, runs)
    empty, imports = seconds["nothing"], seconds["only imports"]
    ours, bare, ten = seconds["ours"] - empty, seconds["bare"] - imports, seconds["ten"] - empty
    one_each, ten_each = ours / resources["ours"], ten / resources["ten"]
    return [
        Row(
            "preview of prod, against a bare program",
            ours / bare,
            0.5,
            f"{ours:.2f} s, {bare:.2f} s, without {empty:.2f} s and {imports:.2f} s of start and imports; "
            f"{resources['ours']}, {resources['bare']} resources",
        ),
        Row(
            f"time per resource with {TIMES} times the services",
            ten_each / one_each,
            1.1,
            f"{ten_each * 1000:.1f} ms, {one_each * 1000:.1f} ms; {resources['ten']}, {resources['ours']} resources",
        ),
    ]


def policies_row(runs: int) -> Row:
    """Row 3: a preview of prod with the policy pack against one without, whole commands both."""
    with _world() as (home, folder):
        _bring_up_shared(home, folder)
        engine = _engine(home, _program(folder / "ours", PROGRAM))
        ways = {"with": partial(_preview, engine, *POLICIES), "without": partial(_preview, engine)}
        seconds = _smallest_of_each(ways, max(runs, TURNS))
    ratio = seconds["with"] / seconds["without"]
    detail = f"{seconds['with']:.2f} s, {seconds['without']:.2f} s"
    return Row("preview of prod with the policy pack, against one without", ratio, 1.3, detail)


def _smallest_of_each(what: Mapping[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """The shortest run of each, in seconds. They take turns, so that a machine that slows down slows all of them."""
    turns = [{key: _seconds(run) for key, run in what.items()} for _ in range(runs)]
    return {key: min(turn[key] for turn in turns) for key in what}


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


DEFINED_BY_OTHERS = ("pulumi_kubernetes.apiextensions", "CustomResource")
"""The class for kinds whose definitions come with an add-on."""

PROGRAM = """
import pulumi
from stacks.build.run import run
from stacks.clock import today
run(pulumi.get_stack(), today=today())
"""


def empty_program(found: Iterable[Planned], *, bare: bool) -> str:
    """A program that imports our modules and those of the SDKs that ours needs, or the bare one, and registers nothing.

    The SDKs' modules are lazy: they load when something is taken out of them. Ours registers the objects of a cluster
    without the SDK's classes (components/kubernetes/objects.py).
    """
    rows = [each.row for each in found if bare or not isinstance(each.row, KubernetesType)]
    taken = sorted({("pulumi_kubernetes", "Provider"), *(class_of(row.token) for row in rows)})
    # Ours frees nothing at its end (stacks/build/run.py); the bare one is as people write it.
    end = [] if bare else ["import atexit, gc", "atexit.register(gc.freeze)"]
    return "\n".join(["import stacks.build.run", *(f"from {module} import {name}" for module, name in taken), *end])


TEN_TIMES = f"""
import pulumi
from stacks.build.run import run
from stacks.catalogue.records import CATALOGUE
from stacks.clock import today
from tools.bench.services import multiplied
run(pulumi.get_stack(), today=today(), catalogue=multiplied(CATALOGUE, {TIMES}))
"""


def bare_program(found: Iterable[Planned]) -> str:
    """A program that registers the same resources, with the same inputs, through the SDK's classes as they come."""
    calls = [
        {
            "of": class_of(each.row.token),
            "name": f"{each.row.key}-{number}",
            "inputs": {key: _known(value) for key, value in each.inputs.items()},
        }
        for number, each in enumerate(found)
    ]
    return _BARE.replace("CALLS", repr(json.dumps(calls)))


def class_of(token: str) -> tuple[str, str]:
    """The module and the name of the SDK's class for a type; kinds that others define have one class for all."""
    provider, module, name = token.split(":")
    place = package_of(provider, module)
    try:
        return (place, name) if hasattr(import_module(place), name) else DEFINED_BY_OTHERS
    except ModuleNotFoundError:
        return DEFINED_BY_OTHERS


def _known(value: Any) -> Any:
    """An input as literals; ``None`` for one that nobody knows before the first deployment."""
    return _plain(value) if isinstance(value, str | int | float | bool | list | Mapping) else None


def _plain(value: Any) -> Any:
    """A wire value as literals: secrets opened; unknown values and object ids as GUIDs, as azuread wants them."""
    if isinstance(value, Mapping):
        if rpc.is_rpc_secret(value):
            return _plain(rpc.unwrap_rpc_secret(value))
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str) and value.startswith(PRINCIPAL):
        return stand_in_id(value)
    return value if isinstance(value, str | int | float | bool) else stand_in_id("unknown")


_BARE = """
import importlib, json, sys
import pulumi
import pulumi_azure_native as azure_native
import pulumi_azuread as azuread
import pulumi_kubernetes as kubernetes
import stacks.build.run

tenant = "00000000-0000-4000-8000-000000000000"
azure = azure_native.Provider("azure", subscription_id="00000000-0000-4000-8000-000000000003", tenant_id=tenant)
entra = azuread.Provider("entra", tenant_id=tenant)
options = pulumi.ResourceOptions(provider=azure)
group = azure_native.resources.ResourceGroup("group", resource_group_name="group", location="westus", opts=options)
# As at a first deployment, nobody knows the cluster yet.
cluster = kubernetes.Provider("cluster", kubeconfig=group.id)
for call in json.loads(CALLS):
    inputs = {key: group.id if value is None else value for key, value in call["inputs"].items()}
    module, name = call["of"]
    space = importlib.import_module(module)
    found = getattr(space, name)
    if name == "CustomResource":
        version, about = inputs.pop("apiVersion"), inputs.pop("metadata")
        options = pulumi.ResourceOptions(provider=cluster)
        found(call["name"], version, inputs["kind"], inputs["spec"], about, options)
        continue
    source = sys.modules[found.__module__]
    kind = getattr(source, f"{name}InitArgs", None) or getattr(source, f"{name}Args")
    names = {p.fget._pulumi_name: key for key, p in vars(kind).items() if isinstance(p, property)}
    # The first parameter of every class is called resource_name.
    names |= {key: "resource_name_" for key, name in names.items() if name == "resource_name"}
    arguments = {names[key]: value for key, value in inputs.items() if key in names}
    provider = {"pulumi_azuread": entra, "pulumi_kubernetes": cluster}.get(module.partition(".")[0], azure)
    found(call["name"], opts=pulumi.ResourceOptions(provider=provider), **arguments)
"""


@contextmanager
def _world() -> Iterator[tuple[Home, Path]]:
    folder = Path(tempfile.mkdtemp(prefix="mystira-bench-"))
    try:
        yield Home(folder / "world"), folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(folder: Path, text: str, change: Callable[[dict[str, Any]], None] = lambda _: None) -> Path:
    folder.mkdir()
    runtime = {"name": "python", "options": {"virtualenv": str(PROJECT / ".venv")}}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "mystira", "runtime": runtime}))
    for stack in ("shared", STACK):
        settings = yaml.safe_load((PROJECT / f"Pulumi.{stack}.yaml").read_text())
        if stack == STACK:
            change(settings["config"])
        (folder / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(settings))
    (folder / "__main__.py").write_text(text)
    return folder


ROOM = {"services": (40, 100), "chain": (12, 30)}
"""Smallest and largest number of nodes that hold ten times the services."""


PODS = "10.64.0.0/16"
"""A range with a /24 for each of those nodes, which no environment uses."""

DISK = ("disk_gib", "disk_sku")
"""Settings of the one service with a disk, which its copies lack."""


def _roomy(config: dict[str, Any]) -> None:
    """What ten times the services want: room, and for each copy the settings of its service."""
    services, there = config["mystira:services"], {each.key for each in multiplied(CATALOGUE, TIMES)}
    for key, own in list(services.items()):
        copied = {name: value for name, value in own.items() if name not in DISK}
        services |= {copy: copied for number in range(1, TIMES) if (copy := f"{key}{number}") in there}
    config["mystira:network"]["pod_cidr"] = PODS
    for key, (minimum, maximum) in ROOM.items():
        config["mystira:aks"]["pools"][key] |= {"minimum": minimum, "maximum": maximum}


def _engine(home: Home, program: Path) -> Engine:
    engine = Engine(home, program, say=lambda _: None)
    prepare(engine)
    engine.ensure_stack(STACK)
    return engine


def _bring_up_shared(home: Home, folder: Path) -> None:
    engine = _engine(home, _program(folder / "shared", PROGRAM))
    engine.ensure_stack("shared")
    done = engine.capture(["up", "--stack", "shared", "--yes", "--skip-preview"])
    if done.returncode:
        raise EngineFailed(done.stdout + done.stderr)


def _preview(engine: Engine, *options: str) -> str:
    done = engine.capture(["preview", "--stack", STACK, "--json", *options])
    if done.returncode:
        told = [each["message"] for each in json.loads(done.stdout or "{}").get("diagnostics", [])]
        raise EngineFailed("\n".join([*told, done.stderr]))
    return done.stdout


def _resources(preview: str) -> int:
    """How many resources a preview creates: of Azure, of Entra, and objects in the cluster."""
    steps: list[Mapping[str, Any]] = json.loads(preview)["steps"]
    return sum(1 for step in steps if step["urn"].split("::")[2].rpartition("$")[2].startswith(PROVIDERS))


PROVIDERS = ("azure-native:", "azuread:", "kubernetes:")


def _checked(command: list[str]) -> None:
    done = subprocess.run(command, cwd=PROJECT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise MystiraError(f"{done.stdout}{done.stderr}")
