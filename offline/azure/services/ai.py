"""Microsoft.CognitiveServices: AI accounts, their models, content filters and projects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.ai.facts import BASE_POLICY, KEPT_DAYS, PROVISIONED
from components.facts.ai_models import MODELS, lifecycle_of
from components.facts.lifecycles import LIFECYCLES
from components.facts.types import RESOURCE_TYPES
from offline.azure.account_state import state_refusals
from offline.azure.behaviour import Behaviour, Function, Request, at, completed, guid, kept
from offline.azure.errors import ArmError
from offline.azure.inputs import place
from offline.azure.services.identity import own_identity
from offline.azure.services.surroundings import connected
from offline.azure.versions import TODAY
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer
from offline.world.store import World

ACCOUNT, PROJECT, POLICY, DEPLOYMENT = (
    RESOURCE_TYPES[key].token for key in ("ai-account", "ai-project", "ai-rai-policy", "ai-deployment")
)
RUNBOOK = "docs/runbooks/models.md"
HOSTS: Mapping[str, str] = {
    "AI Foundry API": "https://{domain}.services.ai.azure.com/",
    "OpenAI Language Model Instance API": "https://{domain}.openai.azure.com/",
    "Content Safety": "https://{domain}.cognitiveservices.azure.com/",
}
"""One of the some sixty endpoints of each of the three hosts of an account (recorded:
Test_CognitiveServices_Account_20250601_CRUD.yaml)."""
INVALID_FILTER = "Resource has invalid content filter"
"""Azure's code, blanks included."""


class Account(Behaviour):
    """An account, which is its sub-domain too."""

    immutable: ClassVar[Mapping[str, str]] = {"kind": "hashicorp/terraform-provider-azurerm: cognitive_account (kind)"}
    taken = (
        "CustomDomainInUse",
        "Please pick a different name. The subdomain name '{name}' is not available as it's already used by a "
        "resource.",
        409,
    )

    def refusals(self, request: Request) -> Iterator[ArmError]:
        if at(request.inputs, "properties", "restore") and request.old is None and not _ours(request):
            message = "Could not locate a resource to restore."
            advice = f"turn mystira:ai.recover off: nothing of this name was deleted ({RUNBOOK}; public logs)"
            yield ArmError("CanNotRestoreANonExistingResource", message, advice)
        before = at(request.old.body if request.old else {}, "properties", "customSubDomainName")
        wanted = at(request.inputs, "properties", "customSubDomainName")
        if before and wanted and before != wanted:
            message = f"The custom subdomain name of {request.id} cannot be changed once it has been set."
            advice = "keep it, or make another account (azurerm: cognitive_account, custom_subdomain_name)"
            yield ArmError("BadRequest", message, advice)

    def computed(self, request: Request) -> Properties:
        properties: Properties = request.inputs.get("properties") or {}
        sent = {key: value for key, value in properties.items() if key != "restore"}
        domain = str(sent.get("customSubDomainName") or request.name).lower()
        filled = {
            "apiProperties": {},
            "isMigrated": False,
            "privateEndpointConnections": [],
            "publicNetworkAccess": "Enabled",
        }
        made = {
            "endpoint": f"https://{domain}.cognitiveservices.azure.com/",
            "endpoints": {name: host.format(domain=domain) for name, host in HOSTS.items()},
            "internalId": guid(request.id, "internal").replace("-", ""),
            "provisioningState": PROVISIONED,
        }
        number = int(kept(request, "__writes", 0)) + 1
        return {
            "properties": {**completed(sent, filled), **made, **_projects(request)},
            "etag": guid(request.id, str(number)),
            "__writes": number,
            **own_identity(request),
        }

    def observed(self, each: CloudObject, cloud: Writer) -> Properties:
        return {"properties": {**each.body["properties"], **connected(each, cloud)}}

    def delete_refusals(self, request: Request) -> Iterator[ArmError]:
        projects = [each.id for each in request.cloud.below(request.id) if each.token == PROJECT]
        if projects:
            message = (
                "Cannot delete resource while nested resources exist. Some existing nested resource IDs include: "
                f"'{', '.join(projects)}'. Please delete all nested resources before deleting this resource."
            )
            advice = "delete its projects first (Azure/terraform-provider-azapi #894)"
            yield ArmError("CannotDeleteResource", message, advice, status=409)

    def kept_days(self, body: Properties) -> int:
        return KEPT_DAYS

    def kept_refusal(self, request: Request, gone: CloudObject) -> ArmError | None:
        if gone.id.lower() != request.id.lower():
            code, message, status = self.taken
            advice = f"a deleted account has it: purge that, or set mystira:naming.instance ({RUNBOOK})"
            return ArmError(code, message.format(name=request.name), advice, status=status)
        if at(request.inputs, "properties", "restore"):
            return None
        message = (
            f"An existing resource with ID '{gone.id}' has been soft-deleted. To restore the resource, you must "
            "specify 'restore' to be 'true' in the property. If you don't want to restore existing resource, please "
            "purge it first."
        )
        advice = (
            f"recover it with mystira:ai.recover, or free the name: az cognitiveservices account purge, here `mystira "
            f"offline cloud purge {request.name}` ({RUNBOOK}; Azure/azure-cli #18146)"
        )
        return ArmError("FlagMustBeSetForRestore", message, advice, status=409)


class Below(Behaviour):
    """What lies below an account, which takes it only in one state."""

    def refusals(self, request: Request) -> Iterator[ArmError]:
        account = request.cloud.get(request.id.rsplit("/", 2)[0])
        if account is not None:
            yield from state_refusals(account)


class Policy(Below):
    """A content filter."""

    def refusals(self, request: Request) -> Iterator[ArmError]:
        yield from super().refusals(request)
        for each in at(request.inputs, "properties", "contentFilters") or []:
            if each.get("source") is None or each.get("blocking") is None:
                message = f"The content filter '{each.get('name')}' lacks its source, or whether it blocks."
                advice = "set source and blocking of every filter (pulumi/pulumi-azure-native #3022)"
                yield ArmError(INVALID_FILTER, message, advice)


class Project(Below):
    """A project."""

    def computed(self, request: Request) -> Properties:
        account = request.id.rsplit("/", 2)[0]
        found = request.cloud.get(account)
        domain = at(found.body if found else {}, "properties", "customSubDomainName") or account.rpartition("/")[2]
        others = [each for each in request.cloud.below(account) if each.token == PROJECT]
        first = not [each for each in others if each.id.lower() != request.id.lower()]
        made = {
            "endpoints": {"AI Foundry API": f"https://{domain}.services.ai.azure.com/api/projects/{request.name}"},
            "isDefault": bool(at(kept(request, "properties", {}), "isDefault")) or first,
            "provisioningState": PROVISIONED,
        }
        return {
            # Azure names a project with its account.
            "name": f"{account.rpartition('/')[2]}/{request.name}",
            "properties": {**(request.inputs.get("properties") or {}), **made},
            **own_identity(request),
        }

    def written(self, request: Request, body: Properties) -> None:
        _list_projects(request)

    def deleted(self, request: Request) -> None:
        _list_projects(request)


def _projects(request: Request) -> Properties:
    """What projects have left in an account, which outlives its updates."""
    before = at(request.old.body if request.old else {}, "properties") or {}
    return {key: before[key] for key in ("associatedProjects", "defaultProject") if key in before}


def _list_projects(request: Request) -> None:
    """Write the projects of an account into it, as Azure does (tests/evidence/ai-project.yaml)."""
    account = request.cloud.get(request.id.rsplit("/", 2)[0])
    if account is None:
        return
    projects = [each for each in request.cloud.below(account.id) if each.token == PROJECT]
    names = [each.id.rpartition("/")[2] for each in projects]
    default = [name for name, each in zip(names, projects, strict=True) if each.body["properties"]["isDefault"]]
    rest = {key: value for key, value in account.body["properties"].items() if key != "defaultProject"}
    listed = {**rest, "associatedProjects": names, **({"defaultProject": default[0]} if default else {})}
    request.cloud.put(account.id, account.token, {**account.body, "properties": listed})


class Deployment(Below):
    """A model under a name."""

    def refusals(self, request: Request) -> Iterator[ArmError]:
        yield from super().refusals(request)
        inputs = request.inputs
        wanted: Properties = at(inputs, "properties", "model") or {}
        if not at(inputs, "sku", "name"):
            message = "The sku of model deployment is not provided."
            yield ArmError("InvalidResourceProperties", message, "set it (Azure/bicep-registry-modules #423)")
        before = at(request.old.body if request.old else {}, "properties", "model") or wanted
        if any(before.get(field) != wanted.get(field) for field in ("format", "name")):
            message = "The model of deployment cannot be changed."
            advice = f"delete the deployment first ({RUNBOOK}; Azure-Samples/azure-search-openai-demo #1330)"
            yield ArmError("CannotChangeDeploymentModel", message, advice)
        yield from _offered(request, wanted)
        if request.old is None or before.get("version") != wanted.get("version"):
            yield from _open(request, wanted)

    def computed(self, request: Request) -> Properties:
        capacity = int(at(request.inputs, "sku", "capacity") or 1)
        filled = {"versionUpgradeOption": "OnceNewDefaultVersionAvailable", "raiPolicyName": BASE_POLICY}
        model = MODELS.get(_key(at(request.inputs, "properties", "model") or {}))
        made = {
            "currentCapacity": capacity,
            "capabilities": {"chatCompletion": "true"} if model and model.chat else {"embeddings": "true"},
            "provisioningState": PROVISIONED,
            "rateLimits": [
                {"key": "request", "renewalPeriod": 10, "count": capacity},
                {"key": "token", "renewalPeriod": 60, "count": 1000 * capacity},
            ],
        }
        return {"properties": {**completed(request.inputs.get("properties") or {}, filled), **made}}


def _key(model: Properties) -> tuple[str, str]:
    return str(model.get("name")), str(model.get("version"))


def _words(model: Properties) -> str:
    """A model as Azure's messages call it."""
    return f"Format:{model.get('format')},Name:{model.get('name')},Version:{model.get('version')}"


def _offered(request: Request, wanted: Properties) -> Iterator[ArmError]:
    """Models and SKUs that the region does not have."""
    account = request.cloud.get(request.id.rsplit("/", 2)[0])
    region = place(account.body.get("location") if account else "")
    known, sku = MODELS.get(_key(wanted)), at(request.inputs, "sku", "name")
    skus = known.offered.get(region, ()) if known else ()
    if not skus:
        message = f"The model '{_words(wanted)}' is not supported."
        advice = "az cognitiveservices model list --location <region> shows what is (dotnet/eShop #342)"
        yield ArmError("DeploymentModelNotSupported", message, advice)
    elif sku and sku not in skus:
        model = f"{wanted.get('name')} {wanted.get('version')}"
        message = f"The specified SKU '{sku}' for model '{model}' is not supported in this region '{region}'."
        read = "OriginalByteMe/LibreChatAzureDeployment #5"
        yield ArmError("InvalidResourceProperties", message, f"one of {', '.join(skus)} ({read})")


def _open(request: Request, wanted: Properties) -> Iterator[ArmError]:
    """Versions that have retired, and those closed to a subscription that has none of them."""
    row = next((each for each in LIFECYCLES if (each.what, each.version) == lifecycle_of(*_key(wanted))), None)
    if row is None:
        return
    if row.retires_on and row.retires_on <= TODAY:
        message = f"The model '{_words(wanted)}' has been deprecated since {row.retires_on:%m/%d/%Y}."
        yield ArmError("ServiceModelDeprecated", message, f"move to {row.replacement} ({row.source})")
    elif row.closed_for_new and row.closed_for_new <= TODAY and not _customer(request, wanted):
        message = f"The model '{_words(wanted)}' is in deprecating state and cannot be used for new deployments."
        advice = f"move to {row.replacement} ({RUNBOOK}; Azure/azure-dev #7900)"
        yield ArmError("ServiceModelDeprecating", message, advice)


def _customer(request: Request, wanted: Properties) -> bool:
    """Whether the subscription has this version of the model already."""
    return any(
        _key(at(each.body, "properties", "model") or {}) == _key(wanted)
        for each in request.cloud.of_type(DEPLOYMENT)
        if each.id.split("/")[2].lower() == request.id.split("/")[2].lower()
    )


def _ours(request: Request) -> bool:
    """Whether an account with this very id was deleted."""
    gone = request.cloud.kept(request.name, ACCOUNT)
    return gone is not None and gone.id.lower() == request.id.lower()


def list_keys(args: Properties, world: World, subscription: str) -> Properties:
    """The two keys of an account, which are listed only while they are on."""
    id = (
        f"/subscriptions/{subscription}/resourceGroups/{args['resourceGroupName']}/providers"
        f"/Microsoft.CognitiveServices/accounts/{args['accountName']}"
    )
    found = world.get(id)
    if found is None:
        message = f"The Resource '{id}' was not found."
        raise ArmError("ResourceNotFound", message, "create the account first, or depend on it", status=404)
    if at(found.body, "properties", "disableLocalAuth"):
        message = "Failed to list key. disableLocalAuth is set to be true"
        raise ArmError("BadRequest", message, "ask for the keys after the update that turns them on (public logs)")
    return {which: guid(id, which).replace("-", "") for which in ("key1", "key2")}


BEHAVIOURS: Mapping[str, Behaviour] = {
    ACCOUNT: Account(),
    PROJECT: Project(),
    POLICY: Policy(),
    DEPLOYMENT: Deployment(),
}

FUNCTIONS: Mapping[str, Function] = {"azure-native:cognitiveservices:listAccountKeys": list_keys}
