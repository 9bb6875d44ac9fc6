"""What a legal name and legal tags are. Used when a name is built and again on every registered resource."""

from __future__ import annotations

import re
from collections.abc import Mapping

from components.facts.model import Naming, ResourceType
from components.facts.regions import CODES
from components.problems import Problem

ORGANISATIONS = ("mys", "nl", "pvc", "tws")
ENVIRONMENTS = ("dev", "staging", "prod", "shared")
REQUIRED_TAGS = ("CostCenter", "Environment", "ManagedBy", "Project", "Service", "Team")
COST_CATEGORY = "CostCategory"
"""A further tag, of what a budget or a report counts together."""
MANAGED_BY = "pulumi"
PROJECT_TAG = "Mystira"
INSTANCE = r"[a-z0-9]{0,2}"
READ = "docs/naming.md"

_ORG = f"(?:{'|'.join(ORGANISATIONS)}){INSTANCE}"
_ENV = f"(?:{'|'.join(ENVIRONMENTS)})"
_REGION = f"(?:{'|'.join(sorted(CODES))})"


def convention(resource_type: ResourceType) -> re.Pattern[str]:
    """The pattern that the convention demands of a whole name of this type; anything where Azure decides the name."""
    kind = re.escape(resource_type.abbreviation)
    if resource_type.naming is Naming.FIVE_PART:
        return re.compile(f"{_ORG}-{_ENV}-[a-z][a-z0-9]*-{kind}-{_REGION}")
    if resource_type.naming is Naming.COMPACT:
        return re.compile(f"{_ORG}{_ENV}(?:{kind}|[a-z][a-z0-9]*{kind}{_REGION})")
    return re.compile(".+", re.DOTALL)


def check_name(resource_type: ResourceType, name: str, path: str) -> list[Problem]:
    """Problems of a physical name: Azure's length and characters first, then the convention; at most one."""
    rule = resource_type.rule
    what = f"the name of a {resource_type.key} "
    if not rule.minimum <= len(name) <= rule.maximum:
        allowed = f"{rule.minimum} to {rule.maximum} characters ({rule.source})"
        return [Problem(path, what + "has the wrong length", f"{name!r}, {len(name)} characters", allowed, READ)]
    if not re.fullmatch(rule.pattern, name):
        return [Problem(path, what + "has characters that Azure refuses", repr(name), rule.pattern, READ)]
    pattern = convention(resource_type)
    if not pattern.fullmatch(name):
        form = f"[org]-[env]-[project]-{resource_type.abbreviation}-[region]"
        if resource_type.naming is Naming.COMPACT:
            form = form.replace("-", "")
        return [Problem(path, what + "does not follow the convention", repr(name), form, READ)]
    return []


def tags_for(*, environment: str, service: str, team: str, cost_center: str) -> Mapping[str, str]:
    """The six tags of everything that takes tags (ADR-0017)."""
    return {
        "CostCenter": cost_center,
        "Environment": environment,
        "ManagedBy": MANAGED_BY,
        "Project": PROJECT_TAG,
        "Service": service,
        "Team": team,
    }
