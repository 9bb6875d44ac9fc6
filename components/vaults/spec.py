"""What a key vault, its keys and its secrets consist of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class SigningKeySpec:
    """An RSA key that signs and verifies and never leaves the vault."""

    key: str
    """Its logical name."""
    name: str
    """Its name in the vault."""
    bits: int
    """2048, 3072 or 4096."""
    rotate_after_days: int
    """A new version is made so many days after the last one."""
    expire_after_days: int
    """How long a version made by rotation is valid."""
    expires_on: date
    """The day on which the first version ends if the key is created today, UTC. A key that exists keeps its own."""
    notify_before_days: int = 30
    """How long before its end an event announces it."""


@dataclass(frozen=True)
class EncryptionKeySpec:
    """An RSA key that encrypts and decrypts for good: it has one version, which neither rotates nor expires.

    For clients that name no version when they decrypt: what an earlier version encrypted, a later one does not decrypt.
    """

    key: str
    """Its logical name."""
    name: str
    """Its name in the vault."""
    bits: int
    """2048, 3072 or 4096."""


@dataclass(frozen=True)
class VaultSpec:
    """A vault."""

    name: str
    """Its physical name, which is also its host."""
    tenant_id: str
    """The tenant whose principals have roles in it."""
    soft_delete_days: int
    """How long a deleted vault can be recovered: 7 to 90, chosen at creation."""
    purge_protection: bool
    """Whether nobody can purge it before that; cannot be taken back."""
    public_access: bool
    """Whether it is reached from the internet."""
    allowed_ranges: tuple[str, ...]
    """Who reaches it from the internet while public access is on; empty: everybody."""
    recover: bool
    """Whether a deleted vault of this name is recovered with all that it held; fails where there is none."""
    keys: tuple[SigningKeySpec, ...]
    """The signing keys that it holds."""
    private_endpoint: str
    """Physical name of its private endpoint; empty: none."""
    encryption_keys: tuple[EncryptionKeySpec, ...] = ()
    """The encryption keys that it holds."""


@dataclass(frozen=True)
class SecretSpec:
    """A secret, without its value."""

    key: str
    """Its logical name."""
    name: str
    """Its name in the vault."""
    content_type: str
    """What the value is: ``connection-string``."""
    expires_on: date
    """The day on which it stops being valid, UTC."""
