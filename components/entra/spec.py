"""What an application of a directory consists of: who may ask it for what."""

from __future__ import annotations

from dataclasses import dataclass

ORGANISATION = "AzureADMyOrg"
"""The audience of an application that accepts accounts of its own tenant only."""


@dataclass(frozen=True)
class ScopeSpec:
    """What an application lets another one do on behalf of a person."""

    id: str
    """Its id, a GUID that is unique in the application and lasts as long as it."""
    value: str
    """What a token names: ``Admin.Read``."""
    title: str
    """Its name for who consents, up to 100 characters."""
    description: str
    """What it allows, in words."""
    consent: str = "Admin"
    """Who may consent: Admin or User."""


@dataclass(frozen=True)
class RoleSpec:
    """What an application lets somebody do who was assigned to the role."""

    id: str
    """Its id, a GUID that is unique in the application and lasts as long as it."""
    value: str
    """What a token names: ``SuperAdmin``."""
    title: str
    """Its name for who assigns it."""
    description: str
    """What it allows, in words."""
    members: tuple[str, ...] = ("User",)
    """Who may be assigned: User (people and groups), Application (identities)."""


@dataclass(frozen=True)
class ApplicationSpec:
    """An application of one tenant, for accounts of that tenant, with tokens of version 2 and without passwords."""

    display_name: str
    """Its name in the portal, unique among the tenant's applications by our own rule."""
    owners: tuple[str, ...]
    """Object ids of people and identities that may change it. Entra adds nobody: azuread removes a caller that is not
    among them."""
    identifier_uri: str = ""
    """What its tokens are for: ``api://{tenant}/{name}``, unique in the tenant; empty: it takes no tokens."""
    scopes: tuple[ScopeSpec, ...] = ()
    """What others may do through it on behalf of people."""
    roles: tuple[RoleSpec, ...] = ()
    """What its users may do."""
    redirect_uris: tuple[str, ...] = ()
    """Where a browser returns to after a login, for a single-page application."""
    access_claims: tuple[str, ...] = ()
    """Optional claims in its access tokens: ``email``."""
    id_claims: tuple[str, ...] = ()
    """Optional claims in its ID tokens."""
    assignment_required: bool = True
    """Whether only who was assigned to one of its roles gets a token."""
    protect: bool = False
    """Whether Pulumi refuses to delete it and its service principal."""


@dataclass(frozen=True)
class GroupSpec:
    """A security group whose members people administer."""

    display_name: str
    """Its name, unique among the tenant's groups by our own rule."""
    description: str
    """What its members may do."""
    owners: tuple[str, ...]
    """Object ids of people and identities that may change it."""
    protect: bool = False
    """Whether Pulumi refuses to delete it."""
