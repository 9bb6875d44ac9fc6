"""The summary that `make up` prints: the tiers and what they hold, the outputs, and the next commands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from offline.engine.run import Engine

GROUP = "azure-native:resources:ResourceGroup"
ENTRA = "azuread:"
NOT_RESOURCES = ("pulumi:", "mystira:")


def print_summary(engine: Engine, stacks: Iterable[str], console: Console, *, seconds: float) -> None:
    """Print a table and the outputs of each stack, then the next commands."""
    last = ""
    for stack in stacks:
        last = stack
        resources = engine.resources(stack)
        console.print(_table(stack, resources))
        outputs = next((each.get("outputs", {}) for each in resources if each["type"] == "pulumi:pulumi:Stack"), {})
        for name, value in sorted(outputs.items()):
            if isinstance(value, (str, int, float)):
                console.print(f"  {name}: {value}", markup=False, soft_wrap=True)
    console.print(f"\nUp in {seconds:.0f} s on the offline cloud; nothing was created at Azure.")
    console.print("Next:")
    for command, why in (
        (f"make up STACK={last}", "again: nothing changes"),
        (f"make drift STACK={last}", "is the cloud still as Pulumi left it?"),
        (".venv/bin/mystira offline cloud list", "what the offline cloud holds"),
        (f".venv/bin/mystira offline pulumi stack output -s {last}", "any Pulumi command, inside this world"),
        ("README.md", "from here to a real subscription"),
    ):
        console.print(f"  {command:<52} {why}", markup=False, soft_wrap=True)


def _table(stack: str, resources: list[dict[str, Any]]) -> Table:
    groups = {each["outputs"]["name"]: _tier(each) for each in resources if each["type"] == GROUP}
    table = Table(title=f"{stack}: {_count(resources)} resources", title_justify="left")
    for heading in ("tier", "resource group or tenant", "holds"):
        table.add_column(heading, overflow="fold")
    holds: dict[str, Counter[str]] = {name: Counter() for name in groups}
    for each in resources:
        group = _group_of(each)
        if group in holds and each["type"] != GROUP:
            holds[group][each["type"].rpartition(":")[2]] += 1
    for name, tier in sorted(groups.items(), key=lambda item: (item[1], item[0])):
        table.add_row(tier, name, _listing(holds[name]))
    for provider, kinds in sorted(_in_tenants(resources).items()):
        table.add_row("tenant", provider, _listing(kinds))
    return table


def _in_tenants(resources: Iterable[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    """What is in Entra tenants, by the logical name of the provider."""
    found: dict[str, Counter[str]] = {}
    for each in resources:
        if each["type"].startswith(ENTRA):
            provider = str(each.get("provider", "")).rpartition("::")[0].rpartition("::")[2]
            found.setdefault(provider, Counter())[each["type"].rpartition(":")[2]] += 1
    return found


def _count(resources: Iterable[Mapping[str, Any]]) -> int:
    return sum(not each["type"].startswith(NOT_RESOURCES) for each in resources)


def _group_of(resource: Mapping[str, Any]) -> str:
    parts = str(resource.get("id", "")).split("/")
    return parts[4] if len(parts) > 4 and parts[3].lower() == "resourcegroups" else ""


def _tier(group: Mapping[str, Any]) -> str:
    """The tier: the logical name of the component that the group is in."""
    return str(group.get("parent", "")).rpartition("::")[2]


def _listing(kinds: Counter[str]) -> str:
    return ", ".join(f"{count} {kind}" if count > 1 else kind for kind, count in sorted(kinds.items())) or "nothing yet"
