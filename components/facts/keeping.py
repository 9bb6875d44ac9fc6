"""What is never replaced or deleted in passing: a change that does either is refused unless it names the resource."""

from __future__ import annotations

from collections.abc import Mapping

from components.facts.types import REGISTERED_TYPES

IDENTITIES: Mapping[str, str] = {
    "user-assigned-identity": "its roles, its federated credentials and its user in the databases go with it",
    "application": "its client id changes, and nobody can sign in until every client has the new one",
    "service-principal": "everybody who was assigned to it has to be assigned again",
}
"""By key of a type: what is lost although no data is."""

CLUSTER: Mapping[str, str] = {
    "kubernetes-cluster": "everything that runs in it stops, and its disks and its address in the network go with it",
}

DATA = "its data goes with it, and nothing here can make it again"

KEPT: Mapping[str, str] = {
    **{key: DATA for key, row in REGISTERED_TYPES.items() if row.holds_data},
    **CLUSTER,
    **IDENTITIES,
}
"""By key of a type: what a replacement or a deletion loses. Vaults hold data, so that they are among them."""
