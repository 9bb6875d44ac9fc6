"""What became of the secrets of the estate."""

from __future__ import annotations

from stacks.pages.secret_parity import PARITY
from stacks.parts.all import ENVIRONMENT_PARTS
from stacks.parts.secrets.plan import SECRETS
from tests.harness.settings import context, every_environment, plan


def test_a_secret_has_a_producer_or_a_reason_why_it_needs_none() -> None:
    assert [row for row in PARITY if bool(row.instead) == bool(row.product)] == []


@every_environment
def test_every_secret_whose_producer_exists_has_its_place(stack: str) -> None:
    secrets = plan(stack).of(SECRETS)
    asked = context(stack)
    products = {
        *(product for part in ENVIRONMENT_PARTS for product in part.products(asked)),
        *(each.value for each in secrets),
    }
    assert [row for row in PARITY if row.made_by(products) and row.found(secrets) is None] == []
    assert {row.name for row in PARITY if row.found(secrets)} >= {
        "appinsights-connection-string",
        "chain-rpc-endpoint",
    }
