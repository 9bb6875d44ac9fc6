"""The settings of what runs in the cluster besides the services."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stacks.settings.section import Section


class Kubernetes(Section):
    """What runs in the cluster besides the services."""

    image_registry: Annotated[str, Field(pattern=r"^[a-z0-9.-]+(:\d+)?(/[a-z0-9._/-]+)?$")] | None = None
    """The registry that has copies of the images of others, under their own paths: a host with an optional path, such
    as myssharedacr.azurecr.io/mirror. Importing them is a person's step. Left out: each comes from where its maker
    publishes it."""
    charts: Annotated[str, Field(pattern=r"^oci://[a-z0-9.-]+(:\d+)?(/[a-z0-9._/-]+)?$")] | None = None
    """The place that has copies of the charts of others, by their names: oci://, a host and an optional path, such as
    oci://myssharedacr.azurecr.io/charts. Copying them is a person's step. Left out: each comes from where its maker
    publishes it."""
