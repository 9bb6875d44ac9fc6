"""What pulumi-kubernetes says of what fails (provider/pkg/provider/provider.go, provider/pkg/await)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from offline.kubernetes.played.api import ApiError, NoKind
from offline.rpc.protocol import ProviderError

NOT_FOUND, CONFLICT, INVALID, FORBIDDEN, BAD_REQUEST = 404, 409, 422, 403, 400

EXISTS = """{error}

The resource already exists in the cluster. This can happen when:

  - Renaming a Pulumi resource: use an alias to preserve the identity,
    or use deleteBeforeReplace if the resource needs replacement.
  - Managing an existing resource: use a Patch resource (e.g. NamespacePatch)
    to manage specific fields without owning the resource lifecycle.
  - Adopting a resource into Pulumi: use `pulumi import`. Note that
    protected resources (e.g. kube-system) cannot be deleted on destroy.
  - Intentional upsert: set upsertExistingObjects on the provider to allow
    server-side apply to update existing objects on create."""

_CONFLICTS = (
    "server-side apply field conflict detected, see https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/"
    "managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources for troubleshooting help"
)

STRICT = (
    "\n  advice: the offline cloud takes no unknown or repeated field; a cluster drops such a field, as "
    "pulumi-kubernetes asks it only to warn"
)
POD = (
    "\n  advice: the offline cloud tries each pod template as a Pod before it takes the workload; a cluster takes the "
    "workload, and its pods never start"
)
Answer = TypeVar("Answer")

_UNREACHABLE = "configured Kubernetes cluster is unreachable"


class Unfinished(Exception):
    """An object that is there and not ready, or not gone; ``reasons`` say why."""

    def __init__(self, message: str, reasons: Sequence[str] = ()) -> None:
        self.reasons = tuple(reasons)
        super().__init__(message)


def exists(error: ApiError) -> bool:
    return error.code == CONFLICT and error.reason == "AlreadyExists"


def namespace_missing(error: ApiError) -> bool:
    """Whether an object's namespace is not there."""
    return error.code == NOT_FOUND and (error.status.get("details") or {}).get("kind") == "namespaces"


def advised(error: ApiError) -> str:
    """What the server says, with our advice where it says it only here."""
    return f"{error}{STRICT}" if error.code == BAD_REQUEST and "strict decoding error" in str(error) else str(error)


def not_created(urn: str, error: ApiError | NoKind | str) -> ProviderError:
    """What the provider says of a create that the server refused."""
    if isinstance(error, NoKind):
        version = f"{error.kind.api_version}/{error.kind.kind}"
        return ProviderError(
            f'creation of resource "{urn}" with kind {version} failed because the Kubernetes API server reported that '
            "the apiVersion for this resource does not exist. Verify that any required CRDs have been created: "
            f"{error}"
        )
    said = error if isinstance(error, str) else advised(error)
    if isinstance(error, ApiError) and exists(error):
        said = EXISTS.format(error=error)
    return ProviderError(f'resource "{urn}" was not successfully created by the Kubernetes API server: {said}')


def not_updated(urn: str, error: NoKind) -> ProviderError:
    """What the provider says of an update of a kind that the server no longer has."""
    return ProviderError(
        f'update of resource "{urn}" failed because the Kubernetes API server reported that the apiVersion for this '
        f"resource does not exist. Verify that any required CRDs have been created: {error}"
    )


def refused_update(error: ApiError, manager: str) -> str:
    """What the provider says of an update that the server refused."""
    if error.code == CONFLICT:
        return f'{_CONFLICTS}\nThe resource managed by field manager "{manager}" had an apply conflict: {error}'
    return advised(error)


def gone(urn: str, said: str, missing: ApiError) -> str:
    """What the provider says of an object that is no longer there when it is to be updated."""
    return f'update of resource "{urn}" failed: {said}\nunable to get cluster state: {missing}'


def not_live(urn: str, said: str) -> str:
    """What the provider says of an object that it created and that did not become ready."""
    return (
        f'resource "{urn}" was successfully created, but the Kubernetes API server reported that it failed to fully '
        f"initialize or become live: {said}"
    )


def not_live_again(id: str, said: str) -> str:
    """What the provider says of an object whose update was refused, or that did not become ready after it."""
    return f'the Kubernetes API server reported that "{id}" failed to fully initialize or become live: {said}'


def release_not_ready(id: str, said: str) -> str:
    """What the provider says of a release whose objects did not become ready."""
    return f"failed to become available within allocated timeout. Error: Helm Release {id}: {said}"


def unreachable(reason: str) -> ProviderError:
    return ProviderError(f"{_UNREACHABLE}: {reason}")


def unreadable() -> ProviderError:
    return ProviderError(
        "failed to read resource state due to unreachable cluster. If the cluster was deleted, you can remove this "
        "resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment "
        'variable set to "true"'
    )


def undeletable() -> ProviderError:
    return ProviderError(
        f"{_UNREACHABLE}. If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the "
        'operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"'
    )
