"""What is wrong with the settings of Conditional Access."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from components.problems import Problem
from stacks.context import Context
from stacks.settings.models import EnvironmentSettings

OFF = "off"
READ = "docs/runbooks/identity.md"


def conditional_access_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Policies that would lock out everybody at once, and countries named twice."""
    settings = context.settings.conditional_access
    path, group = context.path("conditional_access.break_glass_group"), settings.break_glass_group
    if group is None and settings.state != OFF:
        what = "missing: a mistake in a policy, or an outage of the second factor, would lock out everybody"
        yield Problem(path, what, "", 'the object id of a group of emergency accounts, or state: "off"', READ)
    for role, other in context.settings.entra.role_groups.items():
        if group is not None and other == group:
            what = f"the group of the role {role} too, which no policy would protect"
            yield Problem(path, what, str(group), "a group without a role", READ)
    for country, count in Counter(settings.countries).items():
        if count > 1:
            what = "a country is named twice"
            yield Problem(context.path("conditional_access.countries"), what, country, "each country once", READ)
