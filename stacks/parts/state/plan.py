"""The state store: where Pulumi keeps the state of every stack, and the key for the secrets of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from components.naming.builder import Project
from components.problems import Problem
from components.storage.spec import BlobContainerSpec, StorageSpec
from components.vaults.facts import API_VERSION
from components.vaults.spec import EncryptionKeySpec, VaultSpec
from stacks.context import Context
from stacks.parts.part import Notice, Part, Step
from stacks.parts.public_side import addresses
from stacks.parts.state.checks import state_problems
from stacks.parts.vaults.checks import LONGEST_RETENTION_DAYS
from stacks.settings.loading import STACKS
from stacks.settings.models import SharedSettings
from stacks.settings.types import texts

PUBLIC_ACCESS = "state-public-access"
CONTAINER = "state"
NAME = "state"
"""The logical name of account and vault."""
READ = "docs/runbooks/state.md"

TERRAFORM = Project("terraform", short="tf")
"""ADR-0017 names the group for what used to keep the state."""

SKU = "Standard_GZRS"
RESTORE_DAYS = 30
VERSION_DAYS = 90
KEY_BITS = 3072

CONTAINER_SCOPE = f"container/{CONTAINER}"
VAULT_SCOPE = f"vault/{NAME}"


@dataclass(frozen=True)
class StatePlan:
    """The store."""

    account: StorageSpec
    vault: VaultSpec
    backend: str
    """The back end, as `pulumi login` takes it."""
    secrets_providers: Mapping[str, str]
    """By stack: its secrets provider, as `pulumi stack init` takes it."""


class StateStore(Part[SharedSettings, StatePlan]):
    """The store. Neither part of it can be lost by one mistake: both are locked, and what is deleted is recoverable."""

    key = "state"
    rules: ClassVar[Mapping[str, str]] = {
        PUBLIC_ACCESS: "the state of Pulumi and the keys for its secrets are reached from named ranges only"
    }

    def plan(self, context: Context[SharedSettings]) -> StatePlan:
        account, vault = _account(context), _vault(context)
        # What is adopted keeps its name.
        bucket = _adopted(context, "storage-account") or account.name
        host = f"{_adopted(context, 'key-vault') or vault.name}.vault.azure.net"
        return StatePlan(
            account=account,
            vault=vault,
            backend=f"azblob://{CONTAINER}?storage_account={bucket}",
            secrets_providers={
                stack: f"azurekeyvault://{host}/keys/{key_name(stack)}" for stack in stacks_with_state(context)
            },
        )

    def problems(self, context: Context[SharedSettings]) -> Iterator[Problem]:
        return state_problems(context, SKU)

    def weaknesses(self, context: Context[SharedSettings]) -> Iterator[str]:
        if not context.settings.state.allowed_ranges:
            yield PUBLIC_ACCESS

    def scopes(self, context: Context[SharedSettings]) -> Mapping[str, str]:
        keys = {key_scope(stack): "key-vault-key" for stack in stacks_with_state(context)}
        return {CONTAINER_SCOPE: "blob-container", VAULT_SCOPE: "key-vault", **keys}

    def steps(self, context: Context[SharedSettings]) -> Iterator[Step]:
        yield Step(
            key="state-rights",
            do="give whoever runs Pulumi the data roles at the store of the state and at the key of its secrets",
            check="az role assignment list --assignee <object id> --all -o table",
            read=READ,
        )

    def versions(self, context: Context[SharedSettings]) -> Iterator[tuple[str, str]]:
        yield "key-vault-api", API_VERSION

    def notices(self, context: Context[SharedSettings]) -> Iterator[Notice]:
        """A recovery that should not stay in the settings."""
        if context.settings.state.recover:
            path = context.path("state.recover")
            text = f"{path}: applies to one run only: now remove it and adopt what was recovered ({READ})"
            yield Notice(path, context.today.isoformat(), text)


def key_name(stack: str) -> str:
    """The key that encrypts the secrets of a stack."""
    return f"pulumi-{stack}"


def key_scope(stack: str) -> str:
    """That key, as the plan refers to it."""
    return f"key/{NAME}/{key_name(stack)}"


def stacks_with_state(context: Context[SharedSettings]) -> tuple[str, ...]:
    """Every stack that keeps its state here."""
    return (*STACKS, *context.settings.state.further_stacks)


def _adopted(context: Context[SharedSettings], kind: str) -> str:
    """The name of the live resource that the settings adopt; empty where they adopt none."""
    return context.settings.adopt.get(f"{kind}/{NAME}", "").rpartition("/")[2]


def _account(context: Context[SharedSettings]) -> StorageSpec:
    container = BlobContainerSpec(
        name=context.names.child("blob-container", CONTAINER),
        anonymous=False,
        cool_after_days=None,
        cold_after_days=None,
        archive_after_days=None,
        delete_after_days=None,
    )
    return StorageSpec(
        name=context.names.name(TERRAFORM, "storage-account"),
        sku=SKU,
        infrastructure_encryption=True,
        restore_days=RESTORE_DAYS,
        version_days=VERSION_DAYS,
        change_feed_days=None,
        public_access=True,
        allowed_ranges=addresses(context.settings.state.allowed_ranges),
        local_auth=False,
        store_key="primary",
        containers=(container,),
        private_endpoint="",
    )


def _vault(context: Context[SharedSettings]) -> VaultSpec:
    recover = context.settings.state.recover
    return VaultSpec(
        name=context.names.name(TERRAFORM, "key-vault"),
        tenant_id=str(context.settings.azure.tenant_id),
        soft_delete_days=LONGEST_RETENTION_DAYS,
        purge_protection=True,
        public_access=True,
        allowed_ranges=texts(context.settings.state.allowed_ranges),
        recover=recover,
        keys=(),
        private_endpoint="",
        # A recovered vault has its keys already.
        encryption_keys=() if recover else tuple(_key(context, stack) for stack in stacks_with_state(context)),
    )


def _key(context: Context[SharedSettings], stack: str) -> EncryptionKeySpec:
    """No rotation: Pulumi names no version, and Azure decrypts with the latest one only (pulumi/pulumi #22338)."""
    name = context.names.child("key-vault-key", key_name(stack))
    return EncryptionKeySpec(key=f"{NAME}-{name}", name=name, bits=KEY_BITS)


STATE = StateStore()
