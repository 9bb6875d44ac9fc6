"""Microsoft Graph as every tenant has it: its application, and the ids of the permissions in use.

Source: microsoftgraph/microsoft-graph-devx-content at 6cbd6bb (2026-08-07), permissions/permissions-descriptions.json,
from which Microsoft makes its permissions reference; each id below was compared with it on 2026-11-22. The ids are the
same in every tenant.
"""

from __future__ import annotations

from collections.abc import Mapping

CLIENT_ID = "00000003-0000-0000-c000-000000000000"
"""The client id of Microsoft Graph."""
NAME = "Microsoft Graph"
"""Its display name."""

SCOPES: Mapping[str, str] = {
    "User.Read": "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
    "email": "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0",
    "profile": "14dad69e-099b-42c9-810b-d002981feec1",
    "offline_access": "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
    "openid": "37f7f235-527c-4136-accd-4a02d197296e",
}
"""Delegated permissions, by value."""

ROLES: Mapping[str, str] = {
    "Application.Read.All": "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
    "Application.ReadWrite.All": "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
    "Application.ReadWrite.OwnedBy": "18a4783c-866b-4cc7-a460-3d5e5662c884",
    "AppRoleAssignment.ReadWrite.All": "06b708a9-e830-4db3-a914-8e69da51d44f",
    "DelegatedPermissionGrant.ReadWrite.All": "8e8e4742-1d95-4f68-9d56-6ee75648c72a",
    "Directory.Read.All": "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
    "Directory.ReadWrite.All": "19dbc75e-c2e2-444c-a770-ec69d8559fc7",
    "Group.Create": "bf7b1a76-6e77-406b-b258-bf5c7720e98f",
    "Group.Read.All": "5b567255-7703-4780-807c-7be8301ae99b",
    "Group.ReadWrite.All": "62a82d76-70ea-41e2-9197-370581804d09",
    "Policy.Read.All": "246dd0d5-5bd0-4def-940b-0421030a5b68",
    "Policy.ReadWrite.ConditionalAccess": "01c0a623-fc9b-48e9-b794-0756f8e8f067",
    "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
    "User.ReadWrite.All": "741f803b-c850-494e-b5df-cde7c675a1ca",
}
"""Application permissions, by value: those in use, and the larger ones that include them."""

INCLUDED_IN: Mapping[str, frozenset[str]] = {
    "Application.Read.All": frozenset({"Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}),
    "Application.ReadWrite.OwnedBy": frozenset({"Application.ReadWrite.All", "Directory.ReadWrite.All"}),
    "DelegatedPermissionGrant.ReadWrite.All": frozenset({"Directory.ReadWrite.All"}),
    "Directory.Read.All": frozenset({"Directory.ReadWrite.All"}),
    "Group.Create": frozenset({"Group.ReadWrite.All", "Directory.ReadWrite.All"}),
    "Group.Read.All": frozenset({"Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}),
    "User.Read.All": frozenset({"User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}),
}
"""Permission → the larger ones with which Graph allows the same (the tables "from least to most privileged" of its
reference, and API Permissions on azuread's pages). Assigning app roles has no larger one: Graph takes only
AppRoleAssignment.ReadWrite.All."""
