"""The settings of pipelines: which repositories of GitHub log in."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.state import StackName

Owner = Annotated[str, Field(pattern=r"^[A-Za-z0-9](-?[A-Za-z0-9]){0,38}$")]
Repository = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")]
GithubId = Annotated[int, Field(ge=1)]
RunnerLabel = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]

RUNNER = "ubuntu-24.04"
"""Where jobs run that no setting sends elsewhere: a machine of GitHub, with an address that nobody knows beforehand."""


class Channel(Section):
    """A channel of Slack or Teams in which runs are told of; its webhook is a secret of the configuration."""

    when: Literal["failure", "always"] = "failure"
    """Which ends of a run are told: failure, which is all that did not succeed, or always."""


class Ci(Section):
    """Which pipelines log in, without a secret: GitHub Actions, as managed identities (docs/runbooks/identity.md)."""

    owner: Owner
    """The user or organization of GitHub that owns the repositories, such as phoenixvc."""
    owner_id: GithubId | None = None
    """Its number, which `gh api users/<owner> --jq .id` shows. Left out: no repository has a number in its subject."""
    repository: Repository
    """The repository of this program, without its owner, whose workflows bring the stacks up."""
    repository_ids: dict[Repository, GithubId] = Field(default={})
    """The numbers of repositories, by name, which `gh api repos/<owner>/<name> --jq .id` shows: for those that GitHub
    names with numbers in its tokens, new or renamed since 2026-07-15. Left out: none does."""
    pull_requests: tuple[StackName, ...] = Field(default=(), strict=False)
    """Stacks that pull requests preview, with code that nobody has reviewed: a preview decrypts the state, so that this
    is refused where keys or config secrets are in it. Left out: none."""
    directory_rights: tuple[StackName, ...] = Field(default=(), strict=False)
    """Environments' stacks whose pipeline assigns people and services to roles of applications, makes groups and writes
    Conditional Access. It could then assign any role, also to itself, and write every policy of the tenant. Left out:
    none does, and a person brings such a change up."""
    runner: dict[StackName, RunnerLabel] = Field(default={})
    """By stack: the label of the runners on which its jobs run that log in, for a stack that is reached from named
    addresses or its own network only. Left out: ubuntu-24.04, machines of GitHub."""
    slack: Channel | None = None
    """The channel of Slack; needs the secret slackWebhook. Left out: Slack is told nothing."""
    teams: Channel | None = None
    """The channel of Microsoft Teams; needs the secret teamsWebhook. Left out: Teams is told nothing."""
