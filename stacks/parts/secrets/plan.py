"""The secrets in the vaults: where every value comes from, who reads it, until when it is good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar

from components.facts.store_keys import TWO_KEYS
from components.facts.types import RESOURCE_TYPES
from components.naming.kubernetes import namespace, object_name
from components.naming.rules import check_name
from components.problems import Problem
from components.vaults.spec import SecretSpec
from stacks.catalogue.model import HostKind, Service
from stacks.catalogue.needs.base import WantedSecret
from stacks.catalogue.needs.external import PREFIX as EXTERNAL
from stacks.context import Context
from stacks.parts.part import Notice, Part, Wish
from stacks.parts.vaults.plan import KEY_VAULT
from stacks.settings.models import EnvironmentSettings
from stacks.settings.vaults import SecretTerms

SECRET = RESOURCE_TYPES["key-vault-secret"]
READER_ROLE = "key-vault-secrets-user"
READ = "docs/secrets.md"
RUNBOOK = "docs/runbooks/secrets.md"
EXPIRY_NOTICE = timedelta(days=30)
LOCAL_AUTH = "local-auth"


@dataclass(frozen=True)
class SecretPlan(SecretSpec):
    """A secret in the vault of a service, with the reference to its value."""

    service: str
    vault: str
    """Physical name of the vault."""
    reader: str
    """The principal that reads it: ``identity/app``."""
    reader_name: str
    """The physical name of that identity."""
    value: str
    """What makes it: ``redis/endpoint/app``."""
    literal: str
    """The value itself where the plan knows it, which is then no secret; empty otherwise."""
    maximum_age_days: int
    owner: str
    """Who renews it."""
    written: bool
    """Off while the vault is being recovered, because what it held comes back with it, and where its owner sets it."""
    in_vault: bool = False
    """Whether its owner sets the value in the vault, so that this program neither knows nor writes it."""

    @property
    def place(self) -> str:
        """Which secret it is of the environment: ``publisher/chain-rpc-endpoint``."""
        return f"{self.service}/{self.name}"

    @property
    def external(self) -> str:
        """The name of the value that somebody outside hands out; empty for what is made here."""
        return self.value.removeprefix(EXTERNAL) if self.value.startswith(EXTERNAL) else ""


class Secrets(Part[EnvironmentSettings, tuple[SecretPlan, ...]]):
    """The writing of secrets: what makes their values comes before it, what reads the vaults after it."""

    key = "secrets"
    rules: ClassVar[Mapping[str, str]] = {LOCAL_AUTH: "stores accept identities only, never keys"}

    def plan(self, context: Context[EnvironmentSettings]) -> tuple[SecretPlan, ...]:
        literals = literals_of(context)
        return tuple(_secret(context, service, wanted, literals) for service, wanted in wishes(context))

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        settings = context.settings.secrets
        for path, day in _dates(context):
            if day <= context.today:
                yield Problem(path, "the secrets have expired", str(day), f"a date after {context.today}", RUNBOOK)
        if settings.key != "primary" and not TWO_KEYS & set(context.settings.local_auth):
            what = f"local_auth lists no store with two keys: {', '.join(sorted(TWO_KEYS))}"
            path = context.path("secrets.key")
            yield Problem(path, what, settings.key, "primary, or no such entry", RUNBOOK)
        known = {f"{service.key}/{wanted.name}" for service, wanted in wishes(context)}
        for key in settings.overrides:
            if key not in known:
                path, allowed = context.path(f"secrets.overrides.{key}"), ", ".join(sorted(known))
                yield Problem(path, "no such secret", key, allowed, READ)

        yield from _external_problems(context)
        yield from _age_problems(context)
        yield from _vault_problems(context)

    def products(self, context: Context[EnvironmentSettings]) -> tuple[str, ...]:
        """What no provider can make: people set it as a secret configuration value."""
        values = (wanted.value for service, wanted in wishes(context) if not _in_vault(context, service, wanted))
        return tuple(dict.fromkeys(value for value in values if value.startswith(EXTERNAL)))

    def wants(self, context: Context[EnvironmentSettings]) -> Iterator[Wish]:
        literals = literals_of(context)
        for service, wanted in wishes(context):
            if wanted.value not in literals and not _in_vault(context, service, wanted):
                yield Wish(wanted.value, _path(service, wanted))

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        if context.settings.local_auth:
            yield LOCAL_AUTH

    def notices(self, context: Context[EnvironmentSettings]) -> Iterator[Notice]:
        """Dates that are near."""
        for path, day in _dates(context):
            if context.today < day <= context.today + EXPIRY_NOTICE:
                text = f"{path}: the secrets expire on {day}: renew them and set a later day ({RUNBOOK})"
                yield Notice(path, str(day), text)


def wishes(context: Context[EnvironmentSettings]) -> Iterator[tuple[Service, WantedSecret]]:
    """Every secret that a service wants, once, even where two of its needs want the very same.

    A key is wanted where it opens something: where ``local_auth`` lists its store.
    """
    for service in (service for service in context.catalogue if service.takes_secrets):
        for wanted in dict.fromkeys(wanted for need in service.needs for wanted in need.secrets):
            if wanted.key_of is None or context.settings.accepts_keys(wanted.key_of):
                yield service, replace(wanted, value=wanted.value.format(service=service.key))


def literals_of(context: Context[EnvironmentSettings]) -> Mapping[str, str]:
    """Values that the plan itself knows: ``endpoint/<service>/<port>``, where a workload answers in the cluster."""
    place = namespace(context.environment)
    return {
        f"endpoint/{service.key}/{port.name}": (
            f"http://{object_name(service.key)}.{place}.svc.cluster.local:{port.number}"
        )
        for service in context.catalogue
        if service.workload and service.workload.kind is HostKind.AKS
        for port in service.workload.ports
        if port.protocol == "TCP"
    }


def _in_vault(context: Context[EnvironmentSettings], service: Service, wanted: WantedSecret) -> bool:
    """Whether the owner of a secret sets it in the vault."""
    own = context.settings.secrets.overrides.get(f"{service.key}/{wanted.name}")
    return own is not None and own.in_vault


def _external_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Values that people set in a vault although the program makes them."""
    for service, wanted in wishes(context):
        if _in_vault(context, service, wanted) and not wanted.value.startswith(EXTERNAL):
            path = context.path(f"secrets.overrides.{service.key}/{wanted.name}.in_vault")
            yield Problem(path, f"the program makes its value, {wanted.value}", "true", "false", READ)


def _path(service: Service, wanted: WantedSecret) -> str:
    return f"catalogue: {service.key}: secret {wanted.name}"


def _vault_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Two values under one name, a secret without a vault or a right to read it, and impossible names."""
    seen: set[tuple[str, str]] = set()
    for service, wanted in wishes(context):
        path, place = _path(service, wanted), (service.key, wanted.name.lower())
        if place in seen:
            yield Problem(path, "the name is used twice in one vault", wanted.value, "one value under a name", READ)
        elif KEY_VAULT not in service.parts:
            yield Problem(path, "the service has no vault", wanted.value, "the need Vault", READ)
        elif not may_read(service):
            yield Problem(
                path, "its reader has no role that lets it read the vault", f"identity/{service.key}", READER_ROLE
            )
        else:
            yield from check_name(SECRET, wanted.name, path)
        seen.add(place)


def may_read(service: Service) -> bool:
    """Whether the identity of a service is granted the reading of its own vault."""
    granted = [each for need in service.needs for each in need.grants if each.role == READER_ROLE]
    return f"vault/{service.key}" in {each.target.format(service=service.key) for each in granted}


def _secret(
    context: Context[EnvironmentSettings], service: Service, wanted: WantedSecret, literals: Mapping[str, str]
) -> SecretPlan:
    terms = context.settings.secrets
    own = terms.overrides.get(f"{service.key}/{wanted.name}", SecretTerms())
    return SecretPlan(
        key=f"{service.key}-{wanted.name}",
        name=wanted.name,
        content_type=wanted.content_type,
        expires_on=own.expires_on or terms.expires_on,
        service=service.key,
        vault=context.names.name(service.project, KEY_VAULT),
        reader=f"identity/{service.key}",
        reader_name=context.names.name(service.project, "user-assigned-identity"),
        value=wanted.value,
        literal=literals.get(wanted.value, ""),
        maximum_age_days=own.maximum_age_days or terms.maximum_age_days,
        owner=own.owner or terms.owner,
        written=service.key not in context.settings.vaults.recover and not _in_vault(context, service, wanted),
        in_vault=_in_vault(context, service, wanted),
    )


def _age_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Terms under which a value that is written today would be too old before it expires."""
    terms = context.settings.secrets
    both = [("", terms.expires_on, terms.maximum_age_days)] + [
        (f"overrides.{key}.", own.expires_on or terms.expires_on, own.maximum_age_days or terms.maximum_age_days)
        for key, own in terms.overrides.items()
        if own.expires_on or own.maximum_age_days
    ]
    for prefix, end, most in both:
        days = (end - context.today).days
        if days > most:
            path, allowed = context.path(f"secrets.{prefix}maximum_age_days"), f"{days} days or more, or an earlier end"
            yield Problem(path, f"reached before the end, {end}", f"{most} days", allowed, RUNBOOK)


def _dates(context: Context[EnvironmentSettings]) -> Iterator[tuple[str, date]]:
    terms = context.settings.secrets
    yield context.path("secrets.expires_on"), terms.expires_on
    for key, own in terms.overrides.items():
        if own.expires_on:
            yield context.path(f"secrets.overrides.{key}.expires_on"), own.expires_on


SECRETS = Secrets()
