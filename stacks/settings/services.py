"""What an environment overrides in the catalogue's services."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Digest


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


class ServiceSettings(Section):
    """Overrides of one service's record in the catalogue."""

    host: HostName | None = None
    """Where it runs, for a service that serves one HTTP port: on App Service or in the cluster. Left out: as in the
    catalogue."""

    replicas: Replicas | None = None
    """How many copies run. Left out: as in the catalogue."""
    requests: Resources | None = None
    """What each copy is guaranteed. Left out: as in the catalogue."""
    limits: Resources | None = None
    """What each copy may use at most. Left out: as in the catalogue."""
    image_digest: Digest | None = None
    """The image that runs: sha256: and 64 hexadecimal digits. Left out: no image is pinned."""
    public: bool = True
    """Whether its endpoints have public hosts."""
