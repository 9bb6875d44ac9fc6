"""Secret configuration values: what no provider can generate, so that a person sets it once for each stack.

No committed file holds one. The offline world generates them at random in its own, ignored copy of the settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from components.postgresql.facts import PASSWORD_LENGTHS
from components.problems import Problem
from stacks.settings.models import Settings
from stacks.settings.webhooks import READ as READ_WEBHOOKS
from stacks.settings.webhooks import WEBHOOKS, is_encrypted

READ = "docs/runbooks/postgresql.md"
READ_EXTERNAL = "docs/how-to/add-a-secret.md"
READ_CLIENT = "docs/runbooks/identity.md"
READ_CI = "docs/runbooks/pipelines.md"

LISTS, HAS = "lists", "has"
"""How a setting calls for a secret: as a list with a word, or as a section with a key."""


@dataclass(frozen=True)
class ConfigSecret:
    """A secret in the project's namespace."""

    name: str
    """Its key without the namespace: ``postgresqlPassword``."""
    switch: str
    """The setting, a list or a section, that decides whether it is needed: ``local_auth``."""
    position: str
    """What that contains where it is needed: ``postgresql``."""
    lengths: range
    """The numbers of characters that it may have."""
    why: str
    """What needs it, as a sentence that follows "so"."""
    read: str
    """The document about it."""
    kinds: int = 0
    """Of how many of lower case, upper case, digits, others it must have some."""
    verb: str = LISTS
    """How the setting calls for it."""
    alone: bool = True
    """Whether it may be there where nothing needs it."""

    @property
    def where(self) -> str:
        """The setting that calls for it, as a clause."""
        return f"{self.switch} {self.verb} {self.position}"

    @property
    def rule(self) -> str:
        """What Azure would accept."""
        length = f"{self.lengths[0]} to {self.lengths[-1]} characters"
        if not self.kinds:
            return f"{length}, no white space"
        return f"{length} with at least {self.kinds} of lower case, upper case, digits, others"

    def good(self, value: str) -> bool:
        """Whether Azure would accept ``value``."""
        if not self.kinds and (not value.isprintable() or " " in value):
            return False
        kinds = (str.islower, str.isupper, str.isdigit, lambda each: not each.isalnum())
        found = sum(any(kind(each) for each in value) for kind in kinds)
        return len(value) in self.lengths and found >= self.kinds

    def needed(self, settings: Settings) -> bool:
        """Whether ``settings`` call for it."""
        switch = getattr(settings, self.switch, None)
        if self.verb == LISTS:
            return self.position in (switch or ())
        return getattr(switch, self.position, None) is not None


POSTGRESQL_PASSWORD = ConfigSecret(
    "postgresqlPassword",
    "local_auth",
    "postgresql",
    PASSWORD_LENGTHS,
    "the PostgreSQL server has an administrator with a password",
    READ,
    kinds=3,
)

CLIENT_SECRET_LENGTHS = range(8, 513)
"""Assumed: neither Google nor Discord says how long a client secret may be."""

GOOGLE_CLIENT_SECRET, DISCORD_CLIENT_SECRET = (
    ConfigSecret(
        f"{key}ClientSecret",
        "external_id",
        key,
        CLIENT_SECRET_LENGTHS,
        f"sign-in with {name} has a client id, which is nothing without its secret",
        READ_CLIENT,
        verb=HAS,
        alone=False,
    )
    for key, name in (("google", "Google"), ("discord", "Discord"))
)

WEBHOOK_LENGTHS = range(20, 2049)
"""Assumed: neither Slack nor Microsoft says how long the address of a webhook may be."""

SLACK_WEBHOOK, TEAMS_WEBHOOK = (
    ConfigSecret(
        f"{key}Webhook",
        "ci",
        key,
        WEBHOOK_LENGTHS,
        f"runs are told of in {name}, and whoever has the address of its webhook writes there",
        READ_CI,
        verb=HAS,
        alone=False,
    )
    for key, name in (("slack", "Slack"), ("teams", "Teams"))
)

CONFIG_SECRETS = (POSTGRESQL_PASSWORD, GOOGLE_CLIENT_SECRET, DISCORD_CLIENT_SECRET, SLACK_WEBHOOK, TEAMS_WEBHOOK)

EXTERNAL = "external-"
"""What the keys of values begin with that somebody outside hands out: ``external-stripe-api-key``."""

READS = {each.name: each.read for each in CONFIG_SECRETS}
"""Where to read about each."""


def is_secret(name: str) -> bool:
    """Whether a key of the project's namespace, without it, is a secret and no setting."""
    return name in READS or name == WEBHOOKS or name.startswith(EXTERNAL)


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
    """Secrets that the settings of ``file`` need and ``values`` (the engine's configuration, decrypted) lack, and those
    that belong to a client id which the settings lack."""
    for each in CONFIG_SECRETS:
        path, value = f"{file}: mystira:{each.name}", values.get(f"mystira:{each.name}")
        if not each.needed(settings):
            if value and not each.alone:
                what = f"a secret without its setting: {each.switch} has no {each.position}"
                allowed = f"mystira:{each.switch}.{each.position}, or pulumi config rm mystira:{each.name}"
                yield Problem(path, what, "a value that is not shown", allowed, each.read)
        elif not value:
            allowed = f"pulumi config set --secret mystira:{each.name}"
            yield Problem(path, f"missing: {each.where}, so {each.why}", "", allowed, each.read)
        elif not each.good(value):
            yield Problem(path, "Azure would refuse it", "a value that is not shown", each.rule, each.read)


def clear_text_problems(file: str, config: Mapping[str, object]) -> Iterator[Problem]:
    """Secrets in clear text in a settings file. The keys of ``config`` have no namespace."""
    for name in sorted(filter(is_secret, config)):
        value = config[name]
        if name == WEBHOOKS and is_encrypted(value):
            continue
        if not (isinstance(value, Mapping) and set(value) == {"secure"}):
            allowed = f"no such entry, or what `pulumi config set --secret mystira:{name}` writes"
            read = READ_WEBHOOKS if name == WEBHOOKS else READS.get(name, READ_EXTERNAL)
            yield Problem(f"{file}: mystira:{name}", "a secret in clear", "a value that is not shown", allowed, read)
