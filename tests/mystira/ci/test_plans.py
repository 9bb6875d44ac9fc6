"""A plan that is shown, and the update that does what was shown and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from components.problems import MystiraError
from mystira.ci import plans
from mystira.ci.engine import Pulumi
from mystira.ci.plans import Moved, Outcome, Refused
from mystira.ci.sealing import NotOpened, write_sealed
from mystira.ci.state import Pending, fingerprint, previous_commit
from stacks.reports.events import read_events
from tests.harness.pulumi import FakePulumi
from tests.mystira.ci.conftest import COMMIT, URN, LocalKey, state, stream

BEFORE = "b" * 40
PLAN = json.dumps({"resourcePlans": {URN: {"steps": ["update"]}}})


def update(commit: str, result: str = "succeeded", kind: str = "update") -> dict[str, object]:
    return {"kind": kind, "result": result, "environment": {"git.head": commit}}


@pytest.fixture(autouse=True)
def no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """The report and the gate accept everything."""
    monkeypatch.setattr(plans, "mystira", accepting())


def accepting(report: int = 0, gate: int = 0, text: str = "a report"):
    """`mystira report` and `mystira gate` with these exit codes."""

    def mystira(*arguments: str, **_: object) -> int:
        if arguments[0] == "report" and text:
            Path(arguments[arguments.index("--output") + 1]).write_text(text)
        return report if arguments[0] == "report" else gate

    return mystira


def planned(pulumi: Pulumi, fake: FakePulumi, sealed: Path, text: str = "") -> Outcome:
    fake.says("preview", save_plan=PLAN, event_log=text or stream(changes={"same": 3, "update": 1}))
    fake.says("stack history", [update(BEFORE, "failed"), update(BEFORE), update("a" * 40)])
    return plans.make(pulumi, COMMIT, sealed, LocalKey())


@pytest.mark.requirement("S3-056")
def test_the_plan_is_what_is_applied(pulumi: Pulumi, fake: FakePulumi, tmp_path: Path) -> None:
    sealed = tmp_path / "plan.sealed"
    assert planned(pulumi, fake, sealed) == Outcome(changes=True, previous=BEFORE, report="a report")
    assert b"resourcePlans" not in sealed.read_bytes()
    fake.says("up")
    plans.apply(pulumi, COMMIT, sealed, LocalKey())
    line, _ = fake.asked[-1]
    assert line[:2] == ["up", "--plan"]
    assert {"--yes", "--skip-preview", "--policy-pack"} < set(line)
    assert not Path(line[2]).exists()


def test_every_preview_and_update_runs_the_policy_pack(pulumi: Pulumi, fake: FakePulumi, tmp_path: Path) -> None:
    planned(pulumi, fake, tmp_path / "plan.sealed")
    (line,) = [line for line, _ in fake.asked if line[0] == "preview"]
    assert line[line.index("--policy-pack") + 1].endswith("/policies")
    assert not any("ignore-protect" in word for word in line)


def test_a_state_that_has_moved_stops_before_anything_is_changed(
    pulumi: Pulumi, fake: FakePulumi, tmp_path: Path
) -> None:
    planned(pulumi, fake, tmp_path / "plan.sealed")
    fake.says("stack export", state(metadata={"another": "run"}))
    with pytest.raises(Moved, match="dev: the state has moved since the plan was made"):
        plans.apply(pulumi, COMMIT, tmp_path / "plan.sealed", LocalKey())
    assert "up" not in fake.commands


def test_a_plan_of_another_commit_or_stack_is_not_applied(pulumi: Pulumi, fake: FakePulumi, tmp_path: Path) -> None:
    planned(pulumi, fake, tmp_path / "plan.sealed")
    with pytest.raises(NotOpened, match=f"plan dev {BEFORE}"):
        plans.apply(pulumi, BEFORE, tmp_path / "plan.sealed", LocalKey())
    write_sealed(tmp_path / "other", b'{"stack": "dev"}', plans.purpose("dev", COMMIT), LocalKey())
    with pytest.raises(NotOpened, match="other: no plan"):
        plans.apply(pulumi, COMMIT, tmp_path / "other", LocalKey())


def test_a_run_that_was_killed_is_seen_to_first(pulumi: Pulumi, fake: FakePulumi, tmp_path: Path) -> None:
    fake.says("stack export", state(pending_operations=[{"resource": {"urn": URN}, "type": "creating"}]))
    with pytest.raises(Pending, match=r"pending operations of core; read: docs/runbooks/recovery\.md"):
        plans.make(pulumi, COMMIT, tmp_path / "plan", LocalKey())
    assert fake.commands == ["stack export"]


@pytest.mark.parametrize(("report", "gate"), [(1, 0), (0, 1)])
def test_what_report_or_gate_refuse_is_not_planned(
    report: int, gate: int, pulumi: Pulumi, fake: FakePulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "mystira", accepting(report, gate, "**Refused.** A name"))
    with pytest.raises(Refused, match=r"\*\*Refused\.\*\* A name"):
        planned(pulumi, fake, tmp_path / "plan")
    assert not (tmp_path / "plan").exists()


def test_a_report_that_was_not_written_is_an_error(
    pulumi: Pulumi, fake: FakePulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "mystira", accepting(2, text=""))
    with pytest.raises(MystiraError, match="dev: no report; seen: mystira report ended with 2"):
        planned(pulumi, fake, tmp_path / "plan")


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (stream(), False),
        (stream(changes={"same": 2, "read": 1}), False),
        (stream(changes={"same": 2, "create": 1}), True),
        (stream(was={"host": "a"}, now={"host": "a"}), False),
        (stream(was={"host": "a"}, now={"host": "b"}), True),
    ],
)
def test_a_plan_says_whether_it_changes_anything(text: str, changed: bool) -> None:
    assert read_events(text, "events").does_nothing is not changed


def test_the_commit_before_is_the_newest_other_one_that_came_up() -> None:
    assert previous_commit([update(COMMIT), update(BEFORE)], COMMIT) == BEFORE
    assert previous_commit([update(COMMIT)], COMMIT) == ""
    assert previous_commit([update(BEFORE, "failed"), update(BEFORE, kind="refresh"), {"kind": "update"}], COMMIT) == ""


def test_the_fingerprint_is_that_of_the_whole_state() -> None:
    assert fingerprint(state()) == fingerprint(json.dumps(json.loads(state()), indent=4))
    assert fingerprint(state()) != fingerprint(state(manifest={"time": "2026-11-02T00:00:00Z"}))


def test_a_command_of_this_project_runs_as_a_person_runs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    (tmp_path / "mystira.py").write_text("import sys; sys.exit(len(sys.argv))")
    assert plans.mystira("report", "dev", folder=tmp_path) == 3
