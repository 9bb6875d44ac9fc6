"""What a Conditional Access policy consists of: who is stopped where, and what lets them in."""

from __future__ import annotations

from dataclasses import dataclass

PHISHING_RESISTANT = "/policies/authenticationStrengthPolicies/00000000-0000-0000-0000-000000000004"
"""The built-in strength "Phishing-resistant MFA", which has this id in every tenant
(hashicorp/terraform-provider-azuread: docs and tests of azuread_conditional_access_policy)."""

EVERY_CLIENT = ("all",)
LEGACY_CLIENTS = ("exchangeActiveSync", "other")
"""Clients that know no second factor (Microsoft: Block legacy authentication with Conditional Access)."""


@dataclass(frozen=True)
class LocationSpec:
    """Countries, as the addresses of clients tell them. An address of no known country is in none of them."""

    display_name: str
    """Its name in the portal."""
    countries: tuple[str, ...]
    """Two capital letters each: ``ZA``."""


@dataclass(frozen=True)
class PolicySpec:
    """A policy for sign-ins to some applications. Its groups, applications and location only a deployment knows."""

    display_name: str
    """Its name in the portal."""
    state: str
    """enabled, or enabledForReportingButNotEnforced."""
    everybody: bool = False
    """Whether it is for everybody, instead of groups."""
    client_apps: tuple[str, ...] = EVERY_CLIENT
    """The kinds of clients that it is for."""
    controls: tuple[str, ...] = ()
    """The built-in controls that a sign-in takes: mfa, or block, which none passes."""
    strength: str = ""
    """The id of the authentication strength that a sign-in takes, in place of the control ``mfa``; empty: none."""
    sign_in_hours: int = 0
    """After how many hours people sign in again; 0: Entra's own rules."""
