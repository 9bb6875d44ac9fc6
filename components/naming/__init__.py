"""The naming convention (ADR-0008 v2.2; docs/naming.md): the builder, the rules and tags."""

from components.naming.builder import Names, Project
from components.naming.guid import role_assignment_name
from components.naming.rules import ENVIRONMENTS, MANAGED_BY, ORGANISATIONS, REQUIRED_TAGS, check_name, tags_for

__all__ = [
    "ENVIRONMENTS",
    "MANAGED_BY",
    "ORGANISATIONS",
    "REQUIRED_TAGS",
    "Names",
    "Project",
    "check_name",
    "role_assignment_name",
    "tags_for",
]
