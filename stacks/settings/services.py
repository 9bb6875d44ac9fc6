"""What an environment overrides in the catalogue's services."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Digest, Switch


class Replicas(Section):
    """The number of copies of a workload, which follows its load."""

    minimum: Annotated[int, Field(ge=1, le=100)]
    """The fewest copies, 1 to 100."""
    maximum: Annotated[int, Field(ge=1, le=100)]
    """The most copies, 1 to 100, not below `minimum`."""


class Resources(Section):
    """CPU and memory of one copy of a workload."""

    cpu: Annotated[float, Field(gt=0, le=64, strict=False)]
    """CPU in cores, such as 0.25; at most 64."""
    memory_mib: Annotated[int, Field(ge=16, le=262144)]
    """Memory in MiB, 16 to 262144."""


HostName = Literal["app-service", "aks"]
DiskSku = Literal["Premium_ZRS", "StandardSSD_ZRS", "Premium_LRS", "StandardSSD_LRS"]
ImageTag = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$")]
VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class ServiceSettings(Section):
    """Overrides of one service's record in the catalogue."""

    host: HostName | None = None
    """Where it runs, for a service that serves one HTTP port: on App Service or in the cluster. Left out: as in the
    catalogue."""

    replicas: Replicas | None = None
    """How many copies run; required of what serves in the cluster. What has disks has as many copies as disks, so that
    both numbers are the same. Left out: as `hosting` says, or for a job as in the catalogue."""
    requests: Resources | None = None
    """What each copy is guaranteed. Left out: as in the catalogue."""
    limits: Resources | None = None
    """What each copy may use at most. Left out: as in the catalogue."""
    image_tag: ImageTag | None = None
    """The image that runs, by its tag, such as dev: in dev only, where what the tag means may change. Left out: the
    digest alone says it."""
    image_digest: Digest | None = None
    """The image that runs, by its digest: sha256: and 64 hexadecimal digits. What serves in the cluster needs one
    outside dev, and in dev this or `image_tag`. Left out: no image is pinned."""
    rollout: Switch = "on"
    """Whether its workload runs in the cluster. Off, as long as there is no image: everything else is there."""
    variables: dict[VariableName, str] = Field(default={})
    """What it reads from its environment in addition, and what is no secret: name to value."""
    disk_gib: Annotated[int, Field(ge=1, le=32767)] | None = None
    """The disk of each new copy in GiB, 1 to 32767. It is read when the workload is made; docs/runbooks/aks.md grows
    what is there. Left out: as in the catalogue."""
    disk_sku: DiskSku | None = None
    """The kind of its disks. Left out: Premium_ZRS, in a region without zones Premium_LRS."""
    public: bool = True
    """Whether its endpoints have public hosts."""
