"""What a pull request sees: previews of every stack, and one comment."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
import respx

from components.problems import InvalidInput, MystiraError
from mystira.ci import comments, plans, previews
from mystira.ci.comments import BOT, CUT, LIMIT, MARK, comment_of, number_of, reports_in, stick
from mystira.ci.engine import Pulumi
from mystira.ci.repository import GithubRefused, Repository
from tests.harness.pulumi import FakePulumi
from tests.mystira.ci.conftest import stream
from tests.mystira.ci.test_plans import accepting

# Previews


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, ...]]:
    """`mystira` and the base commit, recorded: a preview writes its event stream."""
    done: list[tuple[str, ...]] = []
    report = accepting()

    def mystira(*arguments: str, folder: Path = tmp_path) -> int:
        done.append(arguments)
        if arguments[0] == "offline":
            Path(arguments[arguments.index("--event-log") + 1]).write_text(stream())
            return 0
        return 1 if arguments[:2] == ("gate", "prod") else report(*arguments)

    def in_base(base: Path, home: object, *arguments: str) -> int:
        done.append((base.name, *arguments))
        if arguments[0] == "report":
            Path(arguments[-1]).write_text("{}")
        return 0

    monkeypatch.setattr(plans, "mystira", mystira)
    monkeypatch.setattr(previews, "in_base", in_base)
    return done


@pytest.mark.requirement("S1-061")
def test_every_stack_is_previewed_over_the_base_commit(offline: list[tuple[str, ...]], tmp_path: Path) -> None:
    assert previews.compare(["shared", "prod"], tmp_path / "base", tmp_path / "out") == ["prod"]
    up = ("base", "offline", "pulumi", "--", "up", "--stack")
    assert [each[: len(up) + 1] for each in offline[:2]] == [(*up, "shared"), (*up, "prod")]
    for stack, (tables, preview, report, *_) in (("shared", offline[2:6]), ("prod", offline[6:])):
        assert tables[:-1] == ("base", "report", stack, "--tables")
        assert preview[:3] == ("offline", "preview", stack)
        assert report[:2] == ("report", stack)
        assert report[report.index("--base") + 1] == tables[-1]
    assert set(reports_in(tmp_path / "out")) == {"shared", "prod"}


def test_a_base_commit_that_does_not_come_up_is_an_error(
    offline: list[tuple[str, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "in_base", lambda *_: 1)
    with pytest.raises(MystiraError, match="shared: the base commit does not come up offline"):
        previews.compare(["shared"], tmp_path, tmp_path / "out")


def test_a_preview_that_failed_says_error_and_never_no_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not previews.reported("dev", "dev", tmp_path / "nowhere", tmp_path / "out")
    assert reports_in(tmp_path / "out")["dev"].startswith("**Error.** dev: the preview failed before it began")
    (tmp_path / "events").write_text(stream())
    monkeypatch.setattr(plans, "mystira", accepting(2, text=""))
    assert not previews.reported("dev", "dev", tmp_path / "events", tmp_path / "out")
    assert "mystira report ended with 2" in reports_in(tmp_path / "out")["dev"]


def test_a_refused_change_keeps_its_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "events").write_text(stream())
    monkeypatch.setattr(plans, "mystira", accepting(1, text="**Refused.**"))
    assert not previews.reported("dev", "dev", tmp_path / "events", tmp_path / "out")
    assert reports_in(tmp_path / "out") == {"dev": "**Refused.**"}


def test_the_real_state_is_previewed_with_the_policy_pack(
    pulumi: Pulumi, fake: FakePulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "mystira", accepting())
    fake.says("preview", event_log=stream())
    assert previews.preview(pulumi, tmp_path / "out")
    assert set(reports_in(tmp_path / "out")) == {"dev (Azure)"}
    assert "--policy-pack" in fake.asked[-1][0]
    fake.says("preview", code=1)
    assert not previews.preview(pulumi, tmp_path / "again")


def test_the_base_commit_comes_up_with_its_own_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / ".venv" / "bin"
    own.mkdir(parents=True)
    (own / "python").write_text('#!/bin/sh\necho "$PWD $PYTHONPATH $@" > asked; exit 7\n')
    (own / "python").chmod(0o755)
    assert previews.bring_up("dev", tmp_path, previews.Home(tmp_path / "world")) == 7
    asked = (tmp_path / "asked").read_text()
    assert asked.startswith(f"{tmp_path} {tmp_path} -m mystira offline pulumi -- up --stack dev --yes")


# One comment


def test_the_comment_begins_with_what_it_is_found_by_and_holds_every_report() -> None:
    body = comment_of({"dev": "a report", "prod": "another"})
    assert body.startswith(MARK)
    assert body.index("### dev\n\na report") < body.index("### prod\n\nanother")


def test_reports_are_in_the_order_of_a_deployment(tmp_path: Path) -> None:
    for name in ("prod", "dev (Azure)", "dev", "shared", "other"):
        (tmp_path / "of" / name).mkdir(parents=True)
        (tmp_path / "of" / name / "report.md").write_text(name)
    assert list(reports_in(tmp_path)) == ["shared", "dev", "dev (Azure)", "prod", "other"]
    with pytest.raises(InvalidInput, match="no report"):
        reports_in(tmp_path / "nowhere")


def test_the_longest_reports_are_shortened_at_their_ends() -> None:
    body = comment_of({"shared": "short and whole", "dev": "d" * 50_000, "prod": "p" * 50_000})
    assert len(body) <= LIMIT
    assert "short and whole" in body
    assert body.count(CUT) == 2
    assert 0.9 < body.count("d") / body.count("p") < 1.1
    assert len(comment_of({"dev": "d" * 59_000})) < LIMIT


def written(id: int, body: str, who: str = BOT) -> dict[str, object]:
    return {"id": id, "body": body, "user": {"login": who}}


def test_the_comment_of_an_earlier_run_is_replaced(github: respx.MockRouter) -> None:
    others = [written(number, "talk", "somebody") for number in range(100)]
    pages = github.get("/issues/7/comments")
    pages.side_effect = [
        httpx.Response(200, json=others),
        httpx.Response(200, json=[written(8, f"{MARK} by hand", "somebody"), written(9, f"{MARK} old")]),
    ]
    changed = github.patch("/issues/comments/9").respond(200, json={})
    stick(Repository(), 7, f"{MARK} new")
    assert changed.calls.last.request.content == b'{"body":"<!-- mystira: preview --> new"}'
    assert dict(pages.calls.last.request.url.params) == {"per_page": "100", "page": "2"}


def test_the_first_run_writes_it(github: respx.MockRouter) -> None:
    github.get("/issues/7/comments").respond(200, json=[])
    made = github.post("/issues/7/comments").respond(201, json={})
    stick(Repository(), 7, "body")
    assert made.called
    assert made.calls.last.request.headers["Authorization"] == "Bearer token"


def test_what_github_refuses_is_one_error(github: respx.MockRouter) -> None:
    github.get("/issues/7/comments").respond(403, json={"message": "Resource not accessible by integration"})
    with pytest.raises(GithubRefused, match=r"HTTP 403; seen: .*not accessible"):
        stick(Repository(), 7, "body")
    github.get("/issues/7/comments").mock(side_effect=httpx.ConnectTimeout("timed out"))
    with pytest.raises(GithubRefused, match="GET issues/7/comments: timed out"):
        stick(Repository(), 7, "body")


def test_only_a_pull_request_has_a_comment() -> None:
    assert number_of("refs/pull/12/merge") == 12
    for ref in ("refs/heads/main", "", "refs/pull/x/merge"):
        with pytest.raises(InvalidInput, match="no pull request"):
            number_of(ref)


def test_a_job_without_a_token_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.setenv("GITHUB_REPOSITORY", "a/b")
    with pytest.raises(InvalidInput, match="variable GITHUB_TOKEN: missing"):
        comments.Repository()
