"""The settings of the AI account and its models."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from components.facts.ai_models import SKUS
from stacks.settings.section import Section
from stacks.settings.types import Cidr, Text, word

DeploymentName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{1,63}$")]
QuotaKey = Annotated[str, Field(pattern=rf"^({'|'.join(SKUS)})/.+$")]
Thousands = Annotated[int, Field(ge=1)]


class ModelDeployment(Section):
    """A model under the name by which services call it: one of those in components/facts/ai_models.py."""

    model: Annotated[Text, word("model")]
    """The model behind the name, such as gpt-5.6-sol. Another model replaces the deployment: calls fail until it is
    there. Evaluate it first (docs/runbooks/models.md)."""
    version: Annotated[Text, word("model version")]
    """The version of the model, in quotes, such as "2026-07-09". Another version is an update."""
    sku: Literal["GlobalStandard", "DataZoneStandard", "Standard"] = "GlobalStandard"
    """Where prompts are processed: anywhere, in the data zone, in the region. All but Standard need a waiver."""
    capacity: Thousands
    """The most that it takes, in thousands of tokens a minute."""
    upgrade: Literal["OnceCurrentVersionExpired", "OnceNewDefaultVersionAvailable", "NoAutoUpgrade"] = (
        "OnceCurrentVersionExpired"
    )
    """When Azure moves it to another version. An upgrade by Azure shows as drift: write its version here then."""
    runs: bool = False
    """Whether this subscription has deployed the version before, so that it may go on after the version is closed to
    newcomers."""


class Ai(Section):
    """The AI account."""

    deployments: dict[DeploymentName, ModelDeployment] = Field(min_length=1)
    """The models, by the names under which services call them; at least one."""
    quotas: dict[QuotaKey, Thousands] = Field(default={})
    """The quotas of the subscription in this region, by SKU and model such as GlobalStandard/gpt-5.6-sol, in thousands
    of tokens a minute. All stacks of the subscription and region share them. Left out: not checked."""
    content_filter: Literal["low", "medium", "high"] = "medium"
    """From which severity on violence, hate, sexual content and self-harm are blocked, in prompts and answers. low
    blocks most; high, which blocks least, needs a waiver."""
    recover: bool = False
    """Whether a deleted account of this name is brought back, which Azure allows for 48 hours; off again afterwards
    (docs/runbooks/models.md)."""
    public_access: bool = False
    """Whether the addresses in `allowed_ranges` reach it in addition to the private endpoint, which needs a waiver."""
    allowed_ranges: tuple[Cidr, ...] = Field(default=(), strict=False)
    """The public ranges that reach it while `public_access` is on."""
