"""What is in use of each quota, which models there are, and what of both is the caller's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from components.facts.ai_models import MODELS, Model, lifecycle_of, usage_name
from components.facts.lifecycles import LIFECYCLES
from components.facts.quotas import POSTGRESQL, QUOTAS, REGIONAL
from components.facts.types import RESOURCE_TYPES
from components.postgresql.facts import family_of, vcores_of
from offline.azure.behaviour import at
from offline.azure.inputs import place
from offline.azure.quotas import limit_of, usage
from offline.clock import today
from offline.rest.call import Answer, Call, Route, listed
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject

POOL, SERVER, ACCOUNT, DEPLOYMENT = (
    RESOURCE_TYPES[key].token for key in ("agent-pool", "postgresql-server", "ai-account", "ai-deployment")
)

STANDBY = ("SameZone", "ZoneRedundant")
"""The modes of high availability, each with a second server."""

DEPRECATION_DATE = "{day}T00:00:00Z"


def _row(name: str, used: int, limit: int, **more: object) -> Properties:
    return {
        "name": {"value": name, "localizedValue": name},
        "currentValue": used,
        "limit": limit,
        "unit": "Count",
        **more,
    }


def _compute(call: Call) -> Answer:
    """Usage - List: of the quotas in vCPUs."""
    region, used = place(call.path["location"]), usage(call.cloud)
    return listed(
        _row(name, used[call.subscription, region, name], limit_of(call.cloud, region, name))
        for name, quota in QUOTAS.items()
        if quota.unit == QUOTAS[REGIONAL].unit
    )


def _postgresql(call: Call) -> Answer:
    """Quota Usages - List: the same names as those of virtual machines, and other numbers."""
    region, used = place(call.path["location"]), Counter[str]()
    for each in _here(call, SERVER):
        if place(each.body.get("location")) == region:
            copies = 1 + (at(each.body, "highAvailability", "mode") in STANDBY)
            sku = str(at(each.body, "sku", "name"))
            for name in (family_of(sku), REGIONAL):
                used[name] += copies * vcores_of(sku)
    names = [name.removeprefix(POSTGRESQL) for name in QUOTAS if name.startswith(POSTGRESQL)]
    return listed(_row(name, used[name], limit_of(call.cloud, region, f"{POSTGRESQL}{name}")) for name in names)


def _pools(call: Call) -> Answer:
    """Agent Pools - List."""
    id = f"/subscriptions/{call.subscription}/resourceGroups/{call.path['group']}/providers/"
    id += f"Microsoft.ContainerService/managedClusters/{call.path['cluster']}"
    return listed(
        {
            "id": each.id,
            "name": each.id.rpartition("/")[2],
            "properties": {key: each.body[key] for key in ("count", "vmSize") if key in each.body},
        }
        for each in call.cloud.below(id)
        if each.token == POOL
    )


def _models(call: Call) -> Answer:
    """Models - List: one entry for each model and version that a region offers."""
    region = place(call.path["location"])
    return listed(_model(each, region) for each in MODELS.values() if region in each.offered)


def _model(each: Model, region: str) -> Properties:
    stage, ends = _stage(each)
    return {
        "kind": "AIServices",
        "skuName": "S0",
        "model": {
            "format": "OpenAI",
            "name": each.name,
            "version": each.version,
            "lifecycleStatus": stage,
            **({"deprecation": {"inference": DEPRECATION_DATE.format(day=ends)}} if ends else {}),
            "skus": [{"name": sku, "usageName": usage_name(sku, each.name)} for sku in each.offered[region]],
        },
    }


def _stage(each: Model) -> tuple[str, date | None]:
    """The stage in Azure's words, and the day on which the model stops answering."""
    day = today()
    row = next((row for row in LIFECYCLES if (row.what, row.version) == lifecycle_of(each.name, each.version)), None)
    if row is None:
        return "GenerallyAvailable", None
    if row.retires_on and row.retires_on <= day:
        return "Deprecated", row.retires_on
    if row.closed_for_new and row.closed_for_new <= day:
        return "Deprecating", row.retires_on
    return "GenerallyAvailable", row.retires_on


def _tokens(call: Call) -> Answer:
    """Usages - List: thousands of tokens a minute, by the names of the list of models."""
    region, used = place(call.path["location"]), Counter[str]()
    for each in _here(call, DEPLOYMENT):
        account = call.cloud.get(each.id.rsplit("/", 2)[0])
        if account and place(account.body.get("location")) == region:
            name = usage_name(str(at(each.body, "sku", "name")), str(at(each.body, "properties", "model", "name")))
            used[name] += int(at(each.body, "sku", "capacity") or 0)
    names = {usage_name(sku, each.name) for each in MODELS.values() for sku in each.offered.get(region, ())}
    return listed(_row(name, used[name], limit_of(call.cloud, region, name)) for name in sorted(names))


def _deployments(call: Call) -> Answer:
    """Deployments - List."""
    id = f"/subscriptions/{call.subscription}/resourceGroups/{call.path['group']}/providers/"
    id += f"Microsoft.CognitiveServices/accounts/{call.path['account']}"
    return listed(
        {
            "id": each.id,
            "name": each.id.rpartition("/")[2],
            "sku": each.body.get("sku") or {},
            "properties": {"model": at(each.body, "properties", "model") or {}},
        }
        for each in call.cloud.below(id)
        if each.token == DEPLOYMENT
    )


def _here(call: Call, token: str) -> Iterator[CloudObject]:
    root = f"/subscriptions/{call.subscription}/"
    return (each for each in call.cloud.of_type(token) if each.id.lower().startswith(root))


_ROOT = "/subscriptions/{subscription}"
_GROUP = f"{_ROOT}/resourceGroups/{{group}}/providers"
_AI = "Microsoft.CognitiveServices"

ROUTES: tuple[Route, ...] = (
    Route("GET", f"{_ROOT}/providers/Microsoft.Compute/locations/{{location}}/usages", _compute),
    Route(
        "GET",
        f"{_ROOT}/providers/Microsoft.DBforPostgreSQL/locations/{{location}}/resourceType/flexibleServers/usages",
        _postgresql,
    ),
    Route("GET", f"{_GROUP}/Microsoft.ContainerService/managedClusters/{{cluster}}/agentPools", _pools),
    Route("GET", f"{_ROOT}/providers/{_AI}/locations/{{location}}/models", _models),
    Route("GET", f"{_ROOT}/providers/{_AI}/locations/{{location}}/usages", _tokens),
    Route("GET", f"{_GROUP}/{_AI}/accounts/{{account}}/deployments", _deployments),
)
