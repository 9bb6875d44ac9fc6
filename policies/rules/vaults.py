"""Vaults with roles and purge protection, and what they hold with an end."""

from __future__ import annotations

from policies.conditions import at_least, every, not_set, off, on, present, that
from policies.model import Rule, Severity

ROTATES = "properties.rotationPolicy.lifetimeActions"

RULES = (
    Rule(
        key="vault-roles",
        severity=Severity.HIGH,
        demands="vaults are opened by roles, not by access policies",
        risk="Who may change a vault can write an access policy for itself and read every secret.",
        fix="Set enableRbacAuthorization.",
        kinds=("key-vault",),
        check=every(
            on("properties.enableRbacAuthorization"),
            not_set("properties.accessPolicies", []),
        ),
        answers=("AZR-000118", "AZR-000388", "MCSB IM-1", "MCSB PA-7"),
    ),
    Rule(
        key="vault-soft-delete",
        severity=Severity.HIGH,
        demands="deleted vaults and secrets can be recovered for a while",
        risk="One wrong delete loses keys, and with them what they encrypt.",
        fix="Set enableSoftDelete.",
        kinds=("key-vault",),
        check=on("properties.enableSoftDelete"),
        answers=("AZR-000124", "CKV_AZURE_111", "1cca00d2", "MCSB DP-8"),
    ),
    Rule(
        key="vault-purge-protection",
        planned=True,
        lasting=True,
        severity=Severity.HIGH,
        demands="a deleted vault can be recovered for 90 days and nobody can purge it before",
        risk="Who has taken an administrator's account deletes and purges every key.",
        fix="Set vaults.purge_protection on.",
        kinds=("key-vault",),
        check=every(on("properties.enablePurgeProtection"), at_least("properties.softDeleteRetentionInDays", 90)),
        answers=("AZR-000125", "CKV_AZURE_42", "CKV_AZURE_110", "MCSB DP-8"),
    ),
    Rule(
        key="vault-callers",
        severity=Severity.MEDIUM,
        demands="no deployment, machine or disk reads secrets past the roles",
        risk="Who may deploy a template reads every secret with it.",
        fix="Set enabledForDeployment, enabledForTemplateDeployment and enabledForDiskEncryption false.",
        kinds=("key-vault",),
        check=every(
            off("properties.enabledForDeployment", default=True),
            off("properties.enabledForTemplateDeployment", default=True),
            off("properties.enabledForDiskEncryption", default=True),
        ),
        answers=("MCSB PA-7",),
    ),
    Rule(
        key="key-rotation",
        severity=Severity.MEDIUM,
        demands="a key ends, and is followed by the next one without a person",
        risk="A key that never changes signs and decrypts for whoever has ever taken it.",
        fix="Set rotationPolicy with an action rotate, and attributes.expires.",
        kinds=("key-vault-key",),
        check=every(
            present("properties.attributes.expires"),
            that(
                ROTATES,
                lambda actions: any(str(_kind(each)).lower() == "rotate" for each in actions),
            ),
        ),
        answers=("AZR-000123", "CKV_AZURE_40", "MCSB DP-6"),
    ),
    Rule(
        key="key-strength",
        severity=Severity.HIGH,
        demands="keys stay in their vault and are long enough",
        risk="A key that can be exported or guessed is anybody's.",
        fix="Set attributes.exportable false and keySize 3072 or more.",
        kinds=("key-vault-key",),
        check=every(
            off("properties.attributes.exportable", default=True),
            that("properties.keySize", lambda size: isinstance(size, int) and size >= 3072, missing=True),
        ),
        answers=("MCSB DP-6",),
    ),
    Rule(
        key="secret-end",
        severity=Severity.MEDIUM,
        demands="every secret has an end",
        risk="A secret without an end is never renewed, and whoever took it keeps it.",
        fix="Set secrets.expires_on, or the secret's own in secrets.overrides.",
        kinds=("key-vault-secret",),
        check=present("properties.attributes.expires"),
        answers=("CKV_AZURE_41", "MCSB DP-6"),
    ),
    Rule(
        key="secret-content-type",
        severity=Severity.LOW,
        demands="every secret says what it is",
        risk="Who renews it has to guess what it is, and where the new one comes from.",
        fix="Set contentType.",
        kinds=("key-vault-secret",),
        check=present("properties.contentType"),
        answers=("CKV_AZURE_114",),
    ),
)


def _kind(action: object) -> object:
    found = action.get("action") if isinstance(action, dict) else None
    return found.get("type") if isinstance(found, dict) else None
