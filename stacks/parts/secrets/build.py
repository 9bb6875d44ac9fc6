"""The one place where references to values become the values, and go into vaults."""

from __future__ import annotations

import pulumi

from components.vaults.vault import Vault, version_of
from stacks.parts.secrets.plan import SecretPlan
from stacks.parts.site import Site
from stacks.parts.vaults.plan import VAULTS
from stacks.settings.config_secrets import EXTERNAL
from stacks.settings.loading import NAMESPACE

OWNER = "Owner"
MAXIMUM_AGE = "MaximumAgeDays"
READER = "Reader"
"""Tags of every secret. ``Reader`` is the name of the identity that reads it."""


def build_secrets(site: Site, secrets: tuple[SecretPlan, ...]) -> None:
    """Write every secret. The plan has made sure that each value has its producer."""
    _put_external(site, secrets)
    vaults = {vault.service: vault for vault in site.plan.of(VAULTS).vaults}
    for secret in secrets:
        if secret.written:
            own = {OWNER: secret.owner, MAXIMUM_AGE: str(secret.maximum_age_days), READER: secret.reader_name}
            value = secret.literal or site.products[secret.value]
            vault = site.component(Vault, f"vault/{secret.service}")
            made = vault.secret(secret, value, {**vaults[secret.service].tags, **own})
            site.versions.put(secret.place, version_of(made))
        else:
            site.versions.put(secret.place, "")
    # Where secrets and keys are, never what they are.
    places = {
        vault.service: {
            "vault": vault.uri,
            "secrets": sorted(secret.name for secret in secrets if secret.service == vault.service),
            "keys": sorted(vault.keys),
        }
        for vault in vaults.values()
    }
    site.outputs.put("secrets", places)


def _put_external(site: Site, secrets: tuple[SecretPlan, ...]) -> None:
    """Values from outside are in the configuration, encrypted. A run without one has ended before this."""
    config = pulumi.Config(NAMESPACE)
    for secret in {each.value: each for each in secrets if each.external and not each.in_vault}.values():
        value = config.get_secret(f"{EXTERNAL}{secret.external}")
        # What only records the program, such as the generated pages, has no configuration.
        site.products.put(secret.value, value if value is not None else pulumi.Output.secret(""))
