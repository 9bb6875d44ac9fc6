"""The summary that `make up` prints: what groups, tenants and namespaces hold by product, the outputs, what is next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from components.facts.words import by_product
from offline.engine.outputs import output_lines
from offline.engine.run import Engine

GROUP = "azure-native:resources:ResourceGroup"
ENTRA = "azuread:"
NOT_RESOURCES = ("pulumi:", "mystira:")
KUBERNETES = "kubernetes:"
TENANT, NAMESPACE, CLUSTER = "tenant", "namespace", "cluster"


def print_summary(
    engine: Engine, stacks: Iterable[str], console: Console, *, seconds: float, logs: Iterable[Path] = ()
) -> None:
    """Print what each stack holds and its outputs, then the next commands and the files that hold the full ``logs``."""
    last = ""
    for stack in stacks:
        last = stack
        resources = engine.resources(stack)
        outputs = next((each.get("outputs", {}) for each in resources if each["type"] == "pulumi:pulumi:Stack"), {})
        for line in (*_holds(stack, resources), *output_lines(stack, outputs)):
            console.print(line, markup=False, soft_wrap=True)
    console.print(f"\nUp in {seconds:.0f} s on the offline cloud; nothing was created at Azure.")
    console.print("Next:")
    for command, why in (
        (f"make up STACK={last}", "again: nothing changes"),
        (f".venv/bin/mystira status {last}", "what is due: secrets, ends of life, drift"),
        (f"make drift STACK={last}", "is the cloud still as Pulumi left it?"),
        (".venv/bin/mystira offline cloud list", "what the offline cloud holds"),
        (f".venv/bin/mystira offline pulumi stack output -s {last}", "any Pulumi command, inside this world"),
        ("README.md", "from here to a real subscription"),
    ):
        console.print(f"  {command:<52} {why}", markup=False, soft_wrap=True)
    print_logs(logs, console)


def print_logs(logs: Iterable[Path], console: Console) -> None:
    """Name the files that hold all that the runs printed; nothing where there are none."""
    for log in logs:
        console.print(f"Full log: {log}", markup=False, soft_wrap=True)


def _holds(stack: str, resources: list[dict[str, Any]]) -> Iterator[str]:
    """What each resource group, tenant and namespace of a stack holds, one line a product."""
    yield f"{stack}: {_count(resources)} resources"
    for tier, name, tokens in _places(resources):
        yield f"  {name} ({tier})"
        for product, words in by_product(tokens).items():
            yield f"    {product}: {words}"
        if not tokens:
            yield "    nothing yet"


def _places(resources: list[dict[str, Any]]) -> Iterator[tuple[str, str, list[str]]]:
    """Tier, name and what is in it, by token: of each resource group, then of each tenant, then in the cluster."""
    groups = {each["outputs"]["name"]: _tier(each) for each in resources if each["type"] == GROUP}
    holds: dict[str, list[str]] = {name: [] for name in groups}
    tenants: dict[str, list[str]] = {}
    namespaces: dict[str, list[str]] = {}
    for each in resources:
        group = _group_of(each)
        if group in holds and each["type"] != GROUP:
            holds[group].append(each["type"])
        elif each["type"].startswith(ENTRA):
            tenants.setdefault(_provider(each), []).append(each["type"])
        elif each["type"].startswith(KUBERNETES):
            namespaces.setdefault(str(each["id"]).rpartition("/")[0], []).append(each["type"])
    for name, tier in sorted(groups.items(), key=lambda item: (item[1], item[0])):
        yield tier, name, holds[name]
    for provider, tokens in sorted(tenants.items()):
        yield TENANT, provider, tokens
    for name, tokens in sorted(namespaces.items()):
        yield (NAMESPACE, name, tokens) if name else (CLUSTER, KUBERNETES.rstrip(":"), tokens)


def _provider(resource: Mapping[str, Any]) -> str:
    """The logical name of the provider."""
    return str(resource.get("provider", "")).rpartition("::")[0].rpartition("::")[2]


def _count(resources: Iterable[Mapping[str, Any]]) -> int:
    return sum(not each["type"].startswith(NOT_RESOURCES) for each in resources)


def _group_of(resource: Mapping[str, Any]) -> str:
    parts = str(resource.get("id", "")).split("/")
    return parts[4] if len(parts) > 4 and parts[3].lower() == "resourcegroups" else ""


def _tier(group: Mapping[str, Any]) -> str:
    """The tier: the logical name of the component that the group is in."""
    return str(group.get("parent", "")).rpartition("::")[2]
