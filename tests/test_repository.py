"""What holds of the repository itself: how the program is cut, what CI runs, what is pinned, what the pages say."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
import yaml

from stacks.plan.load import PROJECT
from stacks.settings.loading import stacks_in
from tests.harness.build import compose_plan
from tests.harness.compose import Composition
from tests.harness.settings import SETTINGS, STACKS, plan

PROGRAM = ("components", "stacks", "mystira")


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        yield from _parsed(folder)


@cache
def _parsed(folder: str) -> Sequence[tuple[Path, ast.Module]]:
    files = sorted((PROJECT / folder).rglob("*.py"))
    return [(file.relative_to(PROJECT), ast.parse(file.read_text())) for file in files]


def sdk_classes(tree: ast.Module) -> Iterator[str]:
    """The classes of Azure's SDK that a module calls, whatever it imports them as."""
    names = {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (node.module or "" if isinstance(node, ast.ImportFrom) else alias.name).startswith("pulumi_azure")
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            path = ast.unparse(node.func).split(".")
            if path[0] in names and path[-1][0].isupper():
                yield path[-1]


@pytest.mark.requirement("S1-004")
def test_stacks_only_compose_components() -> None:
    """All they make themselves is the provider."""
    found = {(str(file), name) for file, tree in modules("stacks") for name in sdk_classes(tree)}
    assert found == {("stacks/build/provider.py", "Provider")}
    assert {name for _, tree in modules("components") for name in sdk_classes(tree)} > {"VirtualNetwork", "Vault"}


@pytest.mark.requirement("S3-010")
def test_every_module_says_what_it_is() -> None:
    silent = [str(file) for file, tree in modules("components", "stacks") if tree.body and not ast.get_docstring(tree)]
    assert silent == []


def program_texts() -> Iterator[tuple[str, str]]:
    """Code, settings and pages; not the list of requirements, which names what is not to be."""
    for folder in (*PROGRAM, "docs"):
        for file in sorted((PROJECT / folder).rglob("*")):
            if file.suffix in (".py", ".md", ".json") and not file.name.startswith("requirements"):
                yield str(file.relative_to(PROJECT)), file.read_text()
    for stack in stacks_in(PROJECT):
        yield f"Pulumi.{stack}.yaml", (PROJECT / f"Pulumi.{stack}.yaml").read_text()


@pytest.mark.requirement("S3-023", "S3-024")
def test_nothing_refers_to_b2c() -> None:
    assert [name for name, text in program_texts() if re.search(r"b2clogin|B2CTenant", text, re.IGNORECASE)] == []


@pytest.mark.requirement("S3-022")
def test_nothing_asks_for_a_key_of_openai_or_anthropic() -> None:
    key = re.compile(r"(openai|anthropic)[-_]?api[-_]?key", re.IGNORECASE)
    assert [name for name, text in program_texts() if key.search(text)] == []


# CI


def recipe(target: str) -> str:
    """The commands of a target of the Makefile."""
    lines = (PROJECT / "Makefile").read_text().split("\n")
    start = max(place for place, line in enumerate(lines) if re.match(rf"{target}:.*##", line))
    commands = [line for line in lines[start + 1 : start + 8] if line.startswith("\t")]
    return "\n".join(commands)


@pytest.mark.requirement("S3-051", "S3-178")
def test_the_coverage_gate_is_set() -> None:
    assert "--fail-under=95 --include='components/*,stacks/*,policies/*,mystira/*'" in recipe("unit")
    # Measuring doubles the time of a test, so CI does it and a person asks for it.
    assert "COVERAGE=1" in (PROJECT / ".ci/run").read_text()


@pytest.mark.requirement("S1-053")
def test_tests_run_in_parallel() -> None:
    variables = dict(re.findall(r"^(\w+) := (.*)$", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    for target, workers in (("unit", "WORKERS"), ("e2e", "E2E_WORKERS")):
        assert f"$(PYTEST) --numprocesses $({workers})" in recipe(target)
        assert int(variables[workers]) > 1


@pytest.mark.requirement("S3-163")
def test_one_command_sets_up_and_one_checks() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    assert re.search(r"^setup: engine ## install everything", makefile, re.MULTILINE)
    assert "tools.check" in recipe("check")


@pytest.mark.requirement("S3-194")
def test_every_dependency_is_pinned() -> None:
    """By the lock file, which is all that an installation reads."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[=<>~!]", each)[0] for each in wanted}
    locked = {each["name"]: each["version"] for each in tomllib.loads((PROJECT / "uv.lock").read_text())["package"]}
    assert {name for name in names if name not in locked} == set()
    assert '"$$uv" sync --frozen' in (PROJECT / "Makefile").read_text()


def test_a_plain_uv_sync_installs_what_runs_the_program_and_no_more() -> None:
    """Pulumi's Python host runs it before each command, and downloads a provider for each ``pulumi-*`` package."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    assert project["tool"]["uv"]["default-groups"] == []
    providers = {re.split(r"[\[=<>~!]", each)[0] for each in project["project"]["dependencies"]}
    imported = {
        (node.module or "" if isinstance(node, ast.ImportFrom) else alias.name).partition(".")[0]
        for _, tree in modules(*PROGRAM, "offline")
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert {each for each in providers if each.startswith("pulumi")} == {
        each.replace("_", "-") for each in imported if each.startswith("pulumi")
    }


def test_the_command_line_is_at_least_as_new_as_the_sdk() -> None:
    """An older one is refused before the program starts, with the version that is wanted."""
    wanted = yaml.safe_load((PROJECT / "Pulumi.yaml").read_text())["requiredPulumiVersion"]
    locked = {each["name"]: each["version"] for each in tomllib.loads((PROJECT / "uv.lock").read_text())["package"]}
    assert wanted == f">={locked['pulumi']}"


# Tests


@pytest.mark.requirement("S1-110")
def test_tests_have_settings_of_their_own() -> None:
    assert {file.stem.removeprefix("Pulumi.") for file in SETTINGS.glob("Pulumi.*.yaml")} == set(STACKS)
    assert SETTINGS.is_relative_to(PROJECT / "tests")


@pytest.mark.requirement("S1-111")
def test_every_test_uses_the_same_mocks() -> None:
    """One implementation of Pulumi's mocks, in the harness."""
    own = [
        str(file)
        for file, tree in modules("tests")
        if not str(file).startswith("tests/harness")
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any("Mocks" in ast.unparse(base) for base in node.bases)
    ]
    assert own == []
    users = [file for file, tree in modules("tests/components") if "tests.harness" in ast.unparse(tree)]
    assert len(users) > 10


@pytest.mark.parametrize("stack", ["shared", "dev"])
@pytest.mark.requirement("S3-182")
def test_a_second_run_registers_the_same(stack: str) -> None:
    planned = plan(stack)
    again = Composition(login_tenant=planned.tenant_id)
    first, second = (
        sorted(
            (each.type, each.name, each.parent, repr(sorted(each.inputs.items())), each.dependencies)
            for each in run.azure()
        )
        for run in (compose_plan(planned), compose_plan(plan(stack), again))
    )
    assert first == second


# Pages


SECTIONS = {
    "secrets.md": ("## Renewing", "## Reaching a vault that is closed", "## A vault that was deleted"),
    "cosmos.md": ("1. **", "2. **Archive.** `lifecycle: archive`", "3. **Removed.** `lifecycle: removed`"),
}
"""What the runbooks say, by the places that somebody looks for."""


@pytest.mark.requirement("S3-133")
def test_the_runbook_of_secrets_says_how_to_renew_reach_and_recover() -> None:
    text = (PROJECT / "docs/runbooks/secrets.md").read_text()
    assert [section for section in SECTIONS["secrets.md"] if section not in text] == []


@pytest.mark.requirement("S1-086")
def test_the_runbook_of_secrets_has_the_steps_of_a_rotation() -> None:
    text = (PROJECT / "docs/runbooks/secrets.md").read_text()
    order = [text.index(f"{number}. ") for number in range(1, 5)]
    assert order == sorted(order)
    assert text.index("`mystira:secrets.key: secondary`") < text.index("`mystira:secrets.key: primary`")


@pytest.mark.requirement("S2-063")
def test_the_runbook_of_cosmos_leads_from_active_to_removed() -> None:
    text = (PROJECT / "docs/runbooks/cosmos.md").read_text()
    places = [text.find(each) for each in SECTIONS["cosmos.md"][1:]]
    assert -1 not in places
    assert places == sorted(places)
