"""A static site, made from its spec alone."""

from __future__ import annotations

from typing import Any

import pytest

from components.static_sites.spec import StaticSiteSpec
from components.static_sites.static_site import StaticSite
from tests.harness.build import PLACE, one
from tests.harness.compose import Composition, compose


def made(*, previews: bool) -> Composition:
    def program() -> dict[str, Any]:
        site = StaticSite("app", StaticSiteSpec("mys-dev-app-swa-euw", "westeurope", "Standard", previews), PLACE)
        return {"id": site.id, "host": site.host}

    return compose(program)


def test_a_site_lies_where_its_spec_says_and_not_where_its_group_does() -> None:
    site = one(made(previews=False), "static-site").inputs
    assert (site["location"], site["resourceGroupName"]) == ("westeurope", PLACE.resource_group)
    assert site["sku"] == {"name": "Standard", "tier": "Standard"}


@pytest.mark.parametrize(("previews", "policy"), [(True, "Enabled"), (False, "Disabled")])
def test_branches_are_previewed_only_where_the_spec_says(previews: bool, policy: str) -> None:
    assert one(made(previews=previews), "static-site").inputs["stagingEnvironmentPolicy"] == policy


def test_no_repository_is_connected_and_no_token_is_read() -> None:
    found = made(previews=False)
    inputs = one(found, "static-site").inputs
    assert not {"repositoryUrl", "repositoryToken", "branch"} & set(inputs)
    assert found.calls == []
    assert found.outputs["id"] == "/static-site/mys-dev-app-swa-euw"
    assert found.outputs["host"].endswith(".azurestaticapps.net")
