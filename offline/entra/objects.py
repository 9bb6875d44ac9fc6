"""Ids of what is in a tenant, and whether all of Entra knows it yet."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

from components.facts.model import DirectoryType
from offline.azure.behaviour import guid
from offline.azure.services.identity import REPLICATED_AFTER, principal
from offline.entra.behaviour import TENANT, of_tenant
from offline.entra.graph import graph
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer
from offline.world.store import World

RECOVERING = "MYSTIRA_RECOVERING"
"""Environment variable of a run that asks what a program would create, whatever is there already."""

APPLICATION = "azuread:index/application:Application"

FICTITIOUS = "00000000-0000-4000-8000-"
"""How the ids of people and groups begin that settings name: they exist in every tenant of the offline cloud."""


def id_for(row: DirectoryType, drawn: str, inputs: Properties) -> str:
    """The id of an object: what Entra drew, and the parents that the inputs name."""
    known = {
        "resourceObjectId": str(inputs.get("resourceObjectId")),
        "applicationObjectId": str(inputs.get("applicationId")).rpartition("/")[2],
        "clientId": str(inputs.get("authorizedClientId")),
    }
    return re.sub(r"\{(\w+)\}", lambda match: known.get(match[1], drawn), row.import_id)


def drawn_for(row: DirectoryType, inputs: Properties, tenant: str, cloud: Writer) -> str:
    """The GUID of a new object. The same object gets the same one in every run. One that exists already gets another
    one, as does one of which the last is deleted and can be restored: Entra lets several have the same name."""
    identity = [str(inputs.get(name)) for name in row.identified_by]
    drawn = {each.id.rpartition("/")[2] for each in (*cloud.of_type(row.token), *cloud.kept_of(row.token))}
    candidates = (guid(tenant, row.key, *identity, str(number)) for number in itertools.count())
    return next(each for each in candidates if each not in drawn)


def found(world: World, row: DirectoryType, inputs: Mapping[str, object]) -> str:
    """The id of the object that these inputs describe; empty where there is none."""
    return next(
        (
            each.id
            for each in world.of_type(row.token)
            if all(each.body.get(name) == inputs.get(name) for name in row.identified_by)
        ),
        "",
    )


def application(cloud: Writer, tenant: str, client: str) -> CloudObject | None:
    """The application with this client id."""
    return next((each for each in of_tenant(cloud, APPLICATION, tenant) if each.body["clientId"] == client), None)


def service_principal(cloud: Writer, tenant: str, id: str) -> CloudObject | None:
    """The service principal of an application with this object id; Microsoft Graph is in every tenant."""
    known = graph(tenant)
    found = known if id == known.body["objectId"] else cloud.get(f"/servicePrincipals/{id}")
    return found if found is not None and found.body.get(TENANT) == tenant else None


def object_id(cloud: Writer, tenant: str, id: str) -> CloudObject | None:
    """The object of a tenant with this id, or the managed identity of that tenant."""
    for prefix in ("/servicePrincipals/", "/groups/", "/applications/"):
        each = cloud.get(f"{prefix}{id}")
        if each is not None and each.body.get(TENANT) == tenant:
            return each
    managed = principal(cloud, id)
    return managed if managed is not None and managed.body.get("tenantId", tenant) == tenant else None


def is_known(cloud: Writer, tenant: str, id: str) -> bool:
    """Whether a principal exists: in this world, or because settings name it."""
    return id.startswith(FICTITIOUS) or object_id(cloud, tenant, id) is not None


def replicated(cloud: Writer, tenant: str, id: str, attempt: int) -> bool:
    """Whether all of Entra knows an object. A managed identity takes a while; what azuread makes, it waits for itself.

    This world has no clock: what counts is how much was created since, and how often somebody has asked.
    """
    if id.startswith(FICTITIOUS):
        return True
    each = object_id(cloud, tenant, id)
    if each is None:
        return False
    return TENANT in each.body or cloud.younger(each.id) + attempt >= REPLICATED_AFTER
