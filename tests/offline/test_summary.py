"""What `make up` says at its end, from a state."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from rich.console import Console

from components.facts.wire import SECRET_SIGNATURE, SIGNATURE_KEY
from offline.engine.outputs import SHOWN, output_lines
from offline.engine.run import Engine
from offline.engine.summary import print_summary

GROUP = "/subscriptions/s/resourceGroups/mys-dev-core-rg-san"
SERVER = f"{GROUP}/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg"
PROVIDER = "urn:pulumi:dev::mystira::pulumi:providers:azuread"
SECRET = {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "v1:abc"}


def resource(kind: str, id: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": id, "urn": f"urn:pulumi:dev::mystira::{kind}::x", **more}


STATE = [
    {
        "type": "pulumi:pulumi:Stack",
        "urn": "urn:pulumi:dev::mystira::pulumi:pulumi:Stack::mystira-dev",
        "outputs": {
            "cluster_name": "aks",
            "manual_steps": {"quota": {"do": "ask", "check": "mystira preflight dev", "read": "docs/x.md"}},
        },
    },
    resource(
        "azure-native:resources:ResourceGroup",
        GROUP,
        outputs={"name": "mys-dev-core-rg-san"},
        parent="urn:pulumi:dev::mystira::mystira:groups:Tier::tier-1-core",
    ),
    resource("azure-native:dbforpostgresql:Server", SERVER),
    *(resource("azure-native:dbforpostgresql:Configuration", f"{SERVER}/configurations/{n}") for n in range(3)),
    *(
        resource("azure-native:dbforpostgresql:AdministratorsMicrosoftEntra", f"{SERVER}/administrators/{n}")
        for n in range(2)
    ),
    resource("azuread:index/group:Group", "/groups/1", provider=f"{PROVIDER}::entra::id"),
    resource("kubernetes:core/v1:Namespace", "mys-dev"),
    *(resource("kubernetes:apps/v1:Deployment", f"mys-dev/{name}") for name in ("chain", "publisher")),
]


class Fake:
    """An engine with one state."""

    def resources(self, _: str) -> list[dict[str, Any]]:
        return STATE


def test_the_summary_counts_by_product_and_names_what_is_next() -> None:
    console = Console(record=True, width=120)
    print_summary(cast(Engine, Fake()), ["dev"], console, seconds=2, logs=[Path("logs/up-dev.log")])
    lines = console.export_text().splitlines()
    assert lines[:18] == [
        "dev: 11 resources",
        "  mys-dev-core-rg-san (tier-1-core)",
        "    PostgreSQL: server, 3 parameters, 2 administrators",
        "  entra (tenant)",
        "    Entra: group",
        "  kubernetes (cluster)",
        "    Kubernetes: namespace",
        "  mys-dev (namespace)",
        "    Kubernetes: 2 deployments",
        "What only a person can do (manual_steps):",
        "  quota: ask",
        "    check: mystira preflight dev",
        "    read: docs/x.md",
        "Outputs:",
        "  cluster_name: aks",
        "",
        "Up in 2 s on the offline cloud; nothing was created at Azure.",
        "Next:",
    ]
    assert lines[-1] == "Full log: logs/up-dev.log"


def test_every_output_is_named_and_no_secret_is_shown() -> None:
    outputs = {
        "text": "on",
        "number": 3,
        "list": ["a", "b"],
        "mapping": {"b": {"key": SECRET}, "a": "x"},
        "records": [{"who": "a"}, {"who": SECRET}],
        "secret": SECRET,
        "long": {str(number): number for number in range(SHOWN + 1)},
        "nothing": {},
    }
    assert list(output_lines("dev", outputs)) == [
        "Outputs:",
        '  list: ["a", "b"]',
        f"  long: {SHOWN + 1} entries; all of them: .venv/bin/mystira offline pulumi stack output long -s dev",
        "  mapping:",
        "    a: x",
        '    b: {"key": "[secret]"}',
        "  nothing: {}",
        "  number: 3",
        "  records:",
        '    - {"who": "a"}',
        '    - {"who": "[secret]"}',
        '  secret: "[secret]"',
        "  text: on",
    ]


def test_steps_that_are_secret_are_not_shown() -> None:
    assert list(output_lines("dev", {"manual_steps": SECRET}))[1:] == ['  "[secret]"']
    assert list(output_lines("dev", {"manual_steps": {"a": SECRET}}))[1:] == ['  a: "[secret]"']
