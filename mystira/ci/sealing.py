"""Files that leave a job sealed: encrypted with a key of their own, which the vault of the state wraps.

What Pulumi writes with `--save-plan` encrypts secrets with the stack's secrets provider and nothing else
(pulumi/pulumi: pkg/resource/stack/plan.go): ids, names and settings of every resource are in clear. An artifact is read
by everybody who reads the repository. So the whole file is encrypted (AES-256-GCM), and its key wrapped (RSA-OAEP-256)
by the key `pulumi-<stack>`, which the stack's two pipelines may use (docs/runbooks/pipelines.md).
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from pathlib import Path
from typing import Protocol

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError
from azure.keyvault.keys import KeyClient
from azure.keyvault.keys.crypto import CryptographyClient, KeyWrapAlgorithm
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from components.problems import MystiraError
from mystira.ci.job import READ
from stacks.parts.state.plan import STATE
from stacks.plan.model import StackPlan

KEY_BITS = 256
NONCE_BYTES = 12
"""What the standard asks for (NIST SP 800-38D, 8.2.1)."""
FORMAT = "mystira-sealed-1"
ALGORITHM = KeyWrapAlgorithm.rsa_oaep_256


class NotOpened(MystiraError):
    """A file that was not sealed for this stack and commit, or was changed since."""


class Wrapper(Protocol):
    """What wraps keys: a key that never leaves its vault."""

    def wrap(self, key: bytes) -> tuple[str, bytes]:
        """The id of the key that wraps, with its version, and the wrapped key."""
        ...

    def unwrap(self, id: str, wrapped: bytes) -> bytes:
        """The key. Raises :class:`NotOpened` where this vault did not wrap it."""
        ...


class VaultKey:
    """A key of Azure Key Vault, by its name. Each call raises :class:`~components.problems.MystiraError` where Azure
    refuses."""

    def __init__(self, vault: str, name: str, credential: TokenCredential) -> None:
        self._vault, self._name, self._credential = vault, name, credential

    def wrap(self, key: bytes) -> tuple[str, bytes]:
        """Wrap a key with the newest version."""
        try:
            found = KeyClient(f"https://{self._vault}.vault.azure.net", self._credential).get_key(self._name)
            done = CryptographyClient(found, self._credential).wrap_key(ALGORITHM, key)
        except AzureError as error:
            raise MystiraError(f"key {self._name} of vault {self._vault}: {error.message}; read: {READ}") from error
        return str(found.id), done.encrypted_key

    def unwrap(self, id: str, wrapped: bytes) -> bytes:
        """Unwrap a key with the version that wrapped it."""
        prefix = f"https://{self._vault}.vault.azure.net/keys/{self._name}/"
        if not id.startswith(prefix):
            raise NotOpened(f"sealed with another key; seen: {id}; allowed: {prefix}<version>; read: {READ}")
        try:
            return CryptographyClient(id, self._credential).unwrap_key(ALGORITHM, wrapped).key
        except AzureError as error:
            raise MystiraError(f"key {self._name} of vault {self._vault}: {error.message}; read: {READ}") from error


def key_of(stack: str, shared: StackPlan, credential: TokenCredential) -> VaultKey:
    """The key that seals the files of a stack: that which encrypts the secrets of its state."""
    provider = shared.of(STATE).secrets_providers[stack]
    vault, _, name = provider.removeprefix("azurekeyvault://").partition(".vault.azure.net/keys/")
    return VaultKey(vault, name, credential)


def seal(content: bytes, purpose: str, wrapper: Wrapper) -> bytes:
    """Encrypt ``content``. What opens it must name the same ``purpose``, such as ``plan dev <commit>``."""
    key, nonce = AESGCM.generate_key(KEY_BITS), os.urandom(NONCE_BYTES)
    id, wrapped = wrapper.wrap(key)
    encrypted = AESGCM(key).encrypt(nonce, content, purpose.encode())
    document = {"format": FORMAT, "key": id, "wrapped": _text(wrapped), "nonce": _text(nonce), "data": _text(encrypted)}
    return json.dumps(document).encode()


def opened(sealed: bytes, purpose: str, wrapper: Wrapper) -> bytes:
    """What was sealed. Raises :class:`NotOpened` for another purpose, another key or a changed file."""
    try:
        document = json.loads(sealed)
        parts = [base64.b64decode(document[name], validate=True) for name in ("wrapped", "nonce", "data")]
        id = str(document["key"])
        known = document["format"] == FORMAT
    except (ValueError, KeyError, TypeError, binascii.Error):
        known, id, parts = False, "", [b"", b"", b""]
    if not known:
        raise NotOpened(f"no sealed file of this program; allowed: {FORMAT}; read: {READ}")
    wrapped, nonce, data = parts
    try:
        return AESGCM(wrapper.unwrap(id, wrapped)).decrypt(nonce, data, purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise NotOpened(f"not sealed for this, or changed since; allowed: {purpose}; read: {READ}") from error


def write_sealed(file: Path, content: bytes, purpose: str, wrapper: Wrapper) -> None:
    """Seal into a file, in one step: it is never there half."""
    staged = file.with_name(f".{file.name}.{os.getpid()}")
    staged.write_bytes(seal(content, purpose, wrapper))
    staged.replace(file)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
