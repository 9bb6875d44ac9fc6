"""What workflows run besides `mystira`: each script as it is run there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.problems import MystiraError
from stacks.parts.service_bus.plan import SERVICE_BUS
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan
from tools import check
from tools.go_tools import GO_TOOLS
from tools.integration.service_bus import configuration
from tools.workflows import audit, junit, path, real_host, required

JUNIT = """<testsuites><testsuite><testcase classname="tests.a" name="one" time="0.5"/>
<testcase classname="tests.a" name="two" time="2"><failure message="m">assert 1 == 2
```</failure></testcase><testcase classname="tests.a" name="three" time="0"><skipped/></testcase></testsuite>
</testsuites>
"""


def script(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A script as a job runs it: with the machine's Python, before the packages are there."""
    environment = {"PATH": "/usr/bin:/bin", **variables}
    command = [sys.executable, "-S", "-m", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ({"ci": "success", "azure": "skipped"}, 0),
        ({"ci": "success", "azure": "failure"}, 1),
        ({"ci": "skipped"}, 1),
        ({"ci": "cancelled"}, 1),
    ],
)
def test_required_says_whether_all_did_well(results: Mapping[str, str], code: int) -> None:
    needs = json.dumps({job: {"result": result, "outputs": {}} for job, result in results.items()})
    done = script("tools.workflows.required", NEEDS=needs, MAY_SKIP="azure comment")
    assert done.returncode == code, done.stderr
    assert len(done.stdout.splitlines()) == len(results)


@pytest.mark.parametrize("needs", ["", "{}", "[]", '{"ci": {}}', "not json"])
def test_required_without_jobs_is_one_error(needs: str) -> None:
    done = script("tools.workflows.required", NEEDS=needs)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("error: variable NEEDS: ")


def test_a_job_that_may_skip_may_not_fail() -> None:
    assert required.verdicts({"azure": "failure"}, frozenset({"azure"})) == {"azure": False}


@pytest.mark.requirement("S3-054", "S3-055")
def test_results_become_a_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "unit.xml").write_text(JUNIT)
    assert junit.main([str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert "| unit | 1 | 1 | 1 | 2 |" in text
    assert "<summary>tests.a.two</summary>" in text
    assert "assert 1 == 2\n'''" in text, "what a test printed ends no block"
    assert "`tests.a.two` 2.0 s" in text
    assert junit.main([str(tmp_path / "nowhere")]) == 1


def test_commands_and_uv_are_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_PATH", str(tmp_path / "path"))
    assert path.main() == 0
    commands, uv = (tmp_path / "path").read_text().splitlines()
    assert commands == str(PROJECT / ".venv" / "bin")
    assert Path(uv).is_absolute()
    monkeypatch.delenv("GITHUB_PATH")
    assert path.main() == 0


@pytest.mark.requirement("S1-091", "S3-140")
def test_the_audit_is_of_everything_that_is_locked() -> None:
    export, run = audit.commands("uv", Path("/f"))
    assert {"--frozen", "--all-groups", "--no-emit-project"} < set(export)
    assert export[-1] == run[-1] == "/f/requirements.txt"
    assert {"pip-audit", "--strict", "--disable-pip", "--require-hashes"} < set(run)


# The official host


def official(folder: Path, version: str, host: bool = True) -> Path:
    for name, text in (("pulumi", f"echo {version}"), ("uv", "true"), *([(real_host.HOST, "true")] if host else [])):
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return folder


def test_the_official_cli_is_the_one_of_the_sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MystiraError, match="PATH: no pulumi"):
        real_host.official()
    monkeypatch.setenv("PATH", f"{official(tmp_path, 'v0.0.1')}:/usr/bin:/bin")
    with pytest.raises(MystiraError, match=r"another version; seen: v0\.0\.1"):
        real_host.official()
    official(tmp_path, f"v{real_host.ENGINE_VERSION}")
    assert real_host.official() == tmp_path / "pulumi"
    (tmp_path / real_host.HOST).unlink()
    with pytest.raises(MystiraError, match="no pulumi-language-python"):
        real_host.official()


def test_a_world_without_our_host_has_our_providers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = real_host.Engine(real_host.Home(tmp_path), say=lambda _: None)
    monkeypatch.setattr(real_host, "prepare", lambda each: real_host_plugins(each.home.plugins))
    variables = real_host.without_our_host(engine)
    assert real_host.AMBIENT not in variables
    assert variables["PULUMI_HOME"] == str(engine.home.pulumi_home)
    left = sorted(each.name.partition("-v")[0] for each in engine.home.plugins.iterdir())
    assert left == ["resource-azure-native", "resource-azuread", "resource-kubernetes"]


def real_host_plugins(folder: Path) -> None:
    for plugin in real_host.PLUGINS:
        program = plugin.program(folder)
        program.parent.mkdir(parents=True)
        program.touch()


# Linters


@pytest.mark.requirement("S1-087", "S1-095", "S3-142")
def test_a_secret_in_a_file_is_found_and_not_printed(tmp_path: Path) -> None:
    """The program of `make check`, on a file with a token that nobody has."""
    secret = "ghp_" + "0A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r"
    (tmp_path / "settings.py").write_text(f'TOKEN = "{secret}"\n')
    (tmp_path / ".gitleaks.toml").write_text((PROJECT / ".gitleaks.toml").read_text())
    command = [*check.commands()["secrets"]]
    assert command[1:3] == ["dir", "."]
    done = subprocess.run([*command, "--verbose"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "settings.py" in done.stdout
    assert secret not in done.stdout + done.stderr
    (tmp_path / "settings.py").write_text('ROLE = "21090545-7ca7-4776-b22c-e363652d74d2"\n')
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0


def test_linters_are_pinned_and_checked() -> None:
    assert [tool.name for tool in GO_TOOLS] == ["actionlint", "gitleaks", "kube-score", "promtool"]
    assert all(tool.version.count(".") == 2 for tool in GO_TOOLS)
    assert check.commands()["workflow security"][1:] == ["--offline", "--quiet", "--no-progress", ".github"]


@pytest.mark.requirement("S3-201")
@pytest.mark.parametrize("name", ["workflows", "workflow security"])
def test_the_workflows_pass_their_linters(name: str) -> None:
    done = check.run(name, check.commands()[name])
    assert done.passed, done.output


# Integration


@pytest.mark.requirement("S1-109", "S0-40")
def test_the_emulator_is_fed_with_the_plan(plans: Mapping[str, StackPlan]) -> None:
    spec = plans["dev"].of(SERVICE_BUS)
    (namespace,) = configuration(spec)["UserConfig"]["Namespaces"]
    assert namespace["Name"] == "sbemulatorns"
    assert [each["Name"] for each in namespace["Queues"]] == [each.name for each in spec.queues]
    topics: dict[str, Any] = {each["Name"]: each["Subscriptions"] for each in namespace["Topics"]}
    assert {name: [each["Name"] for each in found] for name, found in topics.items()} == {
        topic.entity.name: list(topic.subscriptions) for topic in spec.topics
    }
    for queue, entity in zip(namespace["Queues"], spec.queues, strict=True):
        assert queue["Properties"]["MaxDeliveryCount"] == entity.max_delivery_count
        assert queue["Properties"]["DefaultMessageTimeToLive"] == "PT3600S", "an hour at most"
        assert queue["Properties"]["RequiresDuplicateDetection"] is bool(entity.duplicate_window)
