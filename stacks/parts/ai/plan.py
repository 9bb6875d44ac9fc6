"""The AI account: one for all services of an environment, with the models that they call by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.ai.spec import AiSpec, DeploymentSpec
from components.facts.ai_models import REGIONAL, lifecycle_of
from components.problems import Problem
from stacks.catalogue.names import CORE
from stacks.catalogue.needs.models import Models
from stacks.context import Context
from stacks.parts.ai.checks import ai_problems, closing_notices, model_of
from stacks.parts.doors import Target, offices, private, zones
from stacks.parts.part import Notice, Part, Step
from stacks.parts.public_side import addresses
from stacks.settings.ai import ModelDeployment
from stacks.settings.models import EnvironmentSettings
from stacks.settings.types import texts

PUBLIC_ACCESS = "ai-public-access"
GLOBAL_PROCESSING = "ai-global-processing"
CONTENT_FILTER = "ai-content-filter"
ACCOUNT_SCOPE = "ai"
INSIDE = "mystira"
"""The name of the content filter and of the project."""
WEAKEST = "high"
ZONES = zones("ai")


class AI(Part[EnvironmentSettings, AiSpec]):
    """The account."""

    key = "ai"
    rules: ClassVar[Mapping[str, str]] = {
        PUBLIC_ACCESS: "models are reached through the private endpoint only",
        GLOBAL_PROCESSING: "prompts are processed in the region of the account",
        CONTENT_FILTER: "harmful content is blocked from medium severity on",
    }

    def plan(self, context: Context[EnvironmentSettings]) -> AiSpec:
        ai, names = context.settings.ai, context.names
        return AiSpec(
            name=names.name(CORE, "ai-account"),
            policy=names.child("ai-rai-policy", INSIDE),
            severity=ai.content_filter.capitalize(),
            deployments=tuple(_deployment(context, name, each) for name, each in ai.deployments.items()),
            project=names.child("ai-project", INSIDE),
            public_access=ai.public_access,
            allowed_ranges=addresses(ai.allowed_ranges),
            local_auth=context.settings.accepts_keys("ai"),
            store_key=context.settings.secrets.key,
            recover=ai.recover,
            private_endpoint=names.name(CORE, "private-endpoint", role="ai"),
        )

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return ai_problems(context)

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        ai = context.settings.ai
        if ai.public_access:
            yield PUBLIC_ACCESS
        if any(each.sku not in REGIONAL for each in ai.deployments.values()):
            yield GLOBAL_PROCESSING
        if ai.content_filter == WEAKEST:
            yield CONTENT_FILTER

    def steps(self, context: Context[EnvironmentSettings]) -> Iterator[Step]:
        users = context.catalogue.needing(Models)
        account = context.names.name(CORE, "ai-account")
        group = context.names.name(CORE, "resource-group")
        if users:
            yield Step(
                key="model-successors",
                do=f"try the successors of the models with the prompts of {', '.join(users)}, before theirs end",
                check=f"az cognitiveservices account deployment list -g {group} -n {account} -o table",
                read="docs/runbooks/models.md",
            )

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {ACCOUNT_SCOPE: "ai-account"}

    def targets(self, context: Context[EnvironmentSettings]) -> Iterator[Target]:
        ai, allowed = context.settings.ai, "a private endpoint"
        doors = (
            private("ai.public_access", allowed),
            *offices("ai.public_access", texts(ai.allowed_ranges), PUBLIC_ACCESS),
        )
        yield Target(ACCOUNT_SCOPE, "ai", context.catalogue.needing(Models), ("443",), doors, "ai", allowed, ZONES)

    def products(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        if any(context.catalogue.by_key[key].takes_secrets for key in context.catalogue.needing(Models)):
            yield Models.ENDPOINT
            if context.settings.accepts_keys("ai"):
                yield Models.KEY

    def versions(self, context: Context[EnvironmentSettings]) -> Iterator[tuple[str, str]]:
        return (lifecycle_of(each.model, each.version) for each in context.settings.ai.deployments.values())

    def notices(self, context: Context[EnvironmentSettings]) -> Iterator[Notice]:
        return closing_notices(context)


def _deployment(context: Context[EnvironmentSettings], name: str, settings: ModelDeployment) -> DeploymentSpec:
    return DeploymentSpec(
        name=context.names.child("ai-deployment", name),
        model=settings.model,
        version=settings.version,
        sku=settings.sku,
        capacity=settings.capacity,
        upgrade=settings.upgrade,
        filtered=model_of(settings).chat,
    )


AI_ACCOUNT = AI()
