"""The settings of people: who they are is up to Entra, what each group may do is decided here."""

from __future__ import annotations

from stacks.settings.section import Section
from stacks.settings.types import Guid


class People(Section):
    """The groups of people in Entra ID (docs/runbooks/identity.md), each another one."""

    platform: Guid
    """The object id of the group of the platform team, a GUID: administers the cluster and reads logs; in `shared`
    reads and writes the state of every stack."""
    developers: Guid | None = None
    """The object id of the group of developers, a GUID: writes in the namespace of dev, reads in that of staging, and
    reads logs everywhere. Left out: nobody does."""
    readers: Guid | None = None
    """The object id of the group of those who only read logs, a GUID. Left out: nobody does."""
