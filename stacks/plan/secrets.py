"""The secret contract: what each vault holds, where every value comes from, who reads it, until when it is good.

A value is a reference such as ``redis/connection-string``. Stores say what they produce, needs say what they want; what
does not meet is told here, before anything is built. ``stacks.build.secrets`` turns references into outputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from components.facts.resource_types import RESOURCE_TYPES
from components.naming import check_name
from components.naming.kubernetes import namespace, object_name
from components.problems import Problem
from stacks.catalogue import Catalogue, HostKind, Service
from stacks.catalogue.needs import WantedSecret
from stacks.plan.model import Host, SecretSpec, Tokens, Warning
from stacks.plan.stores import STORES
from stacks.plan.stores.model import Stores
from stacks.plan.stores.vaults import holders
from stacks.settings import EnvironmentSettings
from stacks.settings.loading import file_name

KIND = RESOURCE_TYPES["key-vault-secret"]
READER_ROLE = "key-vault-secrets-user"
TELEMETRY = "telemetry/connection-string/"
READ = "docs/secrets.md"
RUNBOOK = "docs/runbooks/secrets.md"
WARNING_TIME = timedelta(days=30)


def wishes(settings: EnvironmentSettings, catalogue: Catalogue) -> Iterator[tuple[Service, WantedSecret]]:
    """Every secret that a service wants, once, even where two of its needs want the very same.

    Keys are wanted where they open something: with ``local_auth`` on.
    """
    for service in catalogue:
        for wanted in dict.fromkeys(wanted for need in service.needs for wanted in need.secrets):
            if settings.local_auth == "on" or not wanted.keyed:
                yield service, replace(wanted, value=wanted.value.format(service=service.key))


def literals_of(stack: str, catalogue: Catalogue) -> Mapping[str, str]:
    """Values that the plan itself knows: ``endpoint/<service>/<port>``, where a workload answers in the cluster."""
    return {
        f"endpoint/{service.key}/{port.name}": (
            f"http://{object_name(service.key)}.{namespace(stack)}.svc.cluster.local:{port.number}"
        )
        for service in catalogue
        if service.workload and service.workload.kind is HostKind.AKS
        for port in service.workload.ports
        if port.protocol == "TCP"
    }


def products_of(settings: EnvironmentSettings, catalogue: Catalogue) -> Mapping[str, str]:
    """Everything that is made to be read from a vault, and what makes it."""
    made = {f"{TELEMETRY}{each.key}": "telemetry" for each in catalogue if "application-insights" in each.parts}
    return made | {product: store.key for store in STORES for product in store.products(settings, catalogue)}


def may_read(service: Service) -> bool:
    """Whether the identity of a service is granted the reading of its own vault."""
    granted = [each for need in service.needs for each in need.grants if each.role == READER_ROLE]
    return f"vault/{service.key}" in {each.target.format(service=service.key) for each in granted}


def secret_problems(stack: str, settings: EnvironmentSettings, catalogue: Catalogue, today: date) -> Iterator[Problem]:
    """What does not meet: no producer, no reader, two values under one name, no vault, no right to read; and dates."""
    found = list(wishes(settings, catalogue))
    products, literals = products_of(settings, catalogue), literals_of(stack, catalogue)
    vaults = {service.key for service in holders(catalogue)}
    readers = {service.key for service in catalogue if may_read(service)}
    seen: set[tuple[str, str]] = set()
    for service, wanted in found:
        path, place = f"catalogue: {service.key}: secret {wanted.name}", (service.key, wanted.name.lower())
        if place in seen:
            yield Problem(path, "the name is used twice in one vault", wanted.value, "one value under a name", READ)
        elif service.key not in vaults:
            yield Problem(path, "the service has no vault", wanted.value, "the need Vault", READ)
        elif wanted.value not in products and wanted.value not in literals:
            allowed = ", ".join(sorted({*products, *literals}))
            yield Problem(path, "nothing produces its value", wanted.value, allowed, READ)
        elif service.key not in readers:
            yield Problem(path, "its reader may not read the vault", f"identity/{service.key}", READER_ROLE)
        else:
            yield from check_name(KIND, wanted.name, path)
        seen.add(place)
    read = {wanted.value for _, wanted in found}
    for product, store in products.items():
        if product not in read:
            yield Problem(f"plan: {store}: {product}", "nobody reads what it produces", product, "a secret of a need")
    yield from _term_problems(stack, settings, {f"{service.key}/{wanted.name}" for service, wanted in found}, today)


def secrets_of(
    stack: str, settings: EnvironmentSettings, catalogue: Catalogue, stores: Stores
) -> tuple[SecretSpec, ...]:
    """What is written into each vault. A vault that is being recovered has its secrets already."""
    literals = literals_of(stack, catalogue)
    vaults = {vault.service: vault for vault in stores.vaults.vaults}
    found: list[SecretSpec] = []
    for service, wanted in wishes(settings, catalogue):
        vault = vaults[service.key]
        said, all_ = settings.secrets.overrides.get(f"{service.key}/{wanted.name}"), settings.secrets
        found.append(
            SecretSpec(
                service=service.key,
                vault=vault.name,
                name=wanted.name,
                content_type=wanted.content_type,
                reader=f"identity/{service.key}",
                value=wanted.value,
                literal=literals.get(wanted.value, ""),
                expires_on=(said and said.expires_on) or all_.expires_on,
                maximum_age_days=(said and said.maximum_age_days) or all_.maximum_age_days,
                owner=(said and said.owner) or all_.owner,
                written=not vault.recover,
            )
        )
    return tuple(found)


def tokens_of(stores: Stores, hosts: tuple[Host, ...]) -> tuple[Tokens, ...]:
    """Who signs, for whom: the API of a service that has a signing key, for the site of the same service."""
    found: list[Tokens] = []
    for vault in stores.vaults.vaults:
        sites = [host for host in hosts if host.service == vault.service and host.kind == HostKind.STATIC_SITE.value]
        apis = [host for host in hosts if host.service == vault.service and host not in sites]
        if apis and sites:
            issuer, audience = f"https://{apis[0].name}", f"https://{sites[0].name}"
            found += [Tokens(issuer, audience, f"{vault.service}/{key}") for key in vault.keys]
    return tuple(found)


def secret_warnings(stack: str, settings: EnvironmentSettings, today: date) -> Iterator[Warning]:
    """Dates that are near, and a recovery that should not stay in the settings."""
    for path, day in _dates(stack, settings):
        if today < date.fromisoformat(day) <= today + WARNING_TIME:
            said = f"{path}: the secrets expire on {day}: renew them and give a later day ({RUNBOOK})"
            yield Warning(path, day, "", RUNBOOK, said)
    if settings.vaults.recover:
        path = f"{file_name(stack)}: mystira:vaults.recover"
        said = f"{path}: for one run only; now take it out and adopt what came back ({RUNBOOK})"
        yield Warning(path, today.isoformat(), "", RUNBOOK, said)


def _dates(stack: str, settings: EnvironmentSettings) -> Iterator[tuple[str, str]]:
    prefix = f"{file_name(stack)}: mystira:secrets"
    yield f"{prefix}.expires_on", settings.secrets.expires_on
    for key, terms in settings.secrets.overrides.items():
        if terms.expires_on:
            yield f"{prefix}.overrides.{key}.expires_on", terms.expires_on


def _term_problems(stack: str, settings: EnvironmentSettings, known: set[str], today: date) -> Iterator[Problem]:
    for path, day in _dates(stack, settings):
        if date.fromisoformat(day) <= today:
            yield Problem(path, "the secrets have expired", day, f"a day after {today}", RUNBOOK)
    if settings.secrets.key != "primary" and settings.local_auth == "off":
        path, what = f"{file_name(stack)}: mystira:secrets.key", "no store gives keys out: local_auth is off"
        yield Problem(path, what, settings.secrets.key, "primary, or no such entry", RUNBOOK)
    for key in settings.secrets.overrides:
        if key not in known:
            path = f"{file_name(stack)}: mystira:secrets.overrides.{key}"
            yield Problem(path, "no such secret", key, ", ".join(sorted(known)), READ)
