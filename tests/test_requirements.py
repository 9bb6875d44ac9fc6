"""The list of answered requirements and the tests that carry their ids agree."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml

from offline.engine.home import PROJECT


@pytest.mark.requirement("S3-041")
def test_the_workflow_runs_what_everybody_runs() -> None:
    workflow = yaml.safe_load((PROJECT / ".github/workflows/ci.yml").read_text())
    steps = workflow["jobs"]["test"]["steps"]
    assert steps[-1]["run"] == ".ci/run"
    assert "pull_request" in workflow[True]
    assert (PROJECT / ".ci/run").read_text().rstrip().endswith("exec make test")


@pytest.mark.requirement("S3-178")
def test_the_coverage_gate_is_set() -> None:
    assert "--fail-under=95 --include='components/*,stacks/*'" in (PROJECT / "Makefile").read_text()


def test_every_answered_requirement_has_a_test_and_no_test_an_unknown_id() -> None:
    answered = set(tomllib.loads((PROJECT / "docs/requirements.toml").read_text())["answered"])
    marked = {
        requirement
        for file in (PROJECT / "tests").rglob("test_*.py")
        for marker in re.findall(r"mark\.requirement\(([^)]*)\)", file.read_text())
        for requirement in re.findall(r'"(S\d-\d+)"', marker)
    }
    assert marked == answered
