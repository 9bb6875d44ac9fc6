"""Key vaults: one for each service that needs one, in the group of that service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from components.problems import Problem
from components.vaults.facts import API_VERSION
from components.vaults.spec import SigningKeySpec, VaultSpec
from stacks.catalogue.model import Catalogue, HostKind, Service
from stacks.catalogue.names import unchecked
from stacks.context import Context
from stacks.parts.doors import EVERYBODY, Door, Target, Way, private, zones
from stacks.parts.hosts.plan import hosts_of
from stacks.parts.part import Notice, Part
from stacks.parts.vaults.checks import LONGEST_RETENTION_DAYS, READ, vault_problems
from stacks.settings.models import EnvironmentSettings
from stacks.settings.types import texts

KEY_VAULT = "key-vault"
PUBLIC_ACCESS = "vault-public-access"
PURGE_PROTECTION = "vault-purge-protection"
ZONES = zones("vault")


@dataclass(frozen=True)
class VaultPlan:
    """The vault of a service."""

    service: str
    group: str
    """The service's resource group."""
    spec: VaultSpec
    keys: tuple[str, ...]
    """Names of the keys in it; a recovered vault has them already, so that its ``spec`` makes none."""
    tags: Mapping[str, str]

    @property
    def uri(self) -> str:
        """Where its secrets are, with a slash at the end."""
        return uri_of(self.spec.name)


@dataclass(frozen=True)
class Tokens:
    """Who signs the platform's tokens. None of it is secret: the private half never leaves the vault."""

    issuer: str
    """The host of the API that signs."""
    audience: str
    """The host of the site whose users it signs for."""
    key: str
    """``service/name`` of the key in the service's vault."""


@dataclass(frozen=True)
class VaultsPlan:
    """All vaults of an environment."""

    vaults: tuple[VaultPlan, ...]
    tokens: tuple[Tokens, ...]
    """One for each key that signs tokens."""


class Vaults(Part[EnvironmentSettings, VaultsPlan]):
    """The vaults."""

    key = "vaults"
    rules: ClassVar[Mapping[str, str]] = {
        PURGE_PROTECTION: "a deleted vault can be recovered for 90 days and nobody can purge it before",
        PUBLIC_ACCESS: "vaults are reached privately or from named ranges",
    }

    def plan(self, context: Context[EnvironmentSettings]) -> VaultsPlan:
        vaults = tuple(_vault(context, service) for service in holders(context.catalogue))
        return VaultsPlan(vaults, tuple(_tokens(context)))

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return vault_problems(context, [service.key for service in holders(context.catalogue)])

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        settings = context.settings.vaults
        if not settings.purge_protection or settings.soft_delete_days < LONGEST_RETENTION_DAYS:
            yield PURGE_PROTECTION
        if settings.public_access and not settings.allowed_ranges and not settings.private_endpoint:
            yield PUBLIC_ACCESS

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        services = holders(context.catalogue)
        keys = {f"key/{service.key}/{key}": "key-vault-key" for service in services for key in keys_of(service)}
        return {**{f"vault/{service.key}": KEY_VAULT for service in services}, **keys}

    def targets(self, context: Context[EnvironmentSettings]) -> Iterator[Target]:
        settings = context.settings.vaults
        doors: list[Door] = []
        if settings.private_endpoint:
            doors.append(private("vaults.private_endpoint", "true"))
        if settings.public_access:
            ranges = texts(settings.allowed_ranges) or (EVERYBODY,)
            allowed = "false, or allowed_ranges of offices; or private_endpoint: false, with a waiver"
            doors.append(Door(Way.PUBLIC, "vaults.public_access", allowed, ranges=ranges, waiver=PUBLIC_ACCESS))
        setting, allowed = "vaults.private_endpoint", "true; or public_access without allowed_ranges, with a waiver"
        for service in holders(context.catalogue):
            name = f"vault/{service.key}"
            yield Target(name, "vault", (service.key,), ("443",), tuple(doors), setting, allowed, ZONES)

    def known(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        """Where each vault is, and who signs tokens, for whom, with which key: none of it is secret."""
        tokens = {each.key: each for each in _tokens(context)}
        found = {}
        for service in holders(context.catalogue):
            uri = uri_of(unchecked(context.names, service.project, KEY_VAULT))
            found[f"vault/{service.key}"] = uri
            for key in keys_of(service):
                signer, name = tokens.get(f"{service.key}/{key}"), f"tokens/{service.key}/{key}"
                found[f"{name}/key"] = f"{uri}keys/{key}"
                found[f"{name}/issuer"] = signer.issuer if signer else ""
                found[f"{name}/audience"] = signer.audience if signer else ""
        return found

    def versions(self, context: Context[EnvironmentSettings]) -> Iterator[tuple[str, str]]:
        yield "key-vault-api", API_VERSION

    def notices(self, context: Context[EnvironmentSettings]) -> Iterator[Notice]:
        """A recovery that should not stay in the settings."""
        if context.settings.vaults.recover:
            path = context.path("vaults.recover")
            text = f"{path}: applies to one run only: now remove it and adopt what was recovered ({READ})"
            yield Notice(path, context.today.isoformat(), text)


def uri_of(name: str) -> str:
    """Where the secrets of the vault ``name`` are, with a slash at the end."""
    return f"https://{name}.vault.azure.net/"


def holders(catalogue: Catalogue) -> list[Service]:
    """The services that have a vault."""
    return [service for service in catalogue if KEY_VAULT in service.parts]


def keys_of(service: Service) -> tuple[str, ...]:
    """The names of the keys in the vault of a service."""
    return tuple(key for need in service.needs for key in need.keys)


def _vault(context: Context[EnvironmentSettings], service: Service) -> VaultPlan:
    settings, names = context.settings.vaults, context.names
    recover = service.key in settings.recover
    keys = tuple(names.child("key-vault-key", key) for key in keys_of(service))
    spec = VaultSpec(
        name=names.name(service.project, KEY_VAULT),
        tenant_id=str(context.settings.azure.tenant_id),
        soft_delete_days=settings.soft_delete_days,
        purge_protection=settings.purge_protection,
        public_access=settings.public_access,
        allowed_ranges=texts(settings.allowed_ranges),
        recover=recover,
        keys=() if recover else tuple(_key(context, service, key) for key in keys),
        private_endpoint=names.name(service.project, "private-endpoint", role="vault")
        if settings.private_endpoint
        else "",
    )
    return VaultPlan(service.key, service.group, spec, keys, context.tags(service.key))


def _key(context: Context[EnvironmentSettings], service: Service, name: str) -> SigningKeySpec:
    settings = context.settings.vaults.signing_keys
    return SigningKeySpec(
        key=f"{service.key}-{name}",
        name=name,
        bits=settings.bits,
        rotate_after_days=settings.rotate_after_days,
        expire_after_days=settings.expire_after_days,
        expires_on=context.today + timedelta(days=settings.expire_after_days),
    )


def _tokens(context: Context[EnvironmentSettings]) -> Iterator[Tokens]:
    """Who signs, for whom: the API of a service that has a signing key, for the site of the same service."""
    hosts = [host for host in hosts_of(context) if not host.internal]
    for service in holders(context.catalogue):
        sites = [host for host in hosts if host.service == service.key and host.kind == HostKind.STATIC_SITE.value]
        apis = [host for host in hosts if host.service == service.key and host not in sites]
        if apis and sites:
            for key in keys_of(service):
                yield Tokens(f"https://{apis[0].name}", f"https://{sites[0].name}", f"{service.key}/{key}")


VAULTS = Vaults()
