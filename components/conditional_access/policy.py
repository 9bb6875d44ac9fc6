"""A Conditional Access policy."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_azuread as azuread

from components.conditional_access.spec import PolicySpec

EVERYBODY = "All"
EVERYWHERE = "All"


def access_policy(
    name: str,
    spec: PolicySpec,
    *,
    applications: Sequence[pulumi.Input[str]],
    groups: Sequence[pulumi.Input[str]],
    excluded: str,
    inside: pulumi.Input[str] | None,
    options: pulumi.ResourceOptions,
) -> azuread.ConditionalAccessPolicy:
    """A policy for sign-ins to ``applications`` (client ids) by members of ``groups`` (object ids), or by everybody
    where the spec says so; never by those of the group ``excluded``. With a location ``inside``, it is for sign-ins
    from elsewhere."""
    everywhere = azuread.ConditionalAccessPolicyConditionsLocationsArgs(
        included_locations=[EVERYWHERE], excluded_locations=[inside] if inside is not None else None
    )
    return azuread.ConditionalAccessPolicy(
        name,
        display_name=spec.display_name,
        state=spec.state,
        conditions=azuread.ConditionalAccessPolicyConditionsArgs(
            applications=azuread.ConditionalAccessPolicyConditionsApplicationsArgs(
                included_applications=list(applications)
            ),
            client_app_types=list(spec.client_apps),
            users=azuread.ConditionalAccessPolicyConditionsUsersArgs(
                included_users=[EVERYBODY] if spec.everybody else None,
                included_groups=None if spec.everybody else list(groups),
                excluded_groups=[excluded],
            ),
            locations=everywhere if inside is not None else None,
        ),
        grant_controls=azuread.ConditionalAccessPolicyGrantControlsArgs(
            operator="OR",
            built_in_controls=list(spec.controls) or None,
            authentication_strength_policy_id=spec.strength or None,
        ),
        session_controls=(
            azuread.ConditionalAccessPolicySessionControlsArgs(
                sign_in_frequency=spec.sign_in_hours, sign_in_frequency_period="hours"
            )
            if spec.sign_in_hours
            else None
        ),
        opts=options,
    )
