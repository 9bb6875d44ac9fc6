"""Applications of a tenant: the one of a display name, and those that have been deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from components.problems import MystiraError
from mystira.deletions import DeletedApplication, Restored
from mystira.graph.client import READ, Graph, quoted

DELETED = "/directory/deletedItems"
SELECTED = "id,appId,displayName,identifierUris,deletedDateTime"


def client_id_of(graph: Graph, name: str) -> str:
    """The client id of the application of this display name. Raises ``MystiraError`` unless there is exactly one."""
    query = {"$filter": f"displayName eq {quoted(name)}", "$select": "id,appId,displayName"}
    found = [str(each["appId"]) for each in graph.every("/applications", query=query)]
    if len(found) != 1:
        seen = f"{len(found)}: {', '.join(found)}" if found else "none"
        allowed = "one, which `pulumi up` makes"
        raise MystiraError(f"application {name} in {graph.tenant}: seen: {seen}; allowed: {allowed}; read: {READ}")
    return found[0]


class GraphDeletions:
    """The deleted applications of a tenant. They stay for 30 days (Microsoft Graph: Restore deleted item)."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def applications(self) -> Iterator[DeletedApplication]:
        for each in self._graph.every(f"{DELETED}/microsoft.graph.application", query={"$select": SELECTED}):
            yield DeletedApplication(
                id=str(each["id"]),
                client_id=str(each.get("appId") or ""),
                name=str(each.get("displayName") or ""),
                uris=tuple(map(str, each.get("identifierUris") or ())),
                deleted=str(each.get("deletedDateTime") or ""),
            )

    def restore(self, application: DeletedApplication) -> Restored:
        # Graph does not restore its principal along with it (Microsoft Graph: Restore deleted item).
        principal = self._principal(application)
        self._graph.post(f"{DELETED}/{application.id}/restore")
        if principal is None:
            return Restored(application.id)
        self._graph.post(f"{DELETED}/{principal['id']}/restore")
        return Restored(application.id, str(principal["id"]))

    def purge(self, application: DeletedApplication) -> None:
        principal = self._principal(application)
        self._graph.delete(f"{DELETED}/{application.id}")
        if principal is not None:
            self._graph.delete(f"{DELETED}/{principal['id']}")

    def _principal(self, application: DeletedApplication) -> Mapping[str, Any] | None:
        """Its deleted principal."""
        query = {"$select": "id,appId,displayName"}
        every = self._graph.every(f"{DELETED}/microsoft.graph.servicePrincipal", query=query)
        return next((each for each in every if each.get("appId") == application.client_id), None)
