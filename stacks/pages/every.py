"""Every file that is generated from the tables and the plans of this program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from stacks.pages.aks_controls import controls_page
from stacks.pages.alerts import alerts_page
from stacks.pages.capacity import capacity_page
from stacks.pages.edge_paths import edge_paths_page
from stacks.pages.hosts import hosts_page
from stacks.pages.naming import naming_page
from stacks.pages.network_paths import paths_page
from stacks.pages.operations import operations_page
from stacks.pages.pictures import pictures_page
from stacks.pages.policies import policies_page
from stacks.pages.roles import roles_page
from stacks.pages.secrets import secrets_page
from stacks.pages.settings_schema import settings_schema
from stacks.pages.slo import slo_page
from stacks.settings.loading import SCHEMAS

PAGES: Mapping[str, Callable[[], str]] = {
    **{page: partial(settings_schema, kind) for kind, page in SCHEMAS.items()},
    "docs/naming.md": naming_page,
    "docs/hosts.md": hosts_page,
    "docs/aks-controls.md": controls_page,
    "docs/runbooks/alerts.md": alerts_page,
    "docs/slo.md": slo_page,
    "docs/policies.md": policies_page,
    "docs/roles.md": roles_page,
    "docs/operations.md": operations_page,
    "docs/secrets.md": secrets_page,
    "docs/network-paths.md": paths_page,
    "docs/edge-paths.md": edge_paths_page,
    "docs/capacity.md": capacity_page,
    "docs/stacks.md": pictures_page,
}
"""By path in the project: what makes it."""
