"""The workflows as data: who may do what, what waits for whom, what is pinned, how long anything may take."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
import yaml

from stacks.plan.load import PROJECT
from stacks.settings.loading import STACKS

FOLDER = PROJECT / ".github"


@cache
def files() -> Mapping[str, str]:
    """The text of every workflow, by its name."""
    return {file.stem: file.read_text() for file in sorted((FOLDER / "workflows").glob("*.yml"))}


@cache
def workflows() -> Mapping[str, dict[Any, Any]]:
    """Every workflow, by its name."""
    return {name: yaml.safe_load(text) for name, text in files().items()}


@cache
def setup() -> dict[str, Any]:
    """The action that sets a job up."""
    return yaml.safe_load((FOLDER / "actions/setup/action.yml").read_text())


ON = True
"""What YAML makes of `on`."""
IDENTITY = "id-token"

EXPECTED = {
    "apply",
    "ci",
    "deploy",
    "drift",
    "notify",
    "phases",
    "promote",
    "pull-request",
    "real-host",
    "rollback",
    "secrets",
    "security",
    "stack",
}


def jobs(*names: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every job of these workflows, by default of all: workflow, key, job."""
    for name in names or workflows():
        for key, job in workflows()[name]["jobs"].items():
            yield name, key, job


def steps(job: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(job.get("steps") or ())


def runs(job: Mapping[str, Any]) -> list[str]:
    """What a job runs, its set-up apart."""
    return [step["run"] for step in steps(job) if "run" in step]


def logs_in(job: Mapping[str, Any]) -> bool:
    return job["permissions"].get(IDENTITY) == "write"


def needed(job: Mapping[str, Any]) -> list[str]:
    needs = job.get("needs") or []
    return [needs] if isinstance(needs, str) else needs


def job(workflow: str, key: str) -> dict[str, Any]:
    return workflows()[workflow]["jobs"][key]


@pytest.mark.requirement("S3-048", "S3-201")
def test_the_workflows_are_these_and_are_named_as_their_files() -> None:
    assert set(workflows()) == EXPECTED
    assert {name: workflow["name"] for name, workflow in workflows().items()} == {name: name for name in workflows()}
    for name, key, each in jobs():
        assert each["name"].startswith((key, "${{")) or key in ("azure", "look", "back"), (name, key)


@pytest.mark.requirement("S0-09")
def test_no_workflow_builds_an_application() -> None:
    """Applications are built and tested in the repositories of their own."""
    foreign = re.compile(r"docker (build|push)|dotnet|npm|pnpm|az acr|az webapp|kubectl|helm")
    assert [(name, line) for name, text in files().items() for line in text.splitlines() if foreign.search(line)] == []
    deployed = {(each.get("with") or {}).get("stack") for _, _, each in jobs("deploy")}
    assert deployed - {None} == set(STACKS)


# Permissions and pins


@pytest.mark.requirement("S3-201")
def test_nothing_is_allowed_that_a_job_does_not_name() -> None:
    assert {name: workflow["permissions"] for name, workflow in workflows().items()} == {
        name: {} for name in workflows()
    }
    allowed = {"contents": "read"}
    for name, key, each in jobs():
        more = {scope: level for scope, level in each["permissions"].items() if allowed.get(scope) != level}
        expected = {
            ("pull-request", "comment"): {"pull-requests": "write"},
            ("pull-request", "security"): {"actions": "read", "security-events": "write"},
            ("security", "codeql"): {"actions": "read", "security-events": "write"},
            ("drift", "issues"): {"issues": "write"},
            ("secrets", "issues"): {"issues": "write"},
            ("promote", "promote"): {"contents": "write", "pull-requests": "write"},
        }.get((name, key), {IDENTITY: "write"} if logs_in(each) else {})
        assert more == expected, (name, key)


@pytest.mark.requirement("S3-132")
def test_logins_are_by_openid_connect_and_nothing_reads_a_secret() -> None:
    for name, text in files().items():
        assert not re.search(r"\$\{\{[^}]*\bsecrets\b|secrets: inherit", text), name
    for name, key, each in jobs():
        if logs_in(each) and "uses" not in each:
            assert each["environment"], (name, key)
            assert each["env"]["AZURE_CLIENT_ID"] == "${{ vars.AZURE_CLIENT_ID }}", (name, key)
        elif "uses" not in each:
            assert "environment" not in each, (name, key)


def test_who_writes_in_the_repository_logs_in_nowhere() -> None:
    for name, key, each in jobs():
        writes = [scope for scope, level in each["permissions"].items() if level == "write" and scope != IDENTITY]
        assert not (writes and logs_in(each)), (name, key)


def test_nothing_of_a_fork_runs_with_an_identity() -> None:
    """The one workflow that begins with somebody else's code runs in that of the fork, which has no identity; and its
    jobs that log in or write ask whose it is."""
    assert not any("pull_request_target" in text or "workflow_run" in text for text in files().values())
    begun = {name for name, workflow in workflows().items() if "pull_request" in workflow[ON]}
    assert begun == {"pull-request", "real-host"}
    for name in begun:
        for key, each in workflows()[name]["jobs"].items():
            if logs_in(each) or "pull-requests" in each["permissions"]:
                same = "github.event.pull_request.head.repo.full_name == github.repository"
                assert same in each["if"], (name, key)


@pytest.mark.requirement("S3-201")
def test_actions_are_pinned_to_the_hash_of_a_release() -> None:
    uses = [step["uses"] for _, _, each in jobs() for step in steps(each) if "uses" in step]
    uses += [step["uses"] for step in setup()["runs"]["steps"] if "uses" in step]
    foreign = {each for each in uses if not each.startswith("./")}
    assert [each for each in foreign if not re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", each)] == []
    texts = "\n".join([*files().values(), (FOLDER / "actions/setup/action.yml").read_text()])
    assert {
        each: len(set(re.findall(rf"{re.escape(each)} # (v\d+(?:\.\d+){{1,2}})\n", texts))) for each in foreign
    } == (dict.fromkeys(foreign, 1))


def test_a_checkout_leaves_no_token_behind() -> None:
    for name, key, each in jobs():
        for step in steps(each):
            if str(step.get("uses")).startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False, (name, key)


@pytest.mark.requirement("S1-052", "S1-062", "S1-063", "S1-112", "S3-179", "S3-180")
def test_every_job_ends_in_time() -> None:
    """Fifteen minutes for what a pull request waits for, thirty for a deployment; a cold build and a
    weekly walk are neither."""
    longer = {
        ("ci", "build"): 40,
        ("phases", "phases"): 40,
        ("phases", "reuse"): 40,
        ("apply", "plan"): 30,
        ("apply", "apply"): 30,
    }
    for name, key, each in jobs():
        if "uses" not in each:
            assert each["timeout-minutes"] == longer.get((name, key), 15), (name, key)


def test_no_shell_is_long() -> None:
    for name, key, each in jobs():
        for line in runs(each):
            assert len(line.strip().splitlines()) == 1, (name, key, line)
            assert "${{" not in line, "what a caller gives is a variable, never a part of a command"


# Pull requests


@pytest.mark.requirement("S3-041", "S1-061")
def test_a_pull_request_runs_what_everybody_runs() -> None:
    assert "pull_request" in workflows()["pull-request"][ON]
    assert job("pull-request", "ci")["uses"] == "./.github/workflows/ci.yml"
    assert {key: runs(each)[0] for _, key, each in jobs("ci") if key in ("check", "unit", "engine")} == {
        "check": "make check",
        "unit": "make unit COVERAGE=1",
        "engine": "make e2e COVERAGE=1",
    }
    made = re.search(r"^test: [^\n]*##[^\n]*\n((?:\t[^\n]+\n)+)", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    assert made is not None
    assert sorted(made[1].splitlines()[0].split()[-3:]) == ["check", "e2e", "unit"]
    assert "coverage" in made[1].splitlines()[1]
    assert (PROJECT / ".ci/run").read_text().rstrip().endswith("exec make test COVERAGE=1")
    assert any("mystira ci compare" in line for line in runs(job("pull-request", "preview")))
    assert any("mystira ci preview" in line for line in runs(job("pull-request", "azure")))


def test_checks_run_side_by_side() -> None:
    assert {key: needed(each) for _, key, each in jobs("ci")} == {
        "build": [],
        "check": ["build"],
        "unit": ["build"],
        "engine": ["build"],
        "integration": ["build"],
        "coverage": ["unit", "engine"],
    }
    assert {key: needed(each) for _, key, each in jobs("pull-request") if key in ("ci", "preview", "stacks")} == {
        "ci": [],
        "preview": [],
        "stacks": [],
    }


@pytest.mark.requirement("S1-061", "S1-128")
def test_one_check_stands_for_all_of_a_pull_request() -> None:
    required = job("pull-request", "required")
    assert set(needed(required)) == set(workflows()["pull-request"]["jobs"]) - {"required"}
    assert required["if"] == "always()"
    environment = steps(required)[-1]["env"]
    assert environment["NEEDS"] == "${{ toJSON(needs) }}"
    assert environment["MAY_SKIP"].split() == ["azure", "comment"]
    assert runs(required) == ["python3 -m tools.workflows.required"]


def test_the_real_state_is_seen_after_a_reviewer_and_never_by_whoever_applies() -> None:
    azure = job("pull-request", "azure")
    assert azure["environment"] == "${{ matrix.plan }}"
    assert azure["strategy"]["matrix"]["include"] == "${{ fromJSON(needs.stacks.outputs.pull_requests) }}"


@pytest.mark.requirement("S1-054")
def test_what_was_built_once_is_kept() -> None:
    (cache,) = [step for step in setup()["runs"]["steps"] if str(step.get("uses")).startswith("actions/cache@")]
    assert cache["with"]["path"].split() == ["~/.cache/mystira", "~/.cache/uv"]
    assert "hashFiles('**/uv.lock', '**/tools/*/go.sum')" in cache["with"]["key"]
    for name, key, each in jobs("ci", "pull-request"):
        if "uses" not in each and key != "required":
            assert any("actions/setup" in str(step.get("uses")) for step in steps(each)), (name, key)


@pytest.mark.requirement("S3-050", "S3-054", "S3-055")
def test_results_are_kept_and_summarised_also_of_tests_that_failed() -> None:
    for key in ("unit", "engine", "integration"):
        found = steps(job("ci", key))
        (tests,) = [step for step in found if "--junitxml" in str(step.get("env"))]
        assert tests["env"]["PYTEST_ADDOPTS"] == f"--junitxml=junit/{key}.xml"
        after = {step["name"]: step for step in found[found.index(tests) + 1 :]}
        assert after["Summary"]["run"] == 'python -m tools.workflows.junit junit >> "$GITHUB_STEP_SUMMARY"'
        assert after["Keep the results"]["with"] == {"name": f"junit-{key}", "path": "junit"}
        assert {after[name]["if"] for name in ("Summary", "Keep the results")} == {"${{ !cancelled() }}"}


@pytest.mark.requirement("S2-029", "S2-030", "S1-109")
def test_integration_tests_have_their_services() -> None:
    integration = job("ci", "integration")
    assert set(integration["services"]) == {"postgresql", "redis"}
    assert integration["services"]["postgresql"]["image"].startswith("postgres:17")
    for name in ("test_postgresql", "test_redis", "test_service_bus"):
        text = (PROJECT / "tests/integration" / f"{name}.py").read_text()
        (variable,) = re.findall(r'^VARIABLE = "(\w+)"', text, re.MULTILINE)
        assert variable in integration["env"]
    order = [step["name"] for step in steps(integration)]
    places = [order.index(name) for name in ("Service Bus emulator", "Tests against the services")]
    assert places == sorted(places)
    assert runs(integration)[0] == "python -m tools.integration.service_bus dev > tools/integration/Config.json"


# Deployments


@pytest.mark.requirement("S3-012", "S3-056", "S2-078")
def test_what_is_merged_goes_through_the_stacks_in_order() -> None:
    deploy = workflows()["deploy"]
    assert deploy[ON] == {"push": {"branches": ["main"]}}
    before = [None, *STACKS]
    for stack, last in zip(STACKS, before, strict=False):
        each = deploy["jobs"][stack]
        assert each["uses"] == "./.github/workflows/stack.yml"
        assert needed(each) == ["ci", "stacks", *([last] if last else [])]
        assert each["if"] == (
            f"${{{{ !cancelled() && !failure() && fromJSON(needs.stacks.outputs.stacks).{stack}.live }}}}"
        )
        assert each["with"]["stack"] == stack
        assert each["with"]["commit"] == "${{ github.sha }}"
        assert each["with"]["runner"] == f"${{{{ fromJSON(needs.stacks.outputs.stacks).{stack}.runner }}}}"


@pytest.mark.requirement("S3-059", "S3-196")
def test_a_plan_is_shown_and_applied_after_an_approval() -> None:
    plan, apply = job("apply", "plan"), job("apply", "apply")
    assert plan["environment"] == "${{ inputs.environment }}"
    assert apply["environment"] == "${{ inputs.stack }}"
    assert (needed(apply), apply["if"]) == (["plan"], "needs.plan.outputs.changes == 'true'")
    (kept,) = [step for step in steps(plan) if "upload-artifact" in str(step.get("uses"))]
    assert kept["with"]["path"] == "${{ runner.temp }}/plan.sealed"
    (taken,) = [step for step in steps(apply) if "download-artifact" in str(step.get("uses"))]
    assert taken["with"]["name"] == kept["with"]["name"] == "plan-${{ inputs.stack }}-${{ inputs.commit }}"
    for each in (plan, apply):
        (checkout,) = [step for step in steps(each) if "checkout@" in str(step.get("uses"))]
        assert checkout["with"]["ref"] == "${{ inputs.commit }}"


@pytest.mark.requirement("S3-049")
def test_one_run_at_a_time_changes_a_stack_and_none_is_cut_off() -> None:
    assert job("apply", "apply")["concurrency"] == {"group": "stack-${{ inputs.stack }}", "cancel-in-progress": False}
    for name in ("drift", "secrets", "promote"):
        assert workflows()[name]["concurrency"] == {"group": name, "cancel-in-progress": False}
    assert workflows()["pull-request"]["concurrency"]["cancel-in-progress"] is True


@pytest.mark.requirement("S3-137", "S1-126")
def test_variables_settings_and_reach_are_checked_before_anything_is_changed() -> None:
    for key in ("plan", "apply"):
        found = runs(job("apply", key))
        assert found[:2] == ['mystira ci check "$STACK"', 'mystira ci reach "$STACK"']
    for name, key, each in jobs():
        if logs_in(each) and "uses" not in each and (name, key) not in (("apply", "smoke"), ("notify", "notify")):
            assert runs(each)[0] == 'mystira ci check "$STACK"', (name, key)


@pytest.mark.requirement("S2-033")
def test_databases_of_prod_are_backed_up_before_an_update() -> None:
    found = steps(job("apply", "apply"))
    order = [step.get("run", "").partition('"')[0].strip() for step in found]
    assert order.index("mystira backup") < order.index("mystira ci apply")
    (backup,) = [step for step in found if step.get("run", "").startswith("mystira backup")]
    assert backup["if"] == "inputs.backup"
    asks = {stack: job("deploy", stack)["with"]["backup"] for stack in STACKS}
    assert asks == {"shared": False, "dev": False, "staging": False, "prod": True}
    assert job("rollback", "rollback")["with"]["backup"] == "${{ inputs.stack == 'prod' }}"


@pytest.mark.requirement("S2-031")
def test_the_grants_of_the_databases_come_between_the_stack_and_its_applications() -> None:
    order = [step.get("run", "") for step in steps(job("apply", "apply"))]
    applied = next(place for place, line in enumerate(order) if line.startswith("mystira ci apply"))
    granted = next(place for place, line in enumerate(order) if line.startswith("mystira grants"))
    assert applied < granted


@pytest.mark.requirement("S1-060", "S3-058", "S3-172")
def test_what_does_not_answer_goes_back_to_the_commit_before_by_the_same_path() -> None:
    smoke = job("apply", "smoke")
    assert needed(smoke) == ["apply"]
    assert runs(smoke) == ['mystira smoke "$STACK"']
    assert smoke["outputs"] == {"outcome": "${{ steps.smoke.outcome }}"}
    outputs = workflows()["apply"][ON]["workflow_call"]["outputs"]
    assert outputs["smoke"]["value"] == "${{ jobs.smoke.outputs.outcome }}"
    assert outputs["previous"]["value"] == "${{ jobs.plan.outputs.previous }}"
    release, back = job("stack", "release"), job("stack", "back")
    assert release["uses"] == back["uses"] == "./.github/workflows/apply.yml"
    assert needed(back) == ["release"]
    assert "needs.release.outputs.smoke == 'failure'" in back["if"]
    assert "!cancelled()" in back["if"]
    assert back["with"]["commit"] == "${{ needs.release.outputs.previous }}"
    same = ("stack", "runner", "environment")
    assert [back["with"][name] for name in same] == [release["with"][name] for name in same]


@pytest.mark.requirement("S1-056", "S3-191")
def test_a_chosen_commit_of_main_is_rolled_back_to() -> None:
    rollback = workflows()["rollback"]
    inputs = rollback[ON]["workflow_dispatch"]["inputs"]
    assert inputs["stack"]["options"] == list(STACKS)
    assert 'mystira ci commit "$COMMIT"' in runs(rollback["jobs"]["stacks"])
    assert rollback["jobs"]["rollback"]["uses"] == "./.github/workflows/apply.yml"
    assert rollback["jobs"]["rollback"]["with"]["commit"] == "${{ needs.stacks.outputs.commit }}"


@pytest.mark.requirement("S3-045")
def test_previews_and_updates_are_workflows_that_others_call() -> None:
    assert {name for name, workflow in workflows().items() if "workflow_call" in workflow[ON]} == {
        "apply",
        "ci",
        "notify",
        "security",
        "stack",
    }
    for _, _, each in jobs():
        if str(each.get("uses")).startswith("./"):
            called = workflows()[each["uses"].rpartition("/")[2].removesuffix(".yml")]
            inputs = (called[ON]["workflow_call"] or {}).get("inputs") or {}
            given = set(each.get("with") or {})
            assert {name for name, input in inputs.items() if input.get("required")} <= given <= set(inputs)


@pytest.mark.requirement("S3-060")
def test_channels_are_told_how_a_run_ended() -> None:
    for name in ("deploy", "rollback", "drift", "secrets"):
        notify = job(name, "notify")
        assert notify["uses"] == "./.github/workflows/notify.yml"
        assert "!cancelled()" in notify["if"]
        assert notify["with"]["needs"] == "${{ toJSON(needs) }}"
        assert set(needed(notify)) == set(workflows()[name]["jobs"]) - {"notify"}
    assert job("notify", "notify")["environment"] == "shared-drift"


# Looks


@pytest.mark.parametrize(("name", "cron"), [("drift", "0 6 * * *"), ("secrets", "30 6 * * 1")])
def test_stacks_are_looked_at_on_time_and_issues_kept(name: str, cron: str) -> None:
    workflow = workflows()[name]
    assert workflow[ON]["schedule"] == [{"cron": cron}]
    look, issues = workflow["jobs"]["look"], workflow["jobs"]["issues"]
    assert look["strategy"]["fail-fast"] is False
    assert look["environment"] == "${{ matrix.stack }}-drift"
    assert runs(look)[1] == f'mystira ci {name} "$STACK" --output "$RUNNER_TEMP/found"'
    assert runs(issues) == [f"mystira ci issues found --subject {name}"]
    assert issues["if"] == "${{ !cancelled() && needs.look.result != 'skipped' }}"


@pytest.mark.requirement("S1-092", "S3-139", "S3-052", "S1-096", "S3-138")
def test_codeql_looks_at_every_language() -> None:
    codeql = job("security", "codeql")
    assert codeql["strategy"]["matrix"]["language"] == ["python", "javascript-typescript", "actions"]
    suffixes = {file.suffix for file in PROJECT.glob("*/**/*") if file.suffix in (".py", ".ts", ".js", ".go", ".cs")}
    assert {each for each in suffixes if not _ignored(each)} == {".py", ".js"}
    assert "workflow_call" in workflows()["security"][ON]
    assert job("pull-request", "security")["uses"] == "./.github/workflows/security.yml"


def _ignored(suffix: str) -> bool:
    """Whether only what git ignores has it."""
    own = ("components", "stacks", "mystira", "offline", "tools", "tests", "docs", ".github")
    return not any(True for folder in own for _ in (PROJECT / folder).rglob(f"*{suffix}"))


@pytest.mark.requirement("S1-091", "S3-140", "S3-142", "S1-087", "S3-204")
def test_dependencies_and_secrets_are_looked_at() -> None:
    assert runs(job("security", "dependencies")) == ["python -m tools.workflows.audit"]
    assert runs(job("security", "secrets")) == ["python -m tools.check --history"]
    (checkout,) = [step for step in steps(job("security", "secrets")) if "checkout@" in str(step.get("uses"))]
    assert checkout["with"]["fetch-depth"] == 0


@pytest.mark.requirement("S1-097", "S3-144", "S1-124")
def test_security_is_looked_at_every_week_and_at_every_change() -> None:
    begins = workflows()["security"][ON]
    assert begins["schedule"] == [{"cron": "0 5 * * 1"}]
    assert begins["push"] == {"branches": ["main"]}


def test_the_official_host_runs_what_a_real_run_has() -> None:
    found = job("real-host", "real-host")
    (setup,) = [step for step in steps(found) if str(step.get("uses")).endswith("actions/setup")]
    assert setup["with"] == {"cli": "true", "target": "setup"}
    assert runs(found) == ["python -m tools.workflows.real_host"]


def test_the_command_line_of_the_workflows_is_that_of_the_sdk() -> None:
    (pulumi,) = [step for step in setup()["runs"]["steps"] if str(step.get("uses")).startswith("pulumi/actions@")]
    locked = {each["name"]: each["version"] for each in tomllib.loads((PROJECT / "uv.lock").read_text())["package"]}
    assert pulumi["with"] == {"pulumi-version": locked["pulumi"]}


def test_no_protection_is_ever_ignored() -> None:
    folders = (FOLDER, PROJECT / "mystira" / "ci", PROJECT / "tools" / "workflows")
    texts = [file.read_text() for folder in folders for file in folder.rglob("*") if file.suffix in (".py", ".yml")]
    assert len(texts) > 20
    assert not any("ignore-protect" in text for text in texts)


# Habits


@pytest.mark.requirement("S1-128")
def test_what_is_changed_is_reviewed() -> None:
    owners = (FOLDER / "CODEOWNERS").read_text()
    assert re.search(r"^\* +@phoenixvc/", owners, re.MULTILINE)
    for path in re.findall(r"^/(\S+)", owners, re.MULTILINE):
        assert path == "policies/" or (PROJECT / path).exists(), path
    assert "required" in (PROJECT / "docs/runbooks/pipelines.md").read_text()
    assert "make quick" in (FOLDER / "pull_request_template.md").read_text()


@pytest.mark.requirement("S3-164")
def test_hooks_before_a_commit_are_of_this_checkout_alone() -> None:
    hooks = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text())
    assert [each["repo"] for each in hooks["repos"]] == ["local"]
    found = {each["id"]: each for each in hooks["repos"][0]["hooks"]}
    assert {"ruff-check", "ruff-format", "secrets", "settings"} < set(found)
    assert all(each["language"] == "system" and each["entry"].startswith(".venv/bin/") for each in found.values())


def test_renovate_and_the_container_are_whole() -> None:
    renovate = json.loads((PROJECT / "renovate.json").read_text())
    assert "helpers:pinGitHubActionDigests" in renovate["extends"]
    managers = {each["depNameTemplate"]: each["matchStrings"][0] for each in renovate["customManagers"]}
    assert managers.keys() == {"pulumi/pulumi", "Azure/kubelogin"}
    for pattern in managers.values():
        assert re.search(pattern.replace("(?<", "(?P<"), (FOLDER / "actions/setup/action.yml").read_text())
    container = json.loads((PROJECT / ".devcontainer/devcontainer.json").read_text())
    assert container["postCreateCommand"] == "make setup"
    for name in ("LICENSE", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        assert (PROJECT / name).read_text().strip(), name
