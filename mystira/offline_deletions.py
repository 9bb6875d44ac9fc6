"""The deleted applications of a tenant of the offline cloud."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mystira.deletions import DeletedApplication, Restored
from offline.entra import deleted
from offline.world.store import World

APPLICATIONS, PRINCIPALS = "/applications/", "/servicePrincipals/"


@dataclass(frozen=True)
class OfflineDeletions:
    """Answers as :class:`mystira.graph.applications.GraphDeletions` does, without a clock: nothing says when."""

    world: World
    tenant: str

    def applications(self) -> Iterator[DeletedApplication]:
        for each in deleted.deleted(self.world, self.tenant):
            if each.id.startswith(APPLICATIONS):
                yield DeletedApplication(each.object_id, each.client_id, each.name, each.uris, deleted="")

    def restore(self, application: DeletedApplication) -> Restored:
        ids = deleted.restore(self.world, self.tenant, application.id)
        principals = [id.removeprefix(PRINCIPALS) for id in ids if id.startswith(PRINCIPALS)]
        return Restored(application.id, *principals[:1])

    def purge(self, application: DeletedApplication) -> None:
        deleted.purge(self.world, self.tenant, application.id)
