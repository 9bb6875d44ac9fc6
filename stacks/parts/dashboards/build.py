"""Workbooks and queries about what the stack has registered."""

from __future__ import annotations

from collections import defaultdict

from components.dashboards.dashboards import Dashboards
from components.dashboards.spec import DashboardsSpec, QuerySpec, WorkbookSpec
from stacks.parts.dashboards.content import asked, content
from stacks.parts.dashboards.plan import DashboardsPlan
from stacks.parts.monitoring.plan import WORKSPACE
from stacks.parts.site import Site


def build_dashboards(site: Site, plan: DashboardsPlan) -> None:
    """Register the workbooks, each tile about every resource of its type, and the pack of queries."""
    names: dict[str, list[str]] = defaultdict(list)
    for each in sorted(site.registered, key=lambda one: one.physical):
        names[each.row.key].append(each.physical)
    made = Dashboards(
        plan.key,
        DashboardsSpec(
            pack=plan.pack,
            workbooks=tuple(
                WorkbookSpec(
                    key=each.workbook.key,
                    name=each.name,
                    title=each.title,
                    description=each.workbook.about,
                    content=content(
                        each.workbook,
                        names,
                        workspace_id=plan.workspace_id,
                        subscription_id=plan.subscription_id,
                    ),
                )
                for each in plan.workbooks
            ),
            queries=tuple(
                QuerySpec(each.key, each.id, each.title, each.tile.title, text)
                for each in plan.queries
                if (text := asked(each.tile, names))
            ),
        ),
        site.place(plan.group),
        workspace_id=site.resources[WORKSPACE],
        opts=site.options(),
    )
    site.outputs.put("workbooks", made.ids)
