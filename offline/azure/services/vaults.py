"""Microsoft.KeyVault: vaults with soft delete, secrets that ARM never returns, keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import ClassVar

from offline.azure.behaviour import BELOW, Behaviour, Request, at, completed, guid
from offline.azure.errors import ArmError
from offline.azure.services.access import granted
from offline.azure.services.identity import IDENTITY
from offline.azure.services.surroundings import connected
from offline.azure.subscription import ids_of
from offline.clock import today
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer
from offline.world.store import World

VAULT = "azure-native:keyvault:Vault"
SECRET = "azure-native:keyvault:Secret"
KEY = "azure-native:keyvault:Key"

READER_TAG = "Reader"
READER_ROLE = "key-vault-secrets-user"
DELETED = "__deleted"
VERSION = "__version"
"""Keys of a body that no request returns."""

RUNBOOK = "docs/runbooks/secrets.md"
STATE = "mystira:state.recover"
SOFT_DELETE = "Microsoft: Azure Key Vault soft-delete overview"
SHORTEST, LONGEST = 7, 90
"""Days of soft delete (Microsoft: Vaults - Create Or Update)."""


class Vault(Behaviour):
    taken = (
        "VaultAlreadyExists",
        "The vault name '{name}' is already in use. Vault names are globaly unique so it is possible that the name is "
        "already taken. If you are sure that the vault name was not taken then it is possible that a vault with the "
        "same name was recently deleted but not purged after being placed in a recoverable state.",
        409,
    )
    """Azure/azure-powershell #15115."""

    fills_in: ClassVar[Properties] = {"tags": {}}
    keeps: ClassVar[frozenset[str]] = frozenset({SECRET, KEY})

    def refusals(self, request: Request) -> Iterator[ArmError]:
        properties: Properties = request.inputs.get("properties") or {}
        before: Properties = request.old.body["properties"] if request.old else {}
        if properties.get("tenantId") != request.tenant_id:
            message = "An invalid value was provided for 'tenantId'."
            yield ArmError("BadRequest", message, f"use the tenant of the subscription: {request.tenant_id}")
        if properties.get("enablePurgeProtection") is False or (
            before.get("enablePurgeProtection") and not properties.get("enablePurgeProtection")
        ):
            message = (
                'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a '
                "vault is an irreversible action."
            )
            advice = "omit it for a new vault, keep it for an existing one (Azure/azure-rest-api-specs #18106)"
            yield ArmError("BadRequest", message, advice)
        if properties.get("enableSoftDelete") is False:
            message = (
                'The property "enableSoftDelete" cannot be set to false. Enabling the soft delete functionality is an '
                "irreversible action."
            )
            yield ArmError("BadRequest", message, f"keep it enabled ({SOFT_DELETE})")
        days = properties.get("softDeleteRetentionInDays")
        if days is not None and not SHORTEST <= days <= LONGEST:
            message = f'The value {days} of the property "softDeleteRetentionInDays" is invalid.'
            yield ArmError("BadRequest", message, f"choose {SHORTEST} to {LONGEST} days ({SOFT_DELETE})")
        if before and days is not None and days != before.get("softDeleteRetentionInDays"):
            message = 'The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.'
            read = "hashicorp/terraform-provider-azurerm: key_vault_resource.go"
            yield ArmError("BadRequest", message, f"keep {before.get('softDeleteRetentionInDays')} days ({read})")
        if properties.get("createMode") == "recover" and not _ours(request):
            message = (
                "A soft deleted vault with the given name does not exist. Ensure that the name for the vault that is "
                "being attempted to recover is in a recoverable state."
            )
            advice = f"take it out of mystira:vaults.recover, or state.recover (AzureCosmosDB/OmniVec #24; {RUNBOOK})"
            yield ArmError("SoftDeletedVaultDoesNotExist", message, advice)

    def computed(self, request: Request) -> Properties:
        properties: Properties = request.inputs.get("properties") or {}
        made = {key: value for key, value in properties.items() if key != "createMode"}
        uri = f"https://{request.name.lower()}.vault.azure.net/"
        before: Properties = request.old.body["properties"] if request.old else {}
        filled = {
            "accessPolicies": [],
            "enableSoftDelete": True,
            "enabledForDeployment": False,
            "publicNetworkAccess": "Enabled",
            "softDeleteRetentionInDays": before.get("softDeleteRetentionInDays", LONGEST),
        }
        made = completed(made, filled) | {"vaultUri": uri, "provisioningState": "Succeeded"}
        deleted = _deleted(request.old) if request.old else {}
        return {"properties": made, **({DELETED: deleted} if deleted else {})}

    def observed(self, each: CloudObject, cloud: Writer) -> Properties:
        return {"properties": {**each.body["properties"], **connected(each, cloud)}}

    def written(self, request: Request, body: Properties) -> None:
        """Restore what a recovered vault held, except role assignments and diagnostic settings (SOFT_DELETE)."""
        gone = request.cloud.kept(request.name, VAULT) if request.old is None else None
        for each in (gone.body.get(BELOW) or []) if gone else []:
            request.cloud.put(each["id"], each["token"], each["body"])

    def kept_days(self, body: Properties) -> int:
        return int(at(body, "properties", "softDeleteRetentionInDays") or LONGEST)

    def kept_refusal(self, request: Request, gone: CloudObject) -> ArmError | None:
        if _subscription(gone.id) != _subscription(request.id):
            code, message, status = self.taken
            advice = f"a deleted vault of subscription {_subscription(gone.id)} has it: set mystira:naming.instance"
            return ArmError(code, message.format(name=request.name), advice, status=status)
        if at(request.inputs, "properties", "createMode") == "recover":
            return None
        message = (
            "A vault with the same name already exists in deleted state. You need to either recover or purge existing "
            "key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft "
            "delete."
        )
        advice = (
            f"recover it with mystira:vaults.recover, or free the name: az keyvault purge, here "
            f"`mystira offline cloud purge {request.name}` ({RUNBOOK}, of shared {STATE}; Azure/azure-cli #29115)"
        )
        return ArmError("ConflictError", message, advice, status=409)

    def purge_refusal(self, gone: CloudObject) -> ArmError | None:
        if not at(gone.body, "properties", "enablePurgeProtection"):
            return None
        message = "Operation 'DeletedVaultPurge' is not allowed."
        days = self.kept_days(gone.body)
        advice = f"it has purge protection: recover it, or wait {days} days (MicrosoftDocs/azure-docs #55427)"
        return ArmError("MethodNotAllowed", message, advice, status=405)


class InVault(Behaviour):
    """A secret or key. A deleted one keeps its name among those of its kind for as long as the vault exists."""

    word = ""
    """The kind in Azure's messages: ``secret``, ``key``."""

    officer = ""
    """The key of the role that may delete one."""

    read = ""
    """The public thread in which Azure refuses the name of a deleted one."""

    def refusals(self, request: Request) -> Iterator[ArmError]:
        vault = request.cloud.get(_vault_id(request.id))
        if request.old is None and vault and request.name.lower() in _deleted(vault).get(self.word, []):
            message = (
                f"{self.word.capitalize()} {request.name} is currently in a deleted but recoverable state, and its "
                f"name cannot be reused; in this state, the {self.word} can only be recovered or purged."
            )
            advice = f"az keyvault {self.word} recover, then adopt it ({self.read})"
            yield ArmError("Conflict", message, advice, status=409)

    def delete_refusals(self, request: Request) -> Iterator[ArmError]:
        yield from _closed(request, f"{self.word}s", self.officer)

    def deleted(self, request: Request) -> None:
        vault = request.cloud.get(_vault_id(request.id))
        if vault:
            before = _deleted(vault)
            names = sorted({*before.get(self.word, []), request.name.lower()})
            request.cloud.put(vault.id, vault.token, {**vault.body, DELETED: {**before, self.word: names}})


class Secret(InVault):
    """ARM never returns the value, only its version."""

    word, officer, read = "secret", "key-vault-secrets-officer", "Azure/azure-powershell #19733"

    def computed(self, request: Request) -> Properties:
        properties: Properties = request.inputs.get("properties") or {}
        old: Properties = request.old.body if request.old else {}
        number = int(old.get(VERSION, 0)) + 1
        uri = f"https://{_vault_name(request.id)}.vault.azure.net/secrets/{request.name}"
        now = today_seconds()
        attributes = {
            "enabled": True,
            **(properties.get("attributes") or {}),
            "created": at(old, "properties", "attributes", "created") or now,
            "updated": now,
        }
        made = {key: value for key, value in properties.items() if key != "value"}
        version = guid(request.id, str(number)).replace("-", "")
        made |= {"attributes": attributes, "secretUri": uri, "secretUriWithVersion": f"{uri}/{version}"}
        return {"location": _location_of(request), "properties": made, VERSION: number}


_SIGN = ("sign", "verify")
OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "RSA": ("encrypt", "decrypt", *_SIGN, "wrapKey", "unwrapKey"),
    "EC": _SIGN,
}
"""What a key of a kind can do where its creator does not say."""


class Key(InVault):
    """ARM creates the first version of a key; every later PUT changes nothing and returns what exists.

    Microsoft: Keys - Create If Not Exist.
    """

    word, officer, read = "key", "key-vault-crypto-officer", "MicrosoftDocs/azure-docs #50150"

    def computed(self, request: Request) -> Properties:
        if request.old:
            return request.old.body
        properties: Properties = request.inputs.get("properties") or {}
        vault = request.cloud.get(_vault_id(request.id))
        uri = f"https://{_vault_name(request.id)}.vault.azure.net/keys/{request.name}"
        now = today_seconds()
        kept_for_good = at(vault.body if vault else {}, "properties", "enablePurgeProtection")
        level = "Recoverable" if kept_for_good else "Recoverable+Purgeable"
        attributes = completed(properties.get("attributes") or {}, {"enabled": True, "exportable": False})
        return {
            "keyOps": OPERATIONS.get(str(properties.get("kty")), ()),
            **{key: properties[key] for key in ("kty", "keySize", "keyOps", "rotationPolicy") if key in properties},
            "attributes": {**attributes, "created": now, "updated": now, "recoveryLevel": level},
            "location": _location_of(request),
            "keyUri": uri,
            "keyUriWithVersion": f"{uri}/{guid(request.id, '1').replace('-', '')}",
        }


def today_seconds() -> int:
    """The day of this world in seconds since 1970, which is how attributes hold times."""
    day = today()
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def readers_without_role(world: World) -> list[str]:
    """One line for each secret whose reader (its tag) may not read the vault or does not exist."""
    lines: list[str] = []
    with world.reading() as cloud:
        people = {each.id.rpartition("/")[2].lower(): each for each in cloud.of_type(IDENTITY)}
        for secret in cloud.of_type(SECRET):
            name = str((secret.body.get("tags") or {}).get(READER_TAG, ""))
            reader = people.get(name.lower())
            if reader is None:
                lines.append(f"{secret.id}: no identity is called {name!r}")
            elif not granted(cloud, reader.body["principalId"], READER_ROLE, _vault_id(secret.id)):
                lines.append(f"{secret.id}: {name} may not read it; it needs {READER_ROLE} at the vault")
    return lines


def _closed(request: Request, what: str, role: str) -> Iterator[ArmError]:
    """How the vault itself refuses a caller outside its network: azure-native deletes through it, not through ARM."""
    vault = request.cloud.get(_vault_id(request.id))
    if vault is None:
        return
    where = f"\nVault: {_vault_name(request.id)};location={vault.body.get('location')}"
    advice = f"delete it from inside the network, or let Pulumi forget it with retain_on_delete ({RUNBOOK})"
    properties: Properties = vault.body["properties"]
    if str(properties.get("publicNetworkAccess")).lower() == "disabled":
        message = "Public network access is disabled and request is not from a trusted service nor via an approved "
        message += f"private link.{where} InnerError=ForbiddenByConnection"
        yield ArmError("Forbidden", message, f"{advice}; microsoft/multimodal-ai #171", status=403)
    elif at(properties, "networkAcls", "defaultAction") == "Deny":
        message = f"Client address is not authorized and caller is not a trusted service.{where}"
        message += " InnerError=ForbiddenByFirewall"
        yield ArmError("Forbidden", message, f"{advice}; terraform-provider-azurerm #4553", status=403)
    if not granted(request.cloud, ids_of(request.cloud.limits.login())[1], role, vault.id):
        message = f"Caller is not authorized to perform action on resource. Action: '{what}/delete'.{where}"
        message += " InnerError=ForbiddenByRbac"
        yield ArmError("Forbidden", message, f"grant {role} at the vault ({RUNBOOK})", status=403)


def _ours(request: Request) -> bool:
    """Whether a vault with this very id was deleted."""
    gone = request.cloud.kept(request.name, VAULT) if request.old is None else None
    return gone is not None and gone.id.lower() == request.id.lower()


def _deleted(vault: CloudObject) -> dict[str, list[str]]:
    """The names that deleted secrets and keys keep in a vault, by kind."""
    return vault.body.get(DELETED) or {}


def _location_of(request: Request) -> str | None:
    """The location of a secret or key: its vault's."""
    vault = request.cloud.get(_vault_id(request.id))
    return vault.body.get("location") if vault else None


def _vault_id(id: str) -> str:
    return id.rsplit("/", 2)[0]


def _vault_name(id: str) -> str:
    return _vault_id(id).rpartition("/")[2].lower()


def _subscription(id: str) -> str:
    return id.split("/")[2].lower()


BEHAVIOURS: Mapping[str, Behaviour] = {
    VAULT: Vault(),
    SECRET: Secret(),
    KEY: Key(),
}
