"""The phase of the data migration."""

from __future__ import annotations

from stacks.parts.migration.plan import MigrationPlan
from stacks.parts.site import Site


def build_migration(site: Site, plan: MigrationPlan) -> None:
    """Export the phase (S2-083), and where each kind of data is read and written."""
    site.outputs.put("migration_phase", plan.phase)
    places = {name: {"read": each.read, "written": list(each.written)} for name, each in plan.placement.items()}
    site.outputs.put("data_placement", places)
