"""Connection strings of PostgreSQL and Redis: libpq reads the URL, and the .NET clients know every keyword."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from stacks.parts.redis.plan import PRIVATE_KEYS
from stacks.plan.model import StackPlan
from tests.harness.build import products
from tests.harness.compose import KEY
from tests.harness.settings import edited_plan, waived

NPGSQL = {
    "Host",
    "Port",
    "Database",
    "Username",
    "SSL Mode",
    "Maximum Pool Size",
    "Load Balance Hosts",
    "No Reset On Close",
}
"""Keywords of https://www.npgsql.org/doc/connection-string-parameters.html that the program uses, read 2026-11-21."""

VERIFY_FULL = "VerifyFull"
"""A value of SSL Mode there: the certificate is checked, and the host in it."""


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_npgsql_knows_every_keyword_of_a_connection_string(stack: str, plans: Mapping[str, StackPlan]) -> None:
    """The same in both modes: PostgreSQL's strings hold no password, the client adds a token."""
    for made in products(plans[stack], "postgresql/connection-string/").values():
        pairs = dict(pair.split("=", 1) for pair in made.value.split(";"))
        assert set(pairs) <= NPGSQL
        assert pairs["SSL Mode"] == VERIFY_FULL
        assert pairs["Host"] == f"mys-{stack}-core-pg-san.postgres.database.azure.com"
        assert 0 < int(pairs["Maximum Pool Size"]) <= 100


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_libpq_takes_the_url(stack: str, plans: Mapping[str, StackPlan]) -> None:
    for made in products(plans[stack], "postgresql/url/").values():
        assert conninfo_to_dict(made.value) == {
            "user": f"mys-{stack}-publisher-identity-san",
            "host": f"mys-{stack}-core-pg-san.postgres.database.azure.com",
            "port": "6432" if stack == "prod" else "5432",
            "dbname": "publisher",
            "sslmode": "verify-full",
        }


REDIS = {"ssl": "True", "abortConnect": "False", "password": KEY}
"""Keywords of https://stackexchange.github.io/StackExchange.Redis/Configuration that the program uses, read 2026-11-21:
endpoints without a name, options as name=value, all separated by commas."""


def test_stackexchange_redis_knows_every_keyword_of_a_connection_string(folder: Path) -> None:
    keys = {"local_auth": ["redis"], f"waivers.{PRIVATE_KEYS}": waived("a tunnel of the office")}
    made = products(edited_plan(folder, "dev", keys), "redis/")
    endpoint, *options = made["redis/connection-string/app"].value.split(",")
    assert dict(option.split("=", 1) for option in options) == REDIS
    assert endpoint == made["redis/endpoint/app"].value


def test_redis_takes_the_endpoint_with_an_identity(plans: Mapping[str, StackPlan]) -> None:
    """What ConfigurationOptions.Parse takes, to be followed by ConfigureForAzureWithTokenCredentialAsync."""
    keyless = products(plans["prod"], "redis/")
    assert not any(name.startswith("redis/connection-string") for name in keyless)
    host, port = keyless["redis/endpoint/app"].value.split(":")
    assert (host, port) == ("mys-prod-core-cache-san.southafricanorth.redis.azure.net", "10000")
