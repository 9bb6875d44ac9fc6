"""Secrets that no provider can make: a person sets them once, as secret values of the stack's configuration.

No committed file holds one. The offline set-up draws them at random into its own, ignored copy of the settings.
"""

from __future__ import annotations

from dataclasses import dataclass

from components.facts.postgresql import PASSWORD_LENGTHS


@dataclass(frozen=True)
class ConfigSecret:
    """A secret in the namespace of the project, needed while the setting ``switch`` is ``position``.

    ``lengths`` are the numbers of characters that it may have, of three kinds (lower case, upper case, digits, others).
    """

    name: str
    switch: str
    position: str
    lengths: range
    why: str

    def good(self, value: str) -> bool:
        """Whether ``value`` would be accepted."""
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
