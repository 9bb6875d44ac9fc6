"""What Azure or a rule of this platform refuses about the AI account and its models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from components.ai.facts import NETWORK, QUOTA
from components.facts.ai_models import MODELS, Model, lifecycle_of
from components.facts.lifecycles import LIFECYCLES, Lifecycle
from components.problems import Problem
from stacks.catalogue.needs.models import Models
from stacks.context import Context
from stacks.parts.lifecycles import RETIREMENT_NOTICE
from stacks.parts.part import Notice
from stacks.parts.public_side import public_side_problems
from stacks.settings.ai import ModelDeployment
from stacks.settings.models import EnvironmentSettings

READ = "docs/runbooks/models.md"
READ_MODELS = "components/facts/ai_models.py"


def ai_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Models that cannot be deployed, more than the quota, and names that services call in vain."""
    yield from public_side_problems(context, "ai", context.settings.ai, NETWORK)
    for name, deployment in context.settings.ai.deployments.items():
        yield from _model_problems(context, name, deployment)
    yield from _quota_problems(context)
    deployed = context.settings.ai.deployments
    for service in context.catalogue:
        for need in service.needs:
            for name in need.deployments if isinstance(need, Models) else ():
                if name not in deployed:
                    what, allowed = f"missing: {service.key} calls it", "a deployment of this name"
                    yield Problem(context.path(f"ai.deployments.{name}"), what, "", allowed, READ)


def closing_notices(context: Context[EnvironmentSettings]) -> Iterator[Notice]:
    """Models that will soon be open only to subscriptions that have deployed them."""
    for name, deployment in context.settings.ai.deployments.items():
        row = _lifecycle(deployment)
        closes = row.closed_for_new if row else None
        if row and closes and not deployment.runs and context.today < closes <= context.today + RETIREMENT_NOTICE:
            path = context.path(f"ai.deployments.{name}")
            text = (
                f"{path}: {row.version} is closed to newcomers on {closes}: move to {row.replacement}, or set "
                f"runs: true once this subscription has deployed it ({row.source}; {READ})"
            )
            yield Notice(path, str(closes), text)


def _lifecycle(deployment: ModelDeployment) -> Lifecycle | None:
    wanted = lifecycle_of(deployment.model, deployment.version)
    return next((row for row in LIFECYCLES if (row.what, row.version) == wanted), None)


def _model_problems(context: Context[EnvironmentSettings], name: str, deployment: ModelDeployment) -> Iterator[Problem]:
    path, region = context.path(f"ai.deployments.{name}"), context.settings.azure.region
    model = MODELS.get((deployment.model, deployment.version))
    if model is None:
        yield from _unknown_problems(path, deployment)
        return
    yield from _lifecycle_problems(path, deployment, context.today)
    skus = model.offered.get(region, ())
    if not skus:
        what, allowed = f"{model.name} is not offered in {region}", ", ".join(sorted(model.offered)) or "another model"
        yield Problem(f"{path}.model", what, model.name, allowed, model.source)
    elif deployment.sku not in skus:
        what = f"{model.name} is not offered under this SKU in {region}"
        yield Problem(f"{path}.sku", what, deployment.sku, ", ".join(skus), model.source)


def _unknown_problems(path: str, deployment: ModelDeployment) -> Iterator[Problem]:
    versions = [version for name, version in MODELS if name == deployment.model]
    if versions:
        what = f"not a version of {deployment.model} that this program knows"
        yield Problem(f"{path}.version", what, deployment.version, ", ".join(versions), READ_MODELS)
    else:
        known = ", ".join(dict.fromkeys(name for name, _ in MODELS))
        yield Problem(f"{path}.model", "not a model that this program knows", deployment.model, known, READ_MODELS)


def _lifecycle_problems(path: str, deployment: ModelDeployment, today: date) -> Iterator[Problem]:
    row = _lifecycle(deployment)
    if row is None:
        return
    if row.retires_on and row.retires_on <= today:
        seen = f"{row.version}, retired on {row.retires_on}"
        yield Problem(path, f"{row.version} has retired: it answers nothing", seen, row.replacement, row.source)
    elif row.closed_for_new and row.closed_for_new <= today and not deployment.runs:
        seen = f"{row.version}, closed on {row.closed_for_new}"
        allowed = f"{row.replacement}, or runs: true where this subscription has deployed it before"
        yield Problem(path, f"{row.version} is closed to newcomers", seen, allowed, row.source)


def _quota_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Every stack of the subscription in this region takes from the same quotas."""
    ai, azure = context.settings.ai, context.settings.azure
    own = Counter[str]()
    for each in ai.deployments.values():
        own[f"{each.sku}/{each.model}"] += each.capacity
    for key, quota in ai.quotas.items():
        if key not in own:
            path, allowed = context.path(f"ai.quotas.{key}"), ", ".join(sorted(own))
            yield Problem(path, "the quota of nothing that is deployed", str(quota), allowed, READ)
            continue
        takers = {context.stack: own[key]}
        for stack, other in context.others.items():
            if (other.azure.subscription_id.lower(), other.azure.region) == (str(azure.subscription_id), azure.region):
                taken = [each for each in other.ai.deployments.values() if f"{each.sku}/{each.model}" == key]
                takers[stack] = sum(each.capacity for each in taken)
        if sum(takers.values()) > quota:
            parts = ", ".join(f"{stack} {taken}" for stack, taken in takers.items() if taken)
            seen, what = f"{sum(takers.values())} thousand tokens a minute ({parts})", "more than the quota"
            yield Problem(context.path(f"ai.quotas.{key}"), what, seen, f"at most {quota}", f"{READ}; {QUOTA}")


def model_of(deployment: ModelDeployment) -> Model:
    """The model behind a deployment. Raises ``KeyError`` for one that the checks refuse."""
    return MODELS[deployment.model, deployment.version]
