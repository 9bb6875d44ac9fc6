"""Inputs that Azure takes when a resource is created and not afterwards, each with its source.

One table for both of its uses: what replaces a resource, and what an adopted resource keeps. It was read on 2026-11-21;
tests/evidence/create_only.yaml names file and commit of every specification.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LIST_READ = "pulumi/pulumi-azure-native: provider/pkg/gen/replacement.go at 1b7112a"
AZUREAD_SCHEMA = "pulumi/pulumi-azuread: provider/cmd/pulumi-resource-azuread/schema.json at b830e04"
KUBERNETES_TABLE = "pulumi/pulumi-kubernetes: provider/pkg/provider/diff.go at 9497796"
UNMARKED_LOCATION = "no mark in the specification and not in azure-native's list: ARM refuses InvalidResourceLocation"


class Witness(StrEnum):
    """Who says that Azure takes an input at creation only. It decides what a change of the input does."""

    SPECIFICATION = "x-ms-mutability"
    """The API's specification marks it: azure-native replaces the resource."""
    LIST = "azure-native's list"
    """azure-native's own list names it: it replaces the resource, marked or not."""
    SCHEMA = "willReplaceOnChanges"
    """A provider's own schema marks it: that provider replaces the resource, at any depth."""
    TABLE = "pulumi-kubernetes' table"
    """pulumi-kubernetes' own table names it: it replaces the object, at any depth."""
    DOCUMENT = "document"
    """Only a document or Azure's answer shows it: azure-native tries an update, which Azure refuses or ignores."""


@dataclass(frozen=True)
class CreationOnly:
    """One input that Azure takes at creation only."""

    path: str
    """Dotted wire names; ``[]`` is any item of a list."""
    witness: Witness
    """The kind of evidence."""
    source: str
    """What was read: an API version, a file, the title of a document."""
    kept: bool = True
    """Whether an adopted resource keeps its own value. A difference in any other stops the adoption, because a resource
    that differs there is not the one that was meant."""

    @property
    def drawn(self) -> bool:
        """Whether Azure draws the value for another resource. A preview does not know it while that one is updated, and
        would show a replace that the update does not make."""
        return self.path in _DRAWN

    @property
    def replaces(self) -> bool:
        """Whether the provider replaces the resource when the input changes.

        azure-native follows the specification's marks at the top of a resource and its list one level deeper too
        (pulumi-azure-native: provider/pkg/gen/properties.go and provider/pkg/provider/diff.go).
        """
        depths = {Witness.SPECIFICATION: 0, Witness.LIST: 1, Witness.DOCUMENT: -1}
        return self.witness not in depths or self.path.count(".") <= depths[self.witness]


def marked(version: str, *paths: str) -> tuple[CreationOnly, ...]:
    """Inputs that the specification of an API version marks as create-only."""
    return tuple(_row(path, Witness.SPECIFICATION, version) for path in paths)


def listed(*paths: str) -> tuple[CreationOnly, ...]:
    """Inputs in azure-native's own list."""
    return tuple(_row(path, Witness.LIST, LIST_READ) for path in paths)


def replaced(*paths: str) -> tuple[CreationOnly, ...]:
    """Inputs that azuread's schema marks."""
    return tuple(_row(path, Witness.SCHEMA, AZUREAD_SCHEMA) for path in paths)


def tabled(*paths: str) -> tuple[CreationOnly, ...]:
    """Inputs in pulumi-kubernetes' own table."""
    return tuple(_row(path, Witness.TABLE, KUBERNETES_TABLE) for path in paths)


def documented(source: str, *paths: str) -> tuple[CreationOnly, ...]:
    """Inputs of which only ``source`` says that they are create-only."""
    return tuple(_row(path, Witness.DOCUMENT, source) for path in paths)


_MEANT = frozenset(
    {
        "appRoleId",
        "applicationId",
        "authorizedClientId",
        "clientId",
        "location",
        "principalId",
        "principalObjectId",
        "privateLinkServiceConnections",
        "resourceObjectId",
        "resourceServicePrincipalObjectId",
        "scope",
        "servicePrincipalObjectId",
        "userObjectId",
    }
)
"""Inputs that say which resource is meant."""

_DRAWN = frozenset({"principalId"})
"""Of these: what azure-native knows only after the update of the identity that has it. azuread keeps what it knows."""


def _row(path: str, witness: Witness, source: str) -> CreationOnly:
    return CreationOnly(path, witness, source, kept=path not in _MEANT)
