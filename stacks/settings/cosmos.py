"""What a stack file says about Cosmos DB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Cidr, Guid, Text

JsonPath = Annotated[str, Field(pattern=r"^/[^/\"'*?#]+(/[^/\"'*?#]+)*$")]
Paths = Annotated[tuple[JsonPath, ...], Field(min_length=1, strict=False)]
IndexPath = Annotated[str, Field(pattern=r"^/.*[*?]$")]
ContainerName = Annotated[str, Field(pattern=r"^[^/\\#? ]{1,255}$")]


class DocumentContainer(Section):
    """A container. Its partition key never changes once it exists."""

    partition_key: JsonPath = Field(description="the path whose value places a document, such as /accountId")
    ttl_seconds: Annotated[int, Field(ge=-1, le=2147483647)] | None = Field(
        default=None, description="when documents disappear by themselves; -1 leaves it to each; none never"
    )
    unique_keys: tuple[Paths, ...] = Field(
        default=(), strict=False, description="lists of paths whose values together are unique in a partition"
    )
    unindexed: tuple[IndexPath, ...] = Field(
        default=(), strict=False, description="paths that no query uses, such as /content/*: writes cost less"
    )


def _by(partition_key: str, *names: str) -> Mapping[str, DocumentContainer]:
    return {name: DocumentContainer(partition_key=partition_key) for name in names}


CONTAINERS: dict[str, DocumentContainer] = {
    **_by("/id", "UserProfiles", "Accounts", "Scenarios", "ContentBundles", "CompassTrackings"),
    **_by("/accountId", "GameSessions"),
    **_by("/email", "PendingSignups"),
}
"""The containers of the platform (estate core 4.4): the same in every environment that does not say otherwise."""


class Cosmos(Section):
    """The document store (C01). `lifecycle`: active, apps write; archive, apps read and the account stays; removed,
    there is none and nobody is told of one (docs/runbooks/cosmos.md says how to get from one to the next)."""

    lifecycle: Literal["active", "archive", "removed"] = "active"
    database: Text
    capacity: Literal["serverless", "autoscale"]
    maximum_throughput: int | None = Field(
        default=None, description="autoscale ceiling that all containers share, in RU/s: a multiple of 1000"
    )
    consistency: Literal["Strong", "BoundedStaleness", "Session", "ConsistentPrefix", "Eventual"] = "Session"
    zone_redundant: bool = Field(default=False, description="copies in several zones of each region that has them")
    replicate: bool = Field(default=False, description="a copy to read and to fail over to in the secondary region")
    backup_days: Literal[7, 30] = Field(default=7, description="continuous backup: how far back one can restore")
    allowed_ranges: tuple[Cidr, ...] = Field(
        default=(), strict=False, description="public addresses that reach the account besides the private endpoint"
    )
    containers: dict[ContainerName, DocumentContainer] = Field(default=CONTAINERS, min_length=1)
    readers: dict[Text, Guid] = Field(
        default={}, description="principals from outside that may read, such as the export: name → object id"
    )
    export_container: Text | None = Field(
        default=None, description="the blob container that takes the exported documents; archive and removed need it"
    )
