"""One issue for each stack and subject, which opens, is kept up to date and closes itself."""

from __future__ import annotations

from enum import StrEnum

from mystira.ci.job import run_url
from mystira.ci.repository import Repository


class State(StrEnum):
    """What a look at a stack found."""

    CLEAN = "clean"
    FOUND = "found"
    ERROR = "error"


def keep(repository: Repository, subject: str, stack: str, state: State, text: str) -> str:
    """Bring the issue ``<subject>: <stack>`` up to date and say what was done.

    Clean closes it. An error opens or keeps it as well, with what was seen: what could not be looked at is not clean.
    """
    title = f"{subject}: {stack}"
    found = [each for each in repository.open_issues(subject) if each["title"] == title]
    if state is State.CLEAN:
        for each in found:
            number = int(each["number"])
            repository.comment(number, f"Nothing is left of it. {run_url()}".strip())
            repository.change_issue(number, state="closed", state_reason="completed")
        return f"{title}: {'closed' if found else 'clean'}"
    body = f"**{state}** {run_url()}".strip() + f"\n\n{text.strip()}\n"
    if not found:
        repository.open_issue(title, body, subject)
        return f"{title}: opened"
    number = int(found[0]["number"])
    if found[0].get("body") != body:
        repository.change_issue(number, body=body)
    return f"{title}: updated"
