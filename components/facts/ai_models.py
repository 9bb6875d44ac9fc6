"""The models that this platform may deploy: what each is for, and where Azure offers it.

Ends of life are rows of :mod:`components.facts.lifecycles`, under :func:`lifecycle_of`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

AVAILABILITY = "Microsoft: Foundry Models sold directly by Azure, region availability (2026-10-05)"
USAGE_NAMES = "Azure/azure-rest-api-specs: ListUsages.json and ListLocationModels.json of 2025-06-01 (usageName)"

LIFECYCLE = "model"
"""What the rows of the table of ends of life say that they are about."""

GLOBAL_STANDARD = "GlobalStandard"
DATA_ZONE_STANDARD = "DataZoneStandard"
STANDARD = "Standard"

REGIONAL = frozenset({STANDARD})
"""The SKUs under which prompts are processed in the region of the account and nowhere else."""

SKUS = (GLOBAL_STANDARD, DATA_ZONE_STANDARD, STANDARD)

_ANYWHERE: Mapping[str, tuple[str, ...]] = {
    "southafricanorth": (GLOBAL_STANDARD,),
    "westeurope": (GLOBAL_STANDARD, DATA_ZONE_STANDARD),
}
"""Where chat models are offered: South Africa North is in no data zone."""

_EMBEDDINGS: Mapping[str, tuple[str, ...]] = {
    "southafricanorth": (GLOBAL_STANDARD, STANDARD),
    "westeurope": (GLOBAL_STANDARD, DATA_ZONE_STANDARD, STANDARD),
}


@dataclass(frozen=True)
class Model:
    """One version of a model."""

    name: str
    """Azure's name: ``gpt-5.6-sol``."""
    version: str
    """Azure's version, a date for chat models."""
    chat: bool
    """Whether it answers prompts, so that a content filter applies; the others make embeddings."""
    offered: Mapping[str, tuple[str, ...]]
    """By region: the SKUs under which Azure offers it there."""
    source: str = AVAILABILITY


def _chat(name: str, version: str) -> Model:
    return Model(name, version, chat=True, offered=_ANYWHERE)


def _embedding(name: str, version: str) -> Model:
    return Model(name, version, chat=False, offered=_EMBEDDINGS)


MODELS: Mapping[tuple[str, str], Model] = {
    (model.name, model.version): model
    for model in (
        _chat("gpt-4o", "2024-05-13"),
        _chat("gpt-4o", "2024-08-06"),
        _chat("gpt-4o", "2024-11-20"),
        _chat("gpt-4o-mini", "2024-07-18"),
        _chat("gpt-5.1", "2025-11-13"),
        _chat("gpt-5.2", "2025-12-11"),
        _chat("gpt-5.4-mini", "2026-03-17"),
        _chat("gpt-5.5", "2026-04-24"),
        _chat("gpt-5.6-sol", "2026-07-09"),
        _chat("gpt-5.6-terra", "2026-07-09"),
        _chat("gpt-5.6-luna", "2026-07-09"),
        _embedding("text-embedding-3-large", "1"),
        _embedding("text-embedding-3-small", "1"),
    )
}
"""By name and version. A further model is one row here and one in the table of ends of life."""


def lifecycle_of(name: str, version: str) -> tuple[str, str]:
    """How the table of ends of life calls a model."""
    return LIFECYCLE, f"{name} {version}"


def usage_name(sku: str, model: str) -> str:
    """The name of a model's quota in Azure's lists of usages (USAGE_NAMES): ``OpenAI.GlobalStandard.gpt-5.6-sol``.

    Older models have irregular names (``OpenAI.Standard.gpt4.1-mini``); none of them is in :data:`MODELS`.
    """
    return f"OpenAI.{sku}.{model}"
