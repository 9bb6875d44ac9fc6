"""Static sites: four in each environment, filled by releases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from components.static_sites.facts import REGIONS
from stacks.catalogue.model import HostKind
from stacks.parts.access.plan import ACCESS
from stacks.parts.hosts.plan import HOSTS
from stacks.parts.static_sites.gates import STATIC_SITE_GATES, Gate
from stacks.parts.static_sites.plan import STATIC_SITES
from stacks.plan.model import StackPlan
from tests.harness.access import granted
from tests.harness.build import by_name, compose_up_to, every
from tests.harness.compose import Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, edited_plan, every_environment

SITES = {
    "app": ("app", "app", "app"),
    "story-generator": ("story", "story", "story"),
    "admin-ui": ("adminui", "admin", "admin"),
    "devhub": ("devhub", "docs", "app"),
}
"""Service → the code in the name of its site, the label of its host, its resource group."""
SITE = HostKind.STATIC_SITE.value
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
    found = granted(compose_up_to(ACCESS, edited_plan(folder, "dev", {"access.docs-release": access})))
    assert [(each.role, each.scope) for each in found if each.principal == pipeline] == [
        ("website-contributor", "/static-site/mys-dev-devhub-swa-euw")
    ]
    assert [each for each in found if each.role == "website-contributor"] == [
        each for each in found if each.principal == pipeline
    ]


@pytest.mark.parametrize("region", REGIONS)
def test_sites_go_where_azure_takes_them(folder: Path, region: str) -> None:
    found = edited_plan(folder, "dev", {"hosting.static_sites": {"region": region}})
    assert {each.spec.region for each in found.parts["static_sites"]} == {region}
    codes = {each.spec.name.rpartition("-")[2] for each in found.parts["static_sites"]}
    assert len(codes) == 1


@every_environment
def test_a_site_answers_the_internet_while_there_is_an_edge_before_it(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    """Front Door takes no private link to it: its own file turns others away, which a waiver says."""
    assert {each.inputs["publicNetworkAccess"] for each in every(composed[stack], "static-site")} == {"Enabled"}


def test_without_an_edge_no_site_answers(folder: Path) -> None:
    found = edited_plan(
        folder, "dev", {"edge": {"enabled": False}, "waivers.static-site-gate": GONE, "waivers.waf-prevention": GONE}
    )
    assert {each.spec.public for each in found.of(STATIC_SITES)} == {False}
    assert STATIC_SITE_GATES.key not in found.parts
    sites = every(compose_up_to(STATIC_SITES, found), "static-site")
    assert {each.inputs["publicNetworkAccess"] for each in sites} == {"Disabled"}


def test_a_site_without_public_host_does_not_answer(folder: Path) -> None:
    found = edited_plan(folder, "dev", {"services.devhub.public": False})
    assert {each.service for each in found.of(STATIC_SITES) if not each.spec.public} == {"devhub"}
    assert "devhub/docs" not in {each.site for each in found.of(STATIC_SITE_GATES)}


def test_the_gate_of_a_site_lets_in_the_edge_that_asks_for_its_host() -> None:
    """In the words of Microsoft's configuration of Static Web Apps."""
    assert Gate("devhub/docs", ("dev.docs.mystira.app",)).file("the-id") == {
        "networking": {"allowedIpRanges": ["AzureFrontDoor.Backend"]},
        "forwardingGateway": {
            "requiredHeaders": {"X-Azure-FDID": "the-id"},
            "allowedForwardedHosts": ["dev.docs.mystira.app"],
        },
    }


@every_environment
def test_every_public_site_has_a_gate(stack: str, plans: Mapping[str, StackPlan]) -> None:
    public = {f"{host.service}/{host.endpoint}": host.name for host in plans[stack].of(HOSTS) if host.kind == SITE}
    assert {gate.site: gate.hosts for gate in plans[stack].of(STATIC_SITE_GATES)} == {
        site: (name,) for site, name in public.items()
    }


@every_environment
def test_pipelines_find_the_gate_with_the_id_of_the_edge_in_the_outputs(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    outputs = composed[stack].outputs
    assert set(outputs["static_site_gates"]) == set(outputs["static_sites"])
    for each in outputs["static_site_gates"].values():
        assert each["forwardingGateway"]["requiredHeaders"] == {"X-Azure-FDID": outputs["edge"]["id"]}
        assert outputs["edge"]["id"]
    step = outputs["manual_steps"]["site-gates"]
    assert step["values"] == outputs["static_site_gates"]
    assert step["check"] == f"mystira around {stack}"


def test_a_prepared_site_has_no_gate_yet(folder: Path) -> None:
    """Its host is still served by another profile, which a gate would shut out."""
    found = edited_plan(folder, "dev", {"edge.prepared": ["docs"]})
    assert "devhub/docs" not in {gate.site for gate in found.of(STATIC_SITE_GATES)}
    assert {each.service for each in found.of(STATIC_SITES) if each.spec.public} == set(SITES)


MISTAKES = [
    Mistake(
        "dev", {"hosting.static_sites.region": region}, "hosting.static_sites.region", "takes no static sites", "eas"
    )
    for region in ("southafricanorth", "mars")
]


@each_mistake(MISTAKES)
def test_a_region_without_static_sites_is_refused(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)
