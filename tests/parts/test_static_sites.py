"""Static sites: four in each environment, filled by releases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from components.static_sites.facts import REGIONS
from tests.harness.access import granted
from tests.harness.build import by_name, compose_plan, every
from tests.harness.compose import Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import edited_plan, every_environment

SITES = {
    "app": ("app", "app", "app"),
    "story-generator": ("story", "story", "story"),
    "admin-ui": ("adminui", "admin", "admin"),
    "devhub": ("devhub", "docs", "app"),
}
"""Service → the code in the name of its site, the label of its host, its resource group."""
TOKENS = ("apiKey", "deploymentToken", "repositoryToken")


@every_environment
def test_four_services_have_a_site_in_their_own_group(stack: str, composed: Mapping[str, Composition]) -> None:
    found = by_name(composed[stack], "static-site")
    assert {name: (each.inputs["name"], each.inputs["resourceGroupName"]) for name, each in found.items()} == {
        service: (f"mys-{stack}-{code}-swa-euw", f"mys-{stack}-{group}-rg-san")
        for service, (code, _, group) in SITES.items()
    }
    assert {each.inputs["location"] for each in found.values()} == {"westeurope"}
    assert {each.inputs["sku"]["name"] for each in found.values()} == {"Standard"}


@every_environment
def test_branches_are_previewed_in_dev_only(stack: str, composed: Mapping[str, Composition]) -> None:
    policies = {each.inputs["stagingEnvironmentPolicy"] for each in every(composed[stack], "static-site")}
    assert policies == {"Enabled" if stack == "dev" else "Disabled"}


@every_environment
def test_the_edge_finds_the_host_and_the_id_of_every_site(stack: str, composed: Mapping[str, Composition]) -> None:
    sites = composed[stack].outputs["static_sites"]
    assert set(sites) == {f"{service}/{endpoint}" for service, (_, endpoint, _) in SITES.items()}
    for each in sites.values():
        assert each["host"].endswith(".azurestaticapps.net")
        assert each["id"].startswith(f"/static-site/mys-{stack}-")
    assert len({each["host"] for each in sites.values()}) == len(SITES)
    assert every(composed[stack], "static-site-domain") == []


@every_environment
def test_no_token_of_a_site_is_asked_for_or_kept(stack: str, composed: Mapping[str, Composition]) -> None:
    """Whoever holds one publishes to the site."""
    assert not [call for call in composed[stack].calls if ":web:" in call]
    assert not [each for each in every(composed[stack], "static-site") if set(TOKENS) & set(each.inputs)]
    outputs = repr(composed[stack].outputs)
    assert not any(token in outputs for token in TOKENS)


@every_environment
def test_a_person_hands_out_the_tokens(stack: str, composed: Mapping[str, Composition]) -> None:
    step = composed[stack].outputs["manual_steps"]["site-tokens"]
    assert step["values"] == composed[stack].outputs["static_sites"]
    assert Path(step["read"]).is_file()


def test_a_pipeline_may_manage_one_site_where_the_settings_say_so(folder: Path) -> None:
    pipeline = "00000000-0000-4000-8000-00000000b001"
    access = {
        "principal_id": pipeline,
        "principal_type": "ServicePrincipal",
        "role": "website-contributor",
        "scope": "static-site/devhub",
    }
    found = granted(compose_plan(edited_plan(folder, "dev", {"access.docs-release": access})))
    assert [(each.role, each.scope) for each in found if each.principal == pipeline] == [
        ("website-contributor", "/static-site/mys-dev-devhub-swa-euw")
    ]
    assert [each for each in found if each.role == "website-contributor"] == [
        each for each in found if each.principal == pipeline
    ]


@pytest.mark.parametrize("region", REGIONS)
def test_sites_go_where_azure_takes_them(folder: Path, region: str) -> None:
    found = edited_plan(folder, "dev", {"hosting.static_sites": {"region": region, "sku": "Free"}})
    assert {each.spec.region for each in found.parts["static_sites"]} == {region}
    assert {each.spec.sku for each in found.parts["static_sites"]} == {"Free"}
    codes = {each.spec.name.rpartition("-")[2] for each in found.parts["static_sites"]}
    assert len(codes) == 1


MISTAKES = [
    Mistake(
        "dev", {"hosting.static_sites.region": region}, "hosting.static_sites.region", "takes no static sites", "eas"
    )
    for region in ("southafricanorth", "mars")
]


@each_mistake(MISTAKES)
def test_a_region_without_static_sites_is_refused(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)
