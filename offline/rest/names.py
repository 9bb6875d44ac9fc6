"""Which names are free, and what was deleted and keeps its name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from components.facts.availability import COSMOS, COSMOS_NAMES, NAME_CHECKS, NameCheck
from components.facts.types import RESOURCE_TYPES
from offline.azure.behaviour import at
from offline.rest.call import Answer, Call, Route, listed
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject

DOMAIN = "ai-account"
"""The type whose answer repeats the question, and gives its reason as a sentence (tests/evidence/rest.yaml)."""

VAULT, ACCOUNT = RESOURCE_TYPES["key-vault"].token, RESOURCE_TYPES["ai-account"].token


def _free(call: Call, key: str, name: str) -> bool:
    """Whether nobody has a name: not somebody else, not a resource of this world, not a deleted one that keeps it."""
    token = RESOURCE_TYPES[key].token
    ours = any(each.id.rpartition("/")[2].lower() == name.lower() for each in call.cloud.of_type(token))
    return not (ours or call.cloud.taken(name, token) or call.cloud.kept(name, token))


def _availability(check: NameCheck, call: Call) -> Answer:
    name = str(call.body.get(check.name, ""))
    free = _free(call, check.key, name)
    answer: Properties = {check.free: free}
    if check.key == DOMAIN:
        said = {} if free else {"reason": f"Sub domain name '{name}' is already used. Please pick a different name."}
        return Answer({**answer, check.name: name, "type": check.type, **said})
    said = {} if free else {"reason": "AlreadyExists", "message": f"The name '{name}' is already in use."}
    return Answer({**answer, **said})


def _cosmos(call: Call) -> Answer:
    """Database Accounts - Check Name Exists: 200 where the account exists, 404 where it does not."""
    return Answer(status=404 if _free(call, COSMOS, call.path["name"]) else 200)


def _deleted(call: Call, token: str) -> Iterator[CloudObject]:
    root = f"/subscriptions/{call.subscription}/"
    return (each for each in call.deleted if each.token == token and each.id.lower().startswith(root))


def _vaults(call: Call) -> Answer:
    """Vaults - List Deleted."""

    def row(each: CloudObject) -> Properties:
        name, location = each.id.rpartition("/")[2], each.body.get("location")
        return {
            "id": f"/subscriptions/{call.subscription}/providers/Microsoft.KeyVault/locations/{location}"
            f"/deletedVaults/{name}",
            "name": name,
            "type": "Microsoft.KeyVault/deletedVaults",
            "properties": {
                "vaultId": each.id,
                "location": location,
                "tags": each.body.get("tags") or {},
                "purgeProtectionEnabled": bool(at(each.body, "properties", "enablePurgeProtection")),
            },
        }

    return listed(map(row, _deleted(call, VAULT)))


def _accounts(call: Call) -> Answer:
    """Deleted Accounts - List."""

    def row(each: CloudObject) -> Properties:
        location, group, name = each.body.get("location"), each.id.split("/")[4], each.id.rpartition("/")[2]
        return {
            "id": f"/subscriptions/{call.subscription}/providers/Microsoft.CognitiveServices/locations/{location}"
            f"/resourceGroups/{group}/deletedAccounts/{name}",
            "name": name,
            "type": "Microsoft.CognitiveServices/accounts",
            "location": location,
        }

    return listed(map(row, _deleted(call, ACCOUNT)))


_ROOT = "/subscriptions/{subscription}"

ROUTES: tuple[Route, ...] = (
    *(Route("POST", f"{_ROOT}{check.path}", partial(_availability, check)) for check in NAME_CHECKS.values()),
    Route("HEAD", COSMOS_NAMES, _cosmos),
    Route("GET", f"{_ROOT}/providers/Microsoft.KeyVault/deletedVaults", _vaults),
    Route("GET", f"{_ROOT}/providers/Microsoft.CognitiveServices/deletedAccounts", _accounts),
)
