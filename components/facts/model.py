"""The shape of one row of the tables of resource types. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from components.facts.creation import CreationOnly

PATHS = frozenset({"scope", "resourceUri"})
"""Placeholders of an id template that stand for another resource's id, without its first slash."""

GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
"""The beginning of the id of everything in a resource group."""

NAME_RULES = "Microsoft: Naming rules and restrictions for Azure resources (2025-03-14)"
BICEP_TYPES = "Azure/bicep-types-az (2026-08-20)"
GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
"""A name that is a GUID."""


class Naming(StrEnum):
    """How a resource of a type gets its name (reference: docs/naming.md)."""

    FIVE_PART = "five parts"
    """``[org]-[env]-[project]-[type]-[region]``."""
    COMPACT = "compact"
    """The same five parts without hyphens, where Azure allows none."""
    IN_PARENT = "in its parent"
    """A plain name, unique inside the parent resource."""
    FIXED = "fixed"
    """A name that Azure or the domain prescribes."""
    GUID = "GUID"
    """A UUIDv5 of plain keys."""
    PRINCIPAL = "after a principal"
    """The object id of an Entra principal, which may be known only when the deployment has made it."""


class Scope(StrEnum):
    """Where a name must be unique."""

    GLOBAL = "global"
    TENANT = "tenant"
    SUBSCRIPTION = "subscription"
    RESOURCE_GROUP = "resource group"
    PARENT = "parent"


@dataclass(frozen=True)
class NameRule:
    """Azure's own limits of a name: length in characters, a pattern that must match the whole name, and where it
    must be unique. ``source`` names the document; ``disagreement`` records public sources that say otherwise."""

    minimum: int
    maximum: int
    pattern: str
    scope: Scope
    source: str
    disagreement: str = ""


@dataclass(frozen=True)
class Duration:
    """How long a type usually takes to create, in ``minutes``, and after how many minutes an operation has failed."""

    minutes: float
    timeout_minutes: int
    source: str = "assumed"


USUAL = Duration(0.2, 20)
"""The duration of a type whose row names none."""


@dataclass(frozen=True)
class OneAtATime:
    """A resource whose ``children`` (keys of types) Azure writes one at a time.

    ``code``, ``message`` and ``status`` are how Azure refuses a second writer.
    """

    children: tuple[str, ...]
    code: str
    source: str
    message: str = "Another operation on {parent} is in progress."
    status: int = 409


UPGRADE_CHANNEL = "upgrade channel"
"""Owns versions for as long as there is one."""

AUTO_GROW = "storage auto-grow"
"""Owns the size of a disk for as long as it is on."""

FAILOVER = "failover"

AUTOSCALE = "autoscale"
"""Owns the number of instances where a setting has rules for it."""


@dataclass(frozen=True)
class OwnedElsewhere:
    """A property that another controller changes after the first deployment, which then ignores changes of it.

    ``path`` is the input's wire name, ``follows`` the outputs that change with it.
    """

    path: str
    owner: str
    why: str
    follows: tuple[str, ...] = ()
    instead: str = ""
    """How a person changes it all the same: what a preview says when the settings ask for another value than the live
    one. Empty where no setting does."""


@dataclass(frozen=True, kw_only=True)
class RegisteredType:
    """What is known of every type that the program registers, whichever provider makes it."""

    key: str
    """How this program refers to the type: ``virtual-network``."""
    token: str
    """Pulumi's type token."""
    holds_data: bool = False
    """Whether deleting the resource loses what nothing in this program can make again: data of an app, logs, a key, the
    delegation of a domain. A replacement deletes."""
    creation_only: tuple[CreationOnly, ...] = ()
    """Inputs that are taken at creation and never again."""
    duration: Duration = USUAL
    """How long it usually takes to create one."""
    replacement_cost: str = ""
    """What a replacement interrupts although it loses no data, as a preview says it; empty: nothing worth a word."""
    owned_elsewhere: tuple[OwnedElsewhere, ...] = ()
    """Properties that another controller changes after the first deployment."""


@dataclass(frozen=True, kw_only=True)
class ResourceType(RegisteredType):
    """One type of Azure resource."""

    arm: str
    """Azure's resource type: ``Microsoft.Network/virtualNetworks``."""
    id_template: str
    """The resource id with Pulumi input names as placeholders (``{resourceGroupName}``). ``{subscriptionId}`` is the
    only one that is not an input; those in :data:`PATHS` hold whole ids."""
    name_input: str
    """The input that holds the physical name."""
    naming: Naming
    """How the name is made."""
    rule: NameRule
    """What Azure accepts as a name."""
    abbreviation: str = ""
    """The type's code in names; empty where the convention does not make the name."""
    taggable: bool = False
    """Whether the type takes tags."""
    diagnostics: tuple[str, ...] = ()
    """Log categories or category groups for a diagnostic setting; empty where none exist."""
    private_link: tuple[str, ...] = ()
    """The group ids that a private endpoint may ask for."""
    one_at_a_time: OneAtATime | None = None
    """The children that Azure writes one after another, if there are any."""
    holds_parent: bool = False
    """Whether Azure refuses to delete the parent while this child exists. All other children go with their parent."""


DISPLAY_NAME = "displayName"


@dataclass(frozen=True, kw_only=True)
class DirectoryType(RegisteredType):
    """One type of object in an Entra tenant: it has no region, group, tags, lock, logs or network path, and its id is
    drawn by Entra."""

    import_id: str
    """The id by which azuread takes an object over, with ``{placeholders}`` for what Entra drew."""
    identified_by: tuple[str, ...]
    """The inputs that tell one object of the type from another, apart from its id: what a person would look for."""
    unique_name: bool = False
    """Whether azuread can look for another object of the same display name first (``preventDuplicateNames``); Entra
    itself does not mind."""
    read: tuple[str, ...]
    """The least Graph application permissions that read it."""
    write: tuple[str, ...]
    """The least Graph application permissions that write it."""
    source: str
    """Who says what the permissions are."""

    @property
    def named(self) -> bool:
        """Whether the object has a display name."""
        return DISPLAY_NAME in self.identified_by


@dataclass(frozen=True, kw_only=True)
class KubernetesType(RegisteredType):
    """One kind of object in the cluster, or a Helm release: it has no region, group, tags, lock, logs or network
    path."""

    source: str
    """Who says what the kind is."""
    namespaced: bool = True
    """Whether objects of the kind are in a namespace."""
    suffixed: bool = False
    """Whether an object has no name of its own here: pulumi-kubernetes makes one, and a new one with every replacement,
    so that the new object is there before the old one goes."""
    metadata: str = "metadata."
    """Where name and namespace are among the inputs; a Helm release has them at the top."""

    @property
    def api_version(self) -> str:
        """``apps/v1``; ``v1`` for the kinds of the core group."""
        return self.token.split(":")[1].removeprefix("core/")

    @property
    def kind(self) -> str:
        """``Deployment``."""
        return self.token.rpartition(":")[2]

    @property
    def import_id(self) -> str:
        """The id by which pulumi-kubernetes takes an object over (pulumi/pulumi-kubernetes:
        provider/pkg/provider/util.go, parseFqName)."""
        return "{namespace}/{name}" if self.namespaced else "{name}"
