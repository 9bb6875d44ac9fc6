"""Secret configuration values: whether those are there that the settings call for. Their values are never shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from components.facts.config_secrets import CONFIG_SECRETS
from components.problems import Problem
from stacks.settings.models import Settings

NAMES = frozenset(each.name for each in CONFIG_SECRETS)
READ = "docs/runbooks/postgresql.md"


def secret_problems(file: str, settings: Settings, values: Mapping[str, str]) -> Iterator[Problem]:
    """Secrets that the settings of ``file`` call for and ``values`` (the engine's configuration, decrypted) lack."""
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
    """Secrets that stand in a settings file in clear; ``config`` is without the namespace."""
    for name in sorted(NAMES & config.keys()):
        value = config[name]
        if not (isinstance(value, Mapping) and set(value) == {"secure"}):
            allowed = f"no such entry, or what `pulumi config set --secret mystira:{name}` writes"
            yield Problem(f"{file}: mystira:{name}", "a secret in clear", "a value that is not shown", allowed, READ)
