"""Secret configuration values: what no provider can generate, so that a person sets it once for each stack.

No committed file holds one. The offline world generates them at random in its own, ignored copy of the settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from components.facts.store_keys import Store
from components.postgresql.facts import PASSWORD_LENGTHS
from components.problems import Problem
from stacks.settings.models import Settings


@dataclass(frozen=True)
class ConfigSecret:
    """A secret in the project's namespace, with three of lower case, upper case, digits, others."""

    name: str
    """Its key without the namespace: ``postgresqlPassword``."""
    switch: str
    """The setting, a list, that decides whether it is needed: ``local_auth``."""
    position: Store
    """What that list contains where it is needed: ``postgresql``."""
    lengths: range
    """The numbers of characters that it may have."""
    why: str
    """What needs it, as a sentence that follows "so"."""

    def good(self, value: str) -> bool:
        """Whether Azure would accept ``value``."""
        kinds = (str.islower, str.isupper, str.isdigit, lambda each: not each.isalnum())
        return len(value) in self.lengths and sum(any(kind(each) for each in value) for kind in kinds) >= 3


POSTGRESQL_PASSWORD = ConfigSecret(
    "postgresqlPassword",
    "local_auth",
    "postgresql",
    PASSWORD_LENGTHS,
    "the PostgreSQL server has an administrator with a password",
)

CONFIG_SECRETS = (POSTGRESQL_PASSWORD,)

EXTERNAL = "external-"
"""What the keys of values begin with that somebody outside hands out: ``external-stripe-api-key``."""

NAMES = frozenset(each.name for each in CONFIG_SECRETS)
READ = "docs/runbooks/postgresql.md"
READ_EXTERNAL = "docs/how-to/add-a-secret.md"


def is_secret(name: str) -> bool:
    """Whether a key of the project's namespace, without it, is a secret and no setting."""
    return name in NAMES or name.startswith(EXTERNAL)


def external_problems(file: str, wanted: Mapping[str, Iterable[str]], values: Mapping[str, str]) -> Iterator[Problem]:
    """Values from outside that ``wanted`` (name to the services that need it) asks for and ``values`` (the engine's
    configuration, decrypted) lacks, and those that nobody asks for."""
    for name, services in wanted.items():
        key = f"mystira:{EXTERNAL}{name}"
        path, value, who = f"{file}: {key}", values.get(key), ", ".join(services)
        if not value:
            allowed = f"pulumi config set --secret {key}, or in_vault: true in mystira:secrets.overrides"
            yield Problem(path, f"missing: {who} needs it", "", allowed, READ_EXTERNAL)
        elif value != value.strip() or not value.isprintable():
            what, seen = "white space around it, or a control character", "a value that is not shown"
            yield Problem(path, what, seen, "the value alone", READ_EXTERNAL)
    prefix = f"mystira:{EXTERNAL}"
    for key in values:
        if key.startswith(prefix) and key.removeprefix(prefix) not in wanted:
            allowed = ", ".join(f"{EXTERNAL}{name}" for name in wanted) or "no such entry"
            yield Problem(f"{file}: {key}", "no service needs it from here", "", allowed, READ_EXTERNAL)


def secret_problems(file: str, settings: Settings, values: Mapping[str, str]) -> Iterator[Problem]:
    """Secrets that the settings of ``file`` need and ``values`` (the engine's configuration, decrypted) lack."""
    for each in CONFIG_SECRETS:
        if each.position not in getattr(settings, each.switch, ()):
            continue
        path, value = f"{file}: mystira:{each.name}", values.get(f"mystira:{each.name}")
        allowed = f"pulumi config set --secret mystira:{each.name}"
        if not value:
            yield Problem(path, f"missing: {each.switch} lists {each.position}, so {each.why}", "", allowed, READ)
        elif not each.good(value):
            length = f"{each.lengths[0]} to {each.lengths[-1]} characters"
            kinds = "with three of lower case, upper case, digits, others"
            yield Problem(path, "Azure would refuse it", "a value that is not shown", f"{length} {kinds}", READ)


def clear_text_problems(file: str, config: Mapping[str, object]) -> Iterator[Problem]:
    """Secrets in clear text in a settings file. The keys of ``config`` have no namespace."""
    for name in sorted(filter(is_secret, config)):
        value = config[name]
        if not (isinstance(value, Mapping) and set(value) == {"secure"}):
            allowed = f"no such entry, or what `pulumi config set --secret mystira:{name}` writes"
            read = READ_EXTERNAL if name.startswith(EXTERNAL) else READ
            yield Problem(f"{file}: mystira:{name}", "a secret in clear", "a value that is not shown", allowed, read)
