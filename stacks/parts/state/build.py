"""The state store."""

from __future__ import annotations

import pulumi

from components.storage.account import StorageAccount
from components.vaults.vault import Vault
from stacks.parts.site import Site
from stacks.parts.state.plan import CONTAINER_SCOPE, NAME, VAULT_SCOPE, StatePlan, key_name, key_scope


def build_state(site: Site, plan: StatePlan) -> None:
    """Register account and vault; `mystira bootstrap` moves the state there once both exist."""
    place = site.place("terraform")
    account = StorageAccount(NAME, plan.account, place, site.around, private=None, opts=site.options())
    vault = Vault(NAME, plan.vault, place, site.around, private=None, opts=site.options())
    (container,) = account.container_ids.values()
    site.resources.put(CONTAINER_SCOPE, container)
    site.resources.put(VAULT_SCOPE, vault.id)
    for stack in plan.secrets_providers:
        # The keys of a recovered vault exist, but are not this program's yet.
        id = vault.key_ids.get(key_name(stack)) or pulumi.Output.concat(vault.id, "/keys/", key_name(stack))
        site.resources.put(key_scope(stack), id)
    site.outputs.put("state", {"backend": plan.backend, "secrets_providers": dict(plan.secrets_providers)})
