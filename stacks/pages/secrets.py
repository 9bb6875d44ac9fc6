"""docs/secrets.md: every secret and key of every environment, and what became of those of the estate."""

from __future__ import annotations

from collections.abc import Iterator

from stacks.pages.markdown import page, table
from stacks.pages.plans import plans
from stacks.pages.secret_parity import PARITY
from stacks.parts.secrets.plan import SECRETS
from stacks.parts.vaults.plan import VAULTS
from stacks.plan.model import StackPlan

INTRODUCTION = """\
What each vault holds. A value comes from what makes it or, as `endpoint/...`, from the plan; only an `external/...` is
set by a person, because somebody outside hands it out (docs/how-to/add-a-secret.md). The reader is an identity with the
role Key Vault Secrets User at that vault. Renewing, recovering, reaching a closed vault: docs/runbooks/secrets.md.

A service logs in to Cosmos DB, Storage, Service Bus, the AI account and search with its identity, the same way in every
environment: the client takes `cosmos-endpoint`, `storage-endpoint`, `servicebus-namespace`, `azure-ai-endpoint` or
`azure-search-endpoint` and a `DefaultAzureCredential`. A connection string of these stores carries a key, as
`azure-ai-api-key` and `azure-search-api-key` do; each exists only where `mystira:local_auth` lists the store, because
clients refuse a connection string without a key, or use it anonymously. In .NET:

- `new CosmosClient(endpoint, new DefaultAzureCredential(), new() { ConnectionMode = ConnectionMode.Gateway })`
- `new BlobServiceClient(new Uri(endpoint), new DefaultAzureCredential())`
- `new ServiceBusClient(fullyQualifiedNamespace, new DefaultAzureCredential())`
- `new AzureOpenAIClient(new Uri(endpoint), new DefaultAzureCredential()).GetChatClient("gpt-4o")`: the name of the
  deployment, whatever model is behind it (docs/runbooks/models.md)
- `new SearchClient(new Uri(endpoint), index, new DefaultAzureCredential())`
- `await ConfigurationOptions.Parse(redisEndpoint).ConfigureForAzureWithTokenCredentialAsync(credential)`
"""


def secrets_page() -> str:
    """The whole page."""
    environments = {stack: plan for stack, plan in plans().items() if plan.get(SECRETS) is not None}
    heading = ("stack", "service", "vault", "secret", "content type", "value from", "reader", "ends, oldest, owner")
    return page(
        "Secrets",
        INTRODUCTION,
        table(heading, (row for stack, plan in environments.items() for row in _secrets(stack, plan))),
        "## Keys\n",
        table(
            ("stack", "vault", "key", "kind", "new version"),
            (row for stack, plan in environments.items() for row in _keys(stack, plan)),
        ),
        "## Secrets of the estate\n",
        table(("service", "secret", "here"), _parity(next(iter(environments.values())))),
    )


def _secrets(stack: str, plan: StackPlan) -> Iterator[tuple[str, ...]]:
    for each in plan.of(SECRETS):
        terms = f"{each.expires_on}, {each.maximum_age_days} days, {each.owner}"
        source = f"`{each.value}`" + (", set in the vault" if each.in_vault else "")
        yield stack, each.service, each.vault, each.name, each.content_type, source, each.reader, terms


def _keys(stack: str, plan: StackPlan) -> Iterator[tuple[str, ...]]:
    for vault in plan.of(VAULTS).vaults:
        for key in vault.spec.keys:
            turns = f"every {key.rotate_after_days} days, ends after {key.expire_after_days}"
            yield stack, vault.spec.name, key.name, f"RSA {key.bits}, sign and verify", turns


def _parity(plan: StackPlan) -> Iterator[tuple[str, ...]]:
    for row in PARITY:
        found = row.found(plan.of(SECRETS))
        here = f"`{found.name}` from `{found.value}`" if found else row.instead or f"waits for: {row.part}"
        yield row.service, row.name, here
