"""Whether Azure deploys the models: offered in the region under the SKU, at a stage that is open, with quota left.

The name of a model's quota is what Azure's list of models says (``usageName``): it follows no rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mystira.preflight.arm import MISSING, Arm, Refused
from mystira.preflight.report import Finding, Verdict
from stacks.preflight.needs import Model

CHECK = "models"
READ = "docs/runbooks/limits.md"
VERSION = "2025-06-01"
MODELS = "/providers/Microsoft.CognitiveServices/locations/{region}/models"
USAGES = "/providers/Microsoft.CognitiveServices/locations/{region}/usages"

CLOSED: Mapping[str, str] = {
    "Deprecating": "it is open only to who has deployed it before",
    "Deprecated": "it is retired",
}
"""The stages at which Azure refuses a new deployment (Microsoft: ModelLifecycleStatus of arm-cognitiveservices)."""
FOR_THOSE_WHO_HAVE_IT = "Deprecating"


@dataclass(frozen=True)
class Offer:
    """A version of a model in the region."""

    stage: str
    """In Azure's words: ``GenerallyAvailable``."""
    usage_names: Mapping[str, str]
    """By SKU: the name of its quota."""


def check_models(
    arm: Arm, subscription: str, region: str, models: Iterable[Model], accounts: Iterable[str]
) -> Iterator[Finding]:
    """One finding for each model that cannot be deployed, and for each quota that is too small, or one for all."""
    models, root = tuple(models), f"/subscriptions/{subscription}"
    if not models:
        return
    offers = offers_of(arm.every(root + MODELS.format(region=region), VERSION))
    standing = tuple(_standing(arm, accounts))
    found = [finding for model in models for finding in _stage(model, offers, region, standing)]
    wanted, own = Counter[str](), Counter[str]()
    for model, total in (*((model, wanted) for model in models), *((model, own) for model in standing)):
        offer = offers.get((model.model, model.version))
        if offer and model.sku in offer.usage_names:
            total[offer.usage_names[model.sku]] += model.capacity
    rows = {str(row["name"]["value"]): row for row in arm.every(root + USAGES.format(region=region), VERSION)}
    found += [finding for name in sorted(wanted) for finding in _quota(name, wanted[name], own[name], rows, region)]
    yield from found
    if not found:
        yield Finding(
            CHECK, Verdict.OK, f"{len(models)} open in {region}, {sum(wanted.values())} thousand tokens a minute"
        )


def offers_of(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Offer]:
    """Azure's list of models by name and version. It lists a model once for each kind of account."""
    found: dict[tuple[str, str], Offer] = {}
    for row in rows:
        model = row.get("model") or {}
        skus = {str(sku["name"]): str(sku["usageName"]) for sku in model.get("skus") or () if sku.get("usageName")}
        key = (str(model.get("name")), str(model.get("version")))
        before = found[key].usage_names if key in found else {}
        found[key] = Offer(str(model.get("lifecycleStatus", "")), {**before, **skus})
    return found


def _standing(arm: Arm, accounts: Iterable[str]) -> Iterator[Model]:
    """What is deployed in the stack's own accounts."""
    for account in accounts:
        try:
            rows = list(arm.every(f"{account}/deployments", VERSION))
        except Refused as error:
            if error.status != MISSING:
                raise
            continue
        for row in rows:
            sku, model = row.get("sku") or {}, (row.get("properties") or {}).get("model") or {}
            yield Model(
                str(row.get("name")),
                str(model.get("name")),
                str(model.get("version")),
                str(sku.get("name")),
                int(sku.get("capacity") or 0),
            )


def _stage(
    model: Model, offers: Mapping[tuple[str, str], Offer], region: str, standing: Iterable[Model]
) -> Iterator[Finding]:
    what = f"{model.deployment}: {model.model} {model.version}"
    offer = offers.get((model.model, model.version))
    if offer is None:
        versions = ", ".join(sorted(version for name, version in offers if name == model.model)) or "another model"
        yield Finding(CHECK, Verdict.REFUSED, f"{what} is not offered in {region}", versions, READ)
        return
    if model.sku not in offer.usage_names:
        allowed = ", ".join(sorted(offer.usage_names))
        yield Finding(CHECK, Verdict.REFUSED, f"{what} is not offered as {model.sku} in {region}", allowed, READ)
    runs = any((each.model, each.version) == (model.model, model.version) for each in standing)
    if offer.stage in CLOSED and not (offer.stage == FOR_THOSE_WHO_HAVE_IT and runs):
        text = f"{what} takes no new deployment; seen: {offer.stage} ({CLOSED[offer.stage]})"
        yield Finding(CHECK, Verdict.REFUSED, text, "its successor", READ)


def _quota(name: str, wanted: int, own: int, rows: Mapping[str, Mapping[str, Any]], region: str) -> Iterator[Finding]:
    row = rows.get(name, {})
    limit, used = int(row.get("limit") or 0), int(row.get("currentValue") or 0)
    if wanted > limit - (used - own):
        text = f"{name} in {region}: {wanted} thousand tokens a minute are wanted; seen: {limit}, {used} in use"
        yield Finding(CHECK, Verdict.REFUSED, text, "fewer, or a larger quota", READ)
