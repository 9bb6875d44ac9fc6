"""The driver that mounts secrets of a vault into pods, AKS' add-on, and the Secrets that it keeps of them.

Its texts: kubernetes-sigs/secrets-store-csi-driver (``nodeserver.go``, ``utils.go``) and
Azure/secrets-store-csi-driver-provider-azure (``provider.go``, ``server.go``).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from components.naming.kubernetes import subject
from offline.azure.assignments import Answer, answer
from offline.azure.behaviour import at, guid
from offline.azure.conditions.evaluation import Asked
from offline.azure.services.vaults import SECRET as VAULT_SECRET
from offline.azure.services.vaults import VAULT, VERSION
from offline.kubernetes.played.api import ApiError, Object
from offline.kubernetes.played.azure import Person, Refused, response_error, workload_identity
from offline.kubernetes.played.kinds import PROVIDER_CLASS, SECRET
from offline.kubernetes.played.turn import CONFLICT, Turn
from offline.world.objects import CloudObject, Writer

DRIVER = "secrets-store.csi.k8s.io"
GET = "Microsoft.KeyVault/vaults/secrets/getSecret/action"
MANAGED = "secrets-store.csi.k8s.io/managed"
API_VERSION = "2025-07-01"


class FailedMount(Exception):
    """Why a volume cannot be mounted, in the words of the driver."""


def mount(turn: Turn, pod: Object, volume: Object) -> None:
    """Mount the secrets of a class into a pod, and keep the Secrets that the class asks for.

    Raises :class:`FailedMount`. ``volume`` is one of the pod's, of the driver :data:`DRIVER`.
    """
    place, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
    wanted = (volume["csi"].get("volumeAttributes") or {}).get("secretProviderClass", "")
    made = turn.api.get(PROVIDER_CLASS, wanted, place)
    if made is None:
        missing = f'{PROVIDER_CLASS.kind}.secrets-store.csi.x-k8s.io "{wanted}" not found'
        raise FailedMount(_rpc(f"failed to get secretproviderclass {place}/{wanted}, error: {missing}"))
    parameters = made["spec"].get("parameters") or {}
    try:
        with turn.world.reading() as cloud:
            values = dict(_fetched(cloud, turn.cluster, parameters, place, pod["spec"].get("serviceAccountName")))
    except Refused as error:
        inner = _rpc(f"failed to mount objects, error: {error}")
        raise FailedMount(_rpc(f"failed to mount secrets store objects for pod {place}/{name}, err: {inner}")) from None
    for each in made["spec"].get("secretObjects") or []:
        _keep(turn, pod, each, values)


def _rpc(text: str) -> str:
    return f"rpc error: code = Unknown desc = {text}"


def _fetched(
    cloud: Writer, cluster: CloudObject, parameters: Mapping[str, str], place: str, account: str | None
) -> Iterator[tuple[str, str]]:
    """What the class names in the vault, by the name of its file."""
    for key in ("keyvaultName", "tenantId"):
        if not parameters.get(key):
            raise Refused(f"{key} is not provided")
    if not parameters.get("objects"):
        raise Refused("objects is not set")
    # Everything is text there: a version of digits alone is one as well.
    listed = (yaml.load(parameters["objects"], yaml.BaseLoader) or {}).get("array") or []
    rows: list[Mapping[str, Any]] = [yaml.load(each, yaml.BaseLoader) for each in listed]
    who: Person | None = None
    for row in rows:
        try:
            who = who or _person(cloud, cluster, parameters, place, account)
            value = _value(cloud, parameters, who, row)
        except Refused as error:
            what = f"objectType:{row.get('objectType')}, objectName:{row.get('objectName')}"
            text = f"failed to get {what}, objectVersion:{row.get('objectVersion') or ''}: {error}"
            raise Refused(text) from None
        yield str(row.get("objectAlias") or row["objectName"]), value


def _person(
    cloud: Writer, cluster: CloudObject, parameters: Mapping[str, str], place: str, account: str | None
) -> Person:
    client = parameters.get("clientID")
    if not client:
        raise Refused("failed to get credentials, nodePublishSecretRef secret is not set")
    return workload_identity(cloud, cluster, parameters["tenantId"], client, subject(place, account or "default"))


def _value(cloud: Writer, parameters: Mapping[str, str], who: Person, row: Mapping[str, Any]) -> str:
    vault_name, name, version = parameters["keyvaultName"], str(row["objectName"]), str(row.get("objectVersion") or "")
    host = f"{vault_name}.vault.azure.net"
    url = f"https://{host}/secrets/{name}/{version}"
    vault = next((each for each in cloud.of_type(VAULT) if _name(each.id) == vault_name.lower()), None)
    if vault is None:
        raise Refused(f'Get "{url}?api-version={API_VERSION}": dial tcp: lookup {host}: no such host')
    scope = f"{vault.id}/secrets/{name}"
    if answer(cloud, who.object_id, Asked(GET, scope, data=True)) is not Answer.ALLOWED:
        message = (
            f"Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role "
            f"definitions were changed recently, please observe propagation time.\r\nCaller: appid={who.client_id};oid="
            f"{who.object_id}\r\nAction: '{GET}'\r\nResource: '{scope}'\r\nAssignment: (not found)\r\n"
        )
        raise Refused(response_error("GET", url, 403, "Forbidden", message))
    found = cloud.get(scope)
    if found is None or found.token != VAULT_SECRET or (version and version not in _versions(found)):
        message = (
            f"A secret with (name/id) {name}{f'/{version}' if version else ''} was not found in this key vault. If you "
            "recently deleted this secret you may be able to recover it using the correct recovery command. For help "
            "resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182"
        )
        raise Refused(response_error("GET", url, 404, "SecretNotFound", message))
    if at(found.body, "properties", "attributes", "enabled") is False:
        message = "Operation get is not allowed on a disabled secret."
        raise Refused(response_error("GET", url, 403, "Forbidden", message))
    # The cloud keeps no value of a secret, as ARM never returns one: what pods get says which it is.
    return f"{vault_name}/{name}/{version or _versions(found)[-1]}"


def _versions(secret: CloudObject) -> list[str]:
    """The versions of a secret, the oldest first (offline/azure/services/vaults numbers them). One that lived before,
    and was loaded, has the version that Azure told of it."""
    made = [guid(secret.id, str(each)).replace("-", "") for each in range(1, int(secret.body.get(VERSION, 1)) + 1)]
    told = str(at(secret.body, "properties", "secretUriWithVersion") or "").rpartition("/")[2]
    return [told] if told and told not in made else made


def _name(id: str) -> str:
    return id.rpartition("/")[2].lower()


def _keep(turn: Turn, pod: Object, wanted: Mapping[str, Any], values: Mapping[str, str]) -> None:
    """Create a Secret where it is missing, never rewrite one (``secretproviderclasspodstatus_controller.go``): it goes
    with the last of what owns the pods."""
    place, name = pod["metadata"]["namespace"], wanted["secretName"]
    owner = next((each for each in pod["metadata"].get("ownerReferences") or [] if each.get("controller")), None)
    owned = {key: owner[key] for key in ("apiVersion", "kind", "name", "uid")} if owner else None
    before = turn.api.get(SECRET, name, place)
    if before is None:
        data = {each["key"]: values[each["objectName"]] for each in wanted.get("data") or []}
        body = {
            "apiVersion": SECRET.api_version,
            "kind": SECRET.kind,
            "metadata": {
                "name": name,
                "namespace": place,
                "labels": {**(wanted.get("labels") or {}), MANAGED: "true"},
                **({"annotations": wanted["annotations"]} if wanted.get("annotations") else {}),
                **({"ownerReferences": [owned]} if owned else {}),
            },
            "type": wanted.get("type") or "Opaque",
            "data": {key: base64.b64encode(value.encode()).decode() for key, value in data.items()},
        }
        try:
            turn.api.create(body)
        except ApiError as error:
            if error.code != CONFLICT:
                raise
        return
    owners = before["metadata"].get("ownerReferences") or []
    if owned and owned["uid"] not in {each["uid"] for each in owners}:
        turn.api.patch(SECRET, name, place, {"metadata": {"ownerReferences": [*owners, owned]}})
