"""What Azure refuses about workbooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.harness.offline import REGION, Cloud, token_of

WORKBOOK = token_of("workbook")
FIRST, SECOND = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def workbook(name: str, title: str = "Mystira dev: Usage", **more: Any) -> Mapping[str, Any]:
    content = '{"version":"Notebook/1.0","items":[]}'
    return {
        "resourceName": name,
        "location": REGION,
        "category": "workbook",
        "displayName": title,
        "serializedData": content,
        **more,
    }


def test_a_workbook_is_named_by_a_guid(cloud: Cloud) -> None:
    refused = cloud.refused("BadRequest", WORKBOOK, **workbook("usage"))
    assert "Invalid Workbook resource name: 'usage'" in str(refused)


def test_a_title_is_there_once_in_a_subscription(cloud: Cloud) -> None:
    made = cloud.make(WORKBOOK, **workbook(FIRST))
    assert made.properties["tags"] == {"hidden-title": "Mystira dev: Usage"}
    refused = cloud.refused("Conflict", WORKBOOK, **workbook(SECOND, "mystira dev: usage"))
    assert "A Workbook with the same name already exists within this subscription." in str(refused)
    cloud.make(WORKBOOK, **workbook(SECOND, "Mystira dev: Cost"))
    # Its own title is nobody else's.
    cloud.update(WORKBOOK, made.id, **workbook(FIRST, description="Who comes."))
