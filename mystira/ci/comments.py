"""One comment of a pull request that shows what it does to every stack, and is written anew by every run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from components.problems import InvalidInput, Problem
from mystira.ci.job import READ, run_url
from mystira.ci.repository import Repository
from stacks.settings.loading import SHARED, STACKS

MARK = "<!-- mystira: preview -->"
"""What the comment begins with, by which the next run finds it."""
LIMIT = 60_000
"""What it holds at most, characters: GitHub takes 65,536."""
BOT = "github-actions[bot]"
"""Who writes it. A comment of anybody else that begins with the mark is not touched."""
CUT = "\n\n_Shortened: the summary of the job has the whole report._\n"


def reports_in(folder: Path) -> Mapping[str, str]:
    """The reports below a folder, by what they are of, ``shared`` first: ``dev/report.md``, ``dev (Azure)/report.md``.

    Raises ``InvalidInput`` where there is none.
    """
    found = {each.parent.name: each.read_text() for each in folder.rglob("report.md")}
    if not found:
        raise InvalidInput([Problem(str(folder), "no report", "", "<stack>/report.md, as `mystira ci preview` writes")])
    return {name: found[name] for name in sorted(found, key=_order)}


def _order(name: str) -> tuple[int, str]:
    order = (SHARED, *(each for each in STACKS if each != SHARED))
    stack = name.partition(" ")[0]
    return (order.index(stack) if stack in order else len(order), name)


def comment_of(reports: Mapping[str, str]) -> str:
    """The comment. Where the reports are too long together, the longest are shortened at their ends, and none other."""
    head = "\n\n".join(filter(None, (MARK, "## Preview", f"[Run]({run_url()})" if run_url() else "")))
    parts = {name: f"\n\n### {name}\n\n{text.strip()}\n" for name, text in reports.items()}
    room = LIMIT - len(head)
    share = _share([len(part) for part in parts.values()], room)
    return head + "".join(part if len(part) <= share else part[: share - len(CUT)] + CUT for part in parts.values())


def _share(lengths: list[int], room: int) -> int:
    """The most that each may have, so that all together fit."""
    waiting = sorted(lengths)
    while waiting and waiting[0] <= room // len(waiting):
        room -= waiting.pop(0)
    return room // len(waiting) if waiting else max(lengths, default=0)


def stick(repository: Repository, number: int, body: str) -> None:
    """Write the comment, over the one of an earlier run where there is one."""
    for each in repository.comments(number):
        if each["body"].startswith(MARK) and each["user"]["login"] == BOT:
            repository.change_comment(int(each["id"]), body)
            return
    repository.comment(number, body)


def number_of(ref: str) -> int:
    """The pull request of a job. Raises ``InvalidInput`` for a job of anything else."""
    parts = ref.split("/")
    if len(parts) != 4 or parts[:2] != ["refs", "pull"] or not parts[2].isdigit():
        raise InvalidInput([Problem("GITHUB_REF", "no pull request", ref, "refs/pull/<number>/merge", READ)])
    return int(parts[2])
