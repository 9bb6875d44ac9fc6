"""What Microsoft Graph asks of whoever calls it, for errors that name what is missing.

From the tables "Permissions" of its reference (v1.0): List and Create authenticationEventsFlow, List and Create
identityProvider, Get and Update organizationalBranding, List applications, List and Restore deleted items.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Permission:
    """The least permissions for the paths below one, and the directory role that a person needs besides."""

    below: str
    """The path without its version."""
    read: str
    write: str
    role: str
    """The least privileged built-in role of Microsoft Entra."""


PERMISSIONS = (
    Permission(
        "/identity/authenticationEventsFlows",
        "EventListener.Read.All",
        "EventListener.ReadWrite.All",
        "External ID User Flow Administrator",
    ),
    Permission(
        "/identity/identityProviders",
        "IdentityProvider.Read.All",
        "IdentityProvider.ReadWrite.All",
        "External Identity Provider Administrator",
    ),
    Permission(
        "/organization",
        "OrganizationalBranding.Read.All",
        "OrganizationalBranding.ReadWrite.All",
        "Organizational Branding Administrator",
    ),
    Permission(
        "/directory/deletedItems",
        "Application.Read.All",
        "Application.ReadWrite.OwnedBy for what it owns, else Application.ReadWrite.All",
        "Application Administrator",
    ),
    Permission("/applications", "Application.Read.All", "Application.ReadWrite.All", "Application Administrator"),
)


def needed(method: str, path: str) -> str:
    """What a request needs; ``path`` begins with the version of the API (``/v1.0/applications``)."""
    rest = path.lstrip("/").partition("/")[2].lower()
    for each in PERMISSIONS:
        if f"/{rest}".startswith(each.below.lower()):
            permission = each.read if method == "GET" else each.write
            return f"an application with {permission}, or a person with that and the role {each.role}"
    return "a login that may do this"
