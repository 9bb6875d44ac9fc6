"""The vault of each service."""

from __future__ import annotations

from dataclasses import asdict

import pulumi

from components.vaults.vault import Vault
from stacks.parts.site import Site
from stacks.parts.vaults.plan import ZONES, VaultsPlan


def build_vaults(site: Site, plan: VaultsPlan) -> None:
    """Register every vault with its keys; its secrets are written once everything that makes their values exists."""
    for each in plan.vaults:
        place = site.place(each.group, each.tags)
        endpoint = each.spec.private_endpoint
        vault = Vault(
            each.service,
            each.spec,
            place,
            site.around,
            private=site.private(endpoint, "vault", ZONES, place) if endpoint else None,
            opts=site.options(),
        )
        site.components.put(f"vault/{each.service}", vault)
        site.resources.put(f"vault/{each.service}", vault.id)
        for key in each.keys:
            # The keys of a recovered vault exist, but are not this program's yet.
            id = vault.key_ids.get(key) or pulumi.Output.concat(vault.id, "/keys/", key)
            site.resources.put(f"key/{each.service}/{key}", id)
    site.outputs.put("tokens", [asdict(each) for each in plan.tokens])
