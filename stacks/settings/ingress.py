"""The settings of the way into the cluster."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.services import Replicas


class Ingress(Section):
    """The gateway of the cluster, at which its services answer."""

    replicas: Replicas
    """How many copies of the proxy run."""
    stream_idle_minutes: Annotated[int, Field(ge=4, le=30)] = 30
    """After how many minutes without a byte a stream is ended, 4 to 30: Azure's load balancer knows nothing longer."""
    certificates: Literal["acme", "none"] = "acme"
    """Who signs the certificate of the gateway. acme: Let's Encrypt, which everybody trusts. none: the cluster signs it
    itself, and neither App Service nor an edge takes it; for an environment whose domain nobody has delegated."""
