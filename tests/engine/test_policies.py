"""The policy pack on the real engine: every rule kept and broken, waivers, and what a run says that the pack stops."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from offline.commands.verbs import POLICIES
from offline.engine.home import Home
from policies.rules.every import RULES
from policies.values import Resource
from tests.engine.conftest import engine_in
from tests.engine.small import SmallProgram
from tests.harness.settings import waived
from tests.policies.cases import CASES

VIOLATION = re.compile(r"- \[mandatory\] \[severity: \w+\] +(?P<rule>\S+) +\((?P<type>\S+): (?P<name>\S+)\)")
SERVICE_BUS_KEY = "Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=k;SharedAccessKey=c29tZXRoaW5nLWxvbmc="


@dataclass
class Run:
    """The program, and what the pack said about it."""

    program: SmallProgram
    file: Path

    def entries(self, entries: Sequence[Mapping[str, Any]], text: str = "nothing") -> None:
        """What the next run registers and puts out."""
        self.file.write_text(json.dumps(entries))
        self.program.configure("text", text)

    def preview(self) -> tuple[set[tuple[str, str]], str]:
        """The rules that are broken, each with the name of a resource, and what was printed."""
        _, text = self.program.pulumi("preview", *POLICIES)
        return {(found["rule"], found["name"]) for found in VIOLATION.finditer(text)}, text


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("policies")
    found = Run(SmallProgram("policies", folder / "world"), folder / "entries.json")
    found.program.configure("file", str(found.file))
    return found


def entry(resource: Resource, name: str, **more: Any) -> dict[str, Any]:
    """A resource as the program reads it. What a vault holds is secret."""
    secret = ["properties"] if resource.kind == "key-vault-secret" else []
    inputs, protect = dict(resource.inputs), resource.protect
    return {"type": resource.type, "name": name, "inputs": inputs, "protect": protect, "secret": secret, **more}


def plain(kind: str, name: str, inputs: Mapping[str, Any] | None = None, **refers: str) -> dict[str, Any]:
    """A resource that keeps what can be asked of it alone, made from other entries."""
    case = next(each for each in CASES if each.kind == kind)
    return entry(case.keeps(), name, refers=refers) | {"inputs": {**case.keeps().inputs, **(inputs or {})}}


def test_every_rule_is_kept_and_broken(run: Run) -> None:
    kept = [entry(case.keeps(), f"{number}-keeps") for number, case in enumerate(CASES)]
    broken = {f"{number}-breaks": case for number, case in enumerate(CASES) if not case.refused}
    run.entries([*kept, *(entry(case.breaks(), name) for name, case in broken.items())], text=SERVICE_BUS_KEY)
    found, text = run.preview()
    assert {(case.rule, name) for name, case in broken.items()} - found == set(), text
    assert {(case.rule, f"{number}-keeps") for number, case in enumerate(CASES)} & found == set()
    assert {rule for rule, _ in found} <= RULES.keys()


def test_a_stack_is_judged_as_a_whole_and_waivers_are_its_own(run: Run) -> None:
    """Nothing is waived that is not broken; what is around a resource is found by what it is made from."""
    run.entries(
        [
            plain("container-registry", "alone"),
            plain("container-registry", "copied"),
            plain("registry-replication", "copy", registryName="copied"),
            plain("cosmos-account", "unlocked"),
            plain("cosmos-account", "locked"),
            plain("management-lock", "lock", scope="locked"),
            plain("diagnostic-setting", "logs", resourceUri="locked"),
            plain("nat-gateway", "out"),
            entry(next(each for each in CASES if each.rule == "cosmos-public-access").breaks(), "open"),
        ],
        text=SERVICE_BUS_KEY,
    )
    names = ("diagnostics", "nat-gateway-alerts", "cosmos-public-access", "aks-defender", "protection")
    waivers = {name: waived() for name in names[:4]}
    code, text = run.program.pulumi("config", "set", "--path", "mystira:waivers", json.dumps(waivers))
    assert code == 0, text
    found, text = run.preview()
    assert {("registry-copy", "alone"), ("protection", "unlocked")} <= found, text
    assert not {("registry-copy", "copied"), ("protection", "locked")} & found
    assert not {rule for rule, _ in found} & set(names[:4])
    assert "Pulumi.one.yaml: mystira:waivers.aks-defender: waives a rule that the resources keep" in text
    assert ("plain-secret", "policies-one") in found
    assert SERVICE_BUS_KEY not in text.partition("Policies:")[2].partition("Outputs:")[0]


@pytest.mark.parametrize(
    ("rule", "kind"), [("name", "key-vault"), ("postgresql-public-access", "postgresql-server"), ("role-wide", "")]
)
def test_what_must_never_happen_is_refused_before_it_does(run: Run, rule: str, kind: str) -> None:
    """A name that is none, a database that answers the internet, a role that opens too much."""
    case = next(each for each in CASES if each.rule == rule and each.kind in (kind, "role-assignment"))
    run.entries([entry(case.breaks(), "bad")])
    code, text = run.program.up(*POLICIES)
    assert code != 0
    assert f"{rule}: {case.kind} bad: {RULES[rule].risk}" in text
    assert RULES[rule].fix in text
    assert [each for each in run.program.engine.resources("one") if str(each["urn"]).endswith("::bad")] == []


def test_a_pack_that_cannot_be_loaded_is_one_clear_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "PulumiPolicy.yaml").write_text("name: broken\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("import a_module_that_nobody_has\n")
    run.entries([])
    code, text = run.program.pulumi("preview", "--policy-pack", str(tmp_path))
    assert code != 0
    assert "No module named 'a_module_that_nobody_has'" in text
    code, text = run.program.pulumi("preview", "--policy-pack", str(tmp_path / "nowhere"))
    assert code != 0
    assert "nowhere" in text


def test_an_expired_waiver_stops_the_run_before_the_first_resource(tmp_path: Path) -> None:
    engine = engine_in(Home(tmp_path / "world"))
    engine.ensure_stack("shared")
    file = engine.settings_file("shared")
    file.write_text(file.read_text().replace("2027-10-31", "2026-01-31"))
    done = engine.capture(["preview", "--stack", "shared", *POLICIES])
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "Pulumi.shared.yaml: mystira:waivers.registry-public-access.until: the waiver has ended" in said
    assert "allowed: settings that keep the rule, or a day from" in said
