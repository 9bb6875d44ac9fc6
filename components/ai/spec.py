"""What an AI account consists of."""

from __future__ import annotations

from dataclasses import dataclass

from components.facts.store_keys import StoreKey


@dataclass(frozen=True)
class DeploymentSpec:
    """A model under the name by which services call it."""

    name: str
    """Its logical and its physical name: ``gpt-4o``."""
    model: str
    """Azure's name of the model behind it: ``gpt-5.6-sol``."""
    version: str
    """The version of that model: ``2026-07-09``."""
    sku: str
    """How it is paid and where prompts are processed: ``GlobalStandard``."""
    capacity: int
    """The most that it takes, in thousands of tokens a minute."""
    upgrade: str
    """When Azure may move it to another version, in Azure's words: ``OnceCurrentVersionExpired``."""
    filtered: bool
    """Whether the content filter applies: it does to whatever answers prompts."""


@dataclass(frozen=True)
class AiSpec:
    """An account with its content filter, its deployments and one project."""

    name: str
    """Its physical name, and its sub-domain, which is unique in Azure."""
    policy: str
    """Name of the content filter."""
    severity: str
    """From which severity on the filter blocks: ``Low``, ``Medium`` or ``High``."""
    deployments: tuple[DeploymentSpec, ...]
    """The models, in the order in which they are deployed."""
    project: str
    """Name of the project that work in the portal belongs to."""
    public_access: bool
    """Whether ``allowed_ranges`` reach it from the internet, in addition to the private endpoint."""
    allowed_ranges: tuple[str, ...]
    """Who reaches it from the internet: ranges, single addresses without a prefix length."""
    local_auth: bool
    """Whether keys are accepted in addition to identities."""
    store_key: StoreKey
    """The key that services get where keys are accepted."""
    recover: bool
    """Whether a deleted account of this name is brought back."""
    private_endpoint: str
    """Physical name of its private endpoint."""
