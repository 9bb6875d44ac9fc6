"""What the tokens of GitHub Actions say of the workflow that asks for one (GitHub: OpenID Connect reference)."""

from __future__ import annotations

from stacks.settings.ci import Ci
from stacks.settings.others import OtherCi

ISSUER = "https://token.actions.githubusercontent.com"

MAIN = "ref:refs/heads/main"
PULL_REQUEST = "pull_request"


def environment(name: str) -> str:
    """A job that names an environment of GitHub. Its rules, such as reviewers, are kept before there is a token."""
    return f"environment:{name}"


def subject(ci: Ci | OtherCi, repository: str, context: str) -> str:
    """The subject of a token, for ``context`` one of the above.

    With numbers where the settings have that of the repository: a repository that is new or was renamed since
    2026-07-15 cannot be taken for another one that has its name later (GitHub changelog, 2026-04-23).
    """
    number = ci.repository_ids.get(repository)
    named = f"{ci.owner}/{repository}" if number is None else f"{ci.owner}@{ci.owner_id}/{repository}@{number}"
    return f"repo:{named}:{context}"
