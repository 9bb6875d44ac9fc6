"""What the job that runs the grants consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.workloads.spec import AccountSpec, PolicySpec


@dataclass(frozen=True)
class GrantsSpec:
    """A job that runs SQL as an administrator of a server."""

    account: AccountSpec
    """What it runs as; the job has its name and namespace."""
    policy: PolicySpec
    """To whom it may talk."""
    user: str
    """The administrator that it logs in as."""
    port: int
    """Where the server itself answers, not its pooler: a pooled session cannot change databases."""
    script: str
    """The SQL, in which psql variables stand for object ids."""
    variables: Mapping[str, str]
    """By psql variable: the principal whose object id it holds, as ``identity/app``."""
    cli_image: str
    """The image that logs in."""
    psql_image: str
    """The image that runs the SQL."""
    node_selector: Mapping[str, str]
    """The labels of its nodes."""
