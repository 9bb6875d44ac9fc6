"""The workbooks of a stack, and its pack of queries."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import applicationinsights, operationalinsights

from components.dashboards.spec import DashboardsSpec, QuerySpec, WorkbookSpec
from components.placement import Placement

GALLERY = "workbook"
"""Where the portal lists them: Azure Monitor, Workbooks."""

TITLE_TAG = "hidden-title"
"""A tag that Azure gives a workbook, with its title: who sends it has no difference to look at
(tests/evidence/workbook.yaml)."""


class Dashboards(pulumi.ComponentResource):
    """Workbooks about a workspace, and the queries behind them for whoever wants to ask by hand."""

    TOKEN = "mystira:monitoring:Dashboards"
    ids: Mapping[str, pulumi.Output[str]]
    """The ids of the workbooks, by their keys."""

    def __init__(
        self,
        name: str,
        spec: DashboardsSpec,
        place: Placement,
        *,
        workspace_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        source = pulumi.Output.from_input(workspace_id).apply(str.lower)
        self.ids = {each.key: _workbook(each, place, source, child).id for each in spec.workbooks}
        pack = operationalinsights.QueryPack(
            name,
            query_pack_name=spec.pack,
            resource_group_name=place.resource_group,
            location=place.location,
            tags=place.tags,
            opts=child,
        )
        for each in spec.queries:
            _query(each, spec.pack, place, pulumi.ResourceOptions(parent=self, depends_on=[pack]))
        self.register_outputs({})


def _workbook(
    spec: WorkbookSpec, place: Placement, source: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> applicationinsights.Workbook:
    return applicationinsights.Workbook(
        spec.key,
        resource_name_=spec.name,
        resource_group_name=place.resource_group,
        location=place.location,
        kind="shared",
        category=GALLERY,
        display_name=spec.title,
        description=spec.description,
        # Azure writes it in lower case (azurerm: application_insights_workbook, source_id).
        source_id=source,
        version="Notebook/1.0",
        serialized_data=spec.content,
        tags={**place.tags, TITLE_TAG: spec.title},
        opts=opts,
    )


def _query(spec: QuerySpec, pack: str, place: Placement, opts: pulumi.ResourceOptions) -> None:
    operationalinsights.Query(
        spec.key,
        id=spec.id,
        query_pack_name=pack,
        resource_group_name=place.resource_group,
        display_name=spec.title,
        description=spec.description,
        body=spec.text,
        opts=opts,
    )
