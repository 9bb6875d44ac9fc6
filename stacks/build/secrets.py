"""The one place where references to values become the values, and go into vaults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pulumi

from components.vaults import SecretArgs
from stacks.build.stores import Site
from stacks.plan.model import SecretSpec

OWNER = "Owner"
MAXIMUM_AGE = "MaximumAgeDays"
READER = "Reader"
"""Tags of every secret. ``Reader`` is the name of the identity that reads it."""


def write_secrets(site: Site, products: Mapping[str, pulumi.Output[str]]) -> None:
    """Write every secret of the plan. The plan has made sure that each value has its producer."""
    names = {service.key: service.identity for service in site.plan.services}
    vaults = {vault.service: vault for vault in site.plan.stores.vaults.vaults}
    for spec in site.plan.secrets:
        if not spec.written:
            continue
        tags = {
            **vaults[spec.service].tags,
            OWNER: spec.owner,
            MAXIMUM_AGE: str(spec.maximum_age_days),
            READER: names[spec.service],
        }
        site.vaults[spec.service].secret(
            SecretArgs(
                key=spec.key,
                name=spec.name,
                value=_value(spec, products),
                content_type=spec.content_type,
                expires_on=date.fromisoformat(spec.expires_on),
                tags=tags,
            )
        )


def places(site: Site) -> Mapping[str, Mapping[str, object]]:
    """Where secrets and keys are, never what they are: for each service its vault and the names in it."""
    return {
        vault.service: {
            "vault": vault.uri,
            "secrets": sorted(spec.name for spec in site.plan.secrets if spec.service == vault.service),
            "keys": sorted(vault.keys),
        }
        for vault in site.plan.stores.vaults.vaults
    }


def _value(spec: SecretSpec, products: Mapping[str, pulumi.Output[str]]) -> pulumi.Input[str]:
    return spec.literal or products[spec.value]
