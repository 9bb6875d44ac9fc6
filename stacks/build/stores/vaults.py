"""The vault of each service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pulumi

from components.vaults import SigningKeyArgs, Vault, VaultArgs
from stacks.build.stores.base import Site
from stacks.plan.stores.vaults import VaultPlan


def build_vaults(site: Site) -> Mapping[str, pulumi.Output[str]]:
    """Register every vault with its keys; ``site.vaults`` takes them, so that secrets can be written. No products."""
    for plan in site.plan.stores.vaults.vaults:
        vault = site.vaults[plan.service] = _vault(site, plan)
        site.scopes.resources[f"vault/{plan.service}"] = vault.id
        for key in plan.keys:
            # The keys of a recovered vault are there, but are not this program's yet.
            id = vault.key_ids.get(key) or pulumi.Output.concat(vault.id, "/keys/", key)
            site.scopes.resources[f"key/{plan.service}/{key}"] = id
    return {}


def _vault(site: Site, plan: VaultPlan) -> Vault:
    vaults = site.plan.stores.vaults
    path = site.private(plan.endpoint, "vault", "vault", plan.group) if plan.endpoint else None
    keys = [
        SigningKeyArgs(
            f"{plan.service}-{key}", key, vaults.key_bits, vaults.rotate_after_days, vaults.expire_after_days
        )
        for key in plan.keys
        if not plan.recover
    ]
    return Vault(
        plan.service,
        VaultArgs(
            resource_group=site.groups[plan.group],
            location=site.plan.region,
            tenant_id=site.plan.tenant_id,
            name=plan.name,
            soft_delete_days=vaults.soft_delete_days,
            purge_protection=vaults.purge_protection,
            public_access=vaults.public_access,
            allowed_ranges=vaults.allowed_ranges,
            private=replace(path, tags=plan.tags) if path else None,
            recover=plan.recover,
            keys=keys,
            tags=plan.tags,
        ),
        site.surroundings,
        site.options,
    )
