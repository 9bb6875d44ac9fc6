"""GitHub's REST API for one repository: comments of a pull request, issues, pull requests (GitHub: REST API)."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from components.problems import MystiraError
from mystira.ci.job import required

VERSION = "2022-11-28"
API, TOKEN, NAME = "GITHUB_API_URL", "GITHUB_TOKEN", "GITHUB_REPOSITORY"
WAIT_SECONDS = 30.0
PAGE = 100

Json = Mapping[str, Any]


class GithubRefused(MystiraError):
    """GitHub answered with an error, or not at all."""


class Repository:
    """One repository, with the token of this job. Each call raises :class:`GithubRefused`."""

    def __init__(self) -> None:
        token, self.name = required(TOKEN, NAME)
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "X-GitHub-Api-Version": VERSION,
        }
        base = f"{os.environ.get(API) or 'https://api.github.com'}/repos/{self.name}/"
        self._client = httpx.Client(base_url=base, headers=headers, timeout=WAIT_SECONDS)

    def comments(self, number: int) -> Iterator[Json]:
        """The comments of an issue or a pull request, oldest first."""
        return self._every(f"issues/{number}/comments", {})

    def comment(self, number: int, body: str) -> None:
        """Write a comment."""
        self._asked("POST", f"issues/{number}/comments", {"body": body})

    def change_comment(self, id: int, body: str) -> None:
        """Replace what a comment says."""
        self._asked("PATCH", f"issues/comments/{id}", {"body": body})

    def open_issues(self, label: str) -> Iterator[Json]:
        """The open issues with a label. GitHub counts pull requests as issues: these are left out."""
        found = self._every("issues", {"state": "open", "labels": label})
        return (each for each in found if "pull_request" not in each)

    def open_issue(self, title: str, body: str, label: str) -> None:
        """Open an issue."""
        self._asked("POST", "issues", {"title": title, "body": body, "labels": [label]})

    def change_issue(self, number: int, **fields: str) -> None:
        """Change ``body``, ``state`` or ``state_reason`` of an issue."""
        self._asked("PATCH", f"issues/{number}", fields)

    def branch(self, name: str, commit: str) -> None:
        """Make a branch at a commit."""
        self._asked("POST", "git/refs", {"ref": f"refs/heads/{name}", "sha": commit})

    def write(self, path: str, branch: str, content: str, message: str) -> None:
        """Commit the new content of a file to a branch. GitHub signs what it commits for an app."""
        seen = self._asked("GET", f"contents/{path}", None, {"ref": branch})
        encoded = base64.b64encode(content.encode()).decode()
        body = {"message": message, "content": encoded, "branch": branch, "sha": seen["sha"]}
        self._asked("PUT", f"contents/{path}", body)

    def open_pull(self, head: str, base: str, title: str, body: str) -> str:
        """Open a pull request; its address."""
        made = self._asked("POST", "pulls", {"head": head, "base": base, "title": title, "body": body})
        return str(made["html_url"])

    def _every(self, path: str, query: Mapping[str, str]) -> Iterator[Json]:
        page = 1
        while True:
            found = self._asked("GET", path, None, {**query, "per_page": str(PAGE), "page": str(page)})
            yield from found
            if len(found) < PAGE:
                return
            page += 1

    def _asked(self, method: str, path: str, body: Json | None, query: Mapping[str, str] | None = None) -> Any:
        try:
            answer = self._client.request(method, path, json=body, params=query)
            answer.raise_for_status()
            return answer.json()
        except httpx.HTTPStatusError as error:
            said = error.response.text[:300]
            raise GithubRefused(f"{method} {path}: HTTP {error.response.status_code}; seen: {said}") from error
        except (httpx.HTTPError, ValueError) as error:
            raise GithubRefused(f"{method} {path}: {error}") from error
