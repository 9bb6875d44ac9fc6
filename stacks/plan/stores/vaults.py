"""Vaults: one for each service that needs one, in the group of that service."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from components.naming import Names, tags_for
from components.problems import Problem
from stacks.catalogue import Catalogue, Service
from stacks.plan.stores.base import Store
from stacks.plan.stores.doors import EVERYBODY, Door, Target, Way, private
from stacks.settings import EnvironmentSettings
from stacks.settings.loading import file_name

PART = "key-vault"
PUBLIC_ACCESS = "vault-public-access"
LONGEST_RETENTION_DAYS = 90
ROTATION_MARGIN_DAYS = 7
READ = "docs/runbooks/secrets.md"
NETWORK = "Microsoft: Configure Azure Key Vault networking settings"
ROTATION = "Microsoft: Configure cryptographic key auto-rotation in Azure Key Vault"


@dataclass(frozen=True)
class VaultPlan:
    """The vault of a service: ``endpoint`` is the name of its private endpoint, empty for none.

    ``keys`` are made in it. ``recover`` brings a deleted vault back in this run; what it held comes back with it and is
    neither written nor made.
    """

    service: str
    group: str
    name: str
    endpoint: str
    keys: tuple[str, ...]
    recover: bool
    tags: Mapping[str, str]

    @property
    def uri(self) -> str:
        """Where its secrets are, with a slash at the end."""
        return f"https://{self.name}.vault.azure.net/"


@dataclass(frozen=True)
class VaultsPlan:
    """All vaults of an environment and what holds of each; days and key bits as in the settings."""

    vaults: tuple[VaultPlan, ...]
    soft_delete_days: int
    purge_protection: bool
    public_access: bool
    allowed_ranges: tuple[str, ...]
    key_bits: int
    rotate_after_days: int
    expire_after_days: int


def holders(catalogue: Catalogue) -> list[Service]:
    """The services that have a vault."""
    return [service for service in catalogue if PART in service.parts]


def keys_of(service: Service) -> tuple[str, ...]:
    """The names of the keys in the vault of a service."""
    return tuple(key for need in service.needs for key in need.keys)


def vaults_of(settings: EnvironmentSettings, catalogue: Catalogue, names: Names) -> VaultsPlan:
    """What the settings and the catalogue make of the vaults."""
    said, owner = settings.vaults, settings.ownership
    return VaultsPlan(
        vaults=tuple(
            VaultPlan(
                service=service.key,
                group=service.group,
                name=names.name(service.project, PART),
                endpoint=names.name(service.project, "private-endpoint", role="vault") if said.private_endpoint else "",
                keys=tuple(names.child("key-vault-key", key) for key in keys_of(service)),
                recover=service.key in said.recover,
                tags=tags_for(
                    environment=names.environment, service=service.key, team=owner.team, cost_center=owner.cost_center
                ),
            )
            for service in holders(catalogue)
        ),
        soft_delete_days=said.soft_delete_days,
        purge_protection=said.purge_protection,
        public_access=said.public_access,
        allowed_ranges=said.allowed_ranges,
        key_bits=said.signing_keys.bits,
        rotate_after_days=said.signing_keys.rotate_after_days,
        expire_after_days=said.signing_keys.expire_after_days,
    )


def _problems(stack: str, settings: EnvironmentSettings, catalogue: Catalogue, today: date) -> Iterator[Problem]:
    prefix = f"{file_name(stack)}: mystira:vaults"
    said = settings.vaults
    yield from _path_problems(prefix, settings)
    for each in said.allowed_ranges:
        if ipaddress.IPv4Network(each).is_private and not _documentation(each):
            yield Problem(f"{prefix}.allowed_ranges", "a vault's firewall takes no private range", each, "", NETWORK)
    known = [service.key for service in holders(catalogue)]
    for key in said.recover:
        if key not in known:
            yield Problem(f"{prefix}.recover", "no service with a vault", key, ", ".join(known), READ)
    keys = said.signing_keys
    latest = keys.expire_after_days - ROTATION_MARGIN_DAYS
    if keys.rotate_after_days > latest:
        path = f"{prefix}.signing_keys.rotate_after_days"
        allowed = f"at most {latest}: {ROTATION_MARGIN_DAYS} days before a version expires"
        yield Problem(path, "rotates too late", str(keys.rotate_after_days), allowed, ROTATION)


def _path_problems(prefix: str, settings: EnvironmentSettings) -> Iterator[Problem]:
    said = settings.vaults
    if said.allowed_ranges and said.private_endpoint and not said.public_access:
        seen = ", ".join(said.allowed_ranges)
        yield Problem(f"{prefix}.allowed_ranges", "public access is off: nobody comes from there", seen, "none")


def _targets(settings: EnvironmentSettings, catalogue: Catalogue) -> Iterator[Target]:
    said = settings.vaults
    doors: list[Door] = []
    if said.private_endpoint:
        doors.append(private("vaults.private_endpoint", "true"))
    if said.public_access:
        ranges = said.allowed_ranges or (EVERYBODY,)
        allowed = "false, or allowed_ranges of offices; or private_endpoint: false, with a waiver"
        doors.append(Door(Way.PUBLIC, "vaults.public_access", allowed, ranges=ranges, waiver=PUBLIC_ACCESS))
    setting, allowed = "vaults.private_endpoint", "true; or public_access without allowed_ranges, with a waiver"
    for service in holders(catalogue):
        yield Target(f"vault/{service.key}", "vault", (service.key,), ("443",), tuple(doors), setting, allowed)


def _documentation(cidr: str) -> bool:
    """Ranges of RFC 5737, which Python counts as private: the committed settings use them as fictitious ones."""
    network = ipaddress.IPv4Network(cidr)
    examples = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
    return any(network.subnet_of(ipaddress.IPv4Network(each)) for each in examples)


def _weaknesses(settings: EnvironmentSettings) -> Iterator[str]:
    said = settings.vaults
    if not said.purge_protection or said.soft_delete_days < LONGEST_RETENTION_DAYS:
        yield "vault-purge-protection"
    if said.public_access and not said.allowed_ranges and not said.private_endpoint:
        yield PUBLIC_ACCESS


def _scopes(settings: EnvironmentSettings, catalogue: Catalogue) -> Mapping[str, str]:
    services = holders(catalogue)
    vaults = {f"vault/{service.key}": PART for service in services}
    return vaults | {f"key/{service.key}/{key}": "key-vault-key" for service in services for key in keys_of(service)}


VAULTS = Store(
    key="vaults",
    problems=_problems,
    rules={
        "vault-purge-protection": "a deleted vault comes back for 90 days and nobody can purge it before",
        PUBLIC_ACCESS: "vaults are reached privately or from named ranges",
    },
    weaknesses=_weaknesses,
    scopes=_scopes,
    products=lambda settings, catalogue: (),
    versions=lambda settings: (),
    targets=_targets,
)
