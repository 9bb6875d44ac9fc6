"""Refusals of Microsoft Graph as azuread prints them, with our advice, and azuread's own."""

from __future__ import annotations

from http import HTTPStatus

from offline.entra.codes import known
from offline.rpc.protocol import ProviderError


class GraphError(ProviderError):
    """A refusal of Microsoft Graph: code, message, HTTP status (hashicorp/go-azure-sdk: sdk/client/client.go). Our
    advice follows on its own line.

    Raises ``KeyError`` for a code without a row in ``offline.entra.codes``.
    """

    def __init__(self, code: str, message: str, advice: str, *, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        self.code = known(code)
        self.message = message
        self.status = status
        super().__init__(
            f"unexpected status {status.value} ({status.value} {status.phrase}) with error: {code}: {message}\n"
            f"  advice: {advice}"
        )


def not_found(what: str) -> GraphError:
    """How Graph answers for an object that no tenant, or not yet all of Entra, knows."""
    message = f"Resource '{what}' does not exist or one of its queried reference-property objects are not present."
    return GraphError("Request_ResourceNotFound", message, "create it first", status=HTTPStatus.NOT_FOUND)


def already_there(kind: str, id: str) -> ProviderError:
    """What azuread says of an object that it would create and finds (internal/helpers/tf/errors.go)."""
    resource = f"azuread_{kind}"
    return ProviderError(
        f'A resource with the ID "{id}" already exists. To be managed via Terraform, this resource needs to be '
        f'imported into the State. Please see the resource documentation for "{resource}" for more information.\n'
        "  advice: adopt it with an entry of mystira:adopt, or delete it"
    )


def name_taken(kind: str, object_id: str, name: str, advice: str) -> ProviderError:
    """What azuread says of a display name that another object has (internal/helpers/tf/errors.go)."""
    resource = f"azuread_{kind}"
    return ProviderError(
        f'An existing "{resource}" with name "{name}" (ID: "{object_id}") was found and `prevent_duplicate_names` was '
        "specified. To be managed via Terraform, this resource needs to be imported into the State. Please see the "
        f'resource documentation for "{resource}" for more information.\n  advice: {advice}'
    )
