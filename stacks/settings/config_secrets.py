"""Secret configuration values: what no provider can generate, so that a person sets it once for each stack.

No committed file holds one. The offline world generates them at random in its own, ignored copy of the settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.postgresql.facts import PASSWORD_LENGTHS
from components.problems import Problem
from stacks.settings.models import Settings


@dataclass(frozen=True)
class ConfigSecret:
    """A secret in the project's namespace, with three of lower case, upper case, digits, others."""

    name: str
    """Its key without the namespace: ``postgresqlPassword``."""
    switch: str
    """The setting that decides whether it is needed: ``local_auth``."""
    position: str
    """The value of that setting with which it is needed: ``on``."""
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
    "on",
    PASSWORD_LENGTHS,
    "the PostgreSQL server has an administrator with a password",
)

CONFIG_SECRETS = (POSTGRESQL_PASSWORD,)

NAMES = frozenset(each.name for each in CONFIG_SECRETS)
READ = "docs/runbooks/postgresql.md"


def secret_problems(file: str, settings: Settings, values: Mapping[str, str]) -> Iterator[Problem]:
    """Secrets that the settings of ``file`` need and ``values`` (the engine's configuration, decrypted) lack."""
    for each in CONFIG_SECRETS:
        if getattr(settings, each.switch, None) != each.position:
            continue
        path, value = f"{file}: mystira:{each.name}", values.get(f"mystira:{each.name}")
        allowed = f"pulumi config set --secret mystira:{each.name}"
        if not value:
            yield Problem(path, f"missing: {each.switch} is {each.position}, so {each.why}", "", allowed, READ)
        elif not each.good(value):
            length = f"{each.lengths[0]} to {each.lengths[-1]} characters"
            kinds = "with three of lower case, upper case, digits, others"
            yield Problem(path, "Azure would refuse it", "a value that is not shown", f"{length} {kinds}", READ)


def clear_text_problems(file: str, config: Mapping[str, object]) -> Iterator[Problem]:
    """Secrets in clear text in a settings file. The keys of ``config`` have no namespace."""
    for name in sorted(NAMES & config.keys()):
        value = config[name]
        if not (isinstance(value, Mapping) and set(value) == {"secure"}):
            allowed = f"no such entry, or what `pulumi config set --secret mystira:{name}` writes"
            yield Problem(f"{file}: mystira:{name}", "a secret in clear", "a value that is not shown", allowed, READ)
