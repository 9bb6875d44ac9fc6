"""The table of codes, what is read of the behaviours, the coverage page, and what azure-native replaces."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any

import pytest

from components.facts.creation_only import CREATION_ONLY
from components.facts.resource_types import BY_TOKEN, RESOURCE_TYPES
from components.facts.waiting import EXCLUSIVE_PARENTS
from offline import coverage_page
from offline.azure.behaviour import BEHAVIOURS, Behaviour, Request
from offline.azure.codes import CODES
from offline.azure.errors import ArmError
from offline.azure.provider import AzureProvider
from offline.azure.reading import Site, Verb, computed, refusals
from offline.azure.replacement import LOCATION_STAYS, REPLACED_FOR, replaces
from offline.rpc.protocol import Change
from offline.world.faults import KINDS
from offline.world.store import World
from tests.harness import Composition
from tests.harness.compose import schema

AZURE = Path(inspect.getfile(ArmError)).parent
SAID_BY_THE_CLASS = {"taken", "blocked_by_use", "blocked_by_children", "immutable_codes"}


def test_a_code_without_a_row_fails_at_once() -> None:
    with pytest.raises(KeyError, match="Invented: no row in offline/azure/codes"):
        ArmError("Invented", "message", "advice")


def test_every_row_says_what_and_from_where() -> None:
    for code, rules in CODES.items():
        assert rules, code
        assert all(rule.what and rule.source for rule in rules), code
        assert len({rule.what for rule in rules}) == len(rules), code


def test_codes_are_those_in_use() -> None:
    """No row is left over, none is missing: behaviours, general rules, functions, exclusive parents, faults."""
    used = {site.code for sites in coverage_page.sites().values() for site in sites if site.code}
    used |= {behaviour.taken[0] for behaviour in BEHAVIOURS.values()}
    used |= {rule.code for rule in EXCLUSIVE_PARENTS}
    used |= {each.message.partition('Code="')[2].partition('"')[0] for each in KINDS.values()} - {""}
    assert used == set(CODES)


def test_no_refusal_is_missed_by_the_reading() -> None:
    """Every call of ArmError stands in a place that the page knows, or words the refusals of others."""
    seen = {site.place for sites in coverage_page.sites().values() for site in sites}
    missed = []
    for file in sorted(AZURE.glob("*.py")):
        tree = ast.parse(file.read_text())
        wording = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) == "ArmError"
        ]
        excused = {id(call) for function in wording for call in ast.walk(function)}
        for node in ast.walk(tree):
            made = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ArmError"
            place = f"offline.azure.{file.stem}:{getattr(node, 'lineno', 0)}"
            if made and id(node) not in excused and place not in seen:
                missed.append(place)
    # An exclusive parent's refusal stands in the provider; the page takes it from the table of parents.
    assert [each.partition(":")[0] for each in missed] == ["offline.azure.provider"]


def test_what_a_code_is_read_as_is_known_unless_the_class_says_it() -> None:
    for word, sites in coverage_page.sites().items():
        for site in (each for each in sites if not each.code):
            module, _, line = site.place.partition(":")
            text = (AZURE / f"{module.rpartition('.')[2]}.py").read_text().splitlines()
            near = "\n".join(text[int(line) - 6 : int(line)])
            assert any(each in near for each in SAID_BY_THE_CLASS), f"{word}: {site.place}"


class Sample(Behaviour):
    """Every way of refusing that the reading follows."""

    words = ("Conflict", "message")

    def refusals(self, request: Request) -> Any:
        if request.old is None:
            yield ArmError("ScopeLocked", "m", "a")
        else:
            yield ArmError("ResourceNotFound", "m", "a")
        for _ in [1] if request.old else []:
            yield ArmError("BadRequest", "m", "a")
        code, message = "Forbidden", "m"
        yield ArmError(code, message, "a")
        yield from self._more()
        code, message = self.words
        yield ArmError(code, message, "a")

    @staticmethod
    def _more() -> Any:
        yield _worded("InvalidParameter")
        yield from Sample._more()

    def delete_refusals(self, request: Request) -> Any:
        yield ArmError("CannotDeleteResource", "m", "a")

    def computed(self, request: Request) -> Any:
        return {"one": 1, "__hidden": 2}


def _worded(_: str) -> ArmError:
    return ArmError("InvalidParameter", "m", "a")


def test_reading_tells_verbs_apart() -> None:
    found = {(site.code, site.verb) for site in refusals(Sample())}
    assert found >= {
        ("ScopeLocked", Verb.CREATE),
        ("ResourceNotFound", Verb.UPDATE),
        ("BadRequest", Verb.UPDATE),
        ("Forbidden", Verb.BOTH),
        ("CannotDeleteResource", Verb.DELETE),
    }
    assert ("", Verb.BOTH) in found
    assert computed(Sample()) == ["one"]
    assert refusals(Behaviour()) == []


def test_every_type_is_on_the_page_and_it_is_up_to_date() -> None:
    text = coverage_page.page()
    for key, row in RESOURCE_TYPES.items():
        assert (f"\n### {key}\n" in text) == (row.token in BEHAVIOURS)
        assert key in text
    assert all(f"\n| {code} | " in text for code in CODES)
    assert coverage_page.main(["--check"]) == 0


def test_a_stale_page_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(coverage_page, "PROJECT", tmp_path)
    monkeypatch.setattr(coverage_page, "PAGE", tmp_path / "page.md")
    assert coverage_page.main(["--check"]) == 1
    assert "python -m offline coverage-page" in capsys.readouterr().err
    assert coverage_page.main([]) == 0
    assert coverage_page.main(["--check"]) == 0
    (tmp_path / "page.md").write_text("old")
    assert coverage_page.main(["--check"]) == 1


def test_sites_are_counted_once() -> None:
    assert Site("a", Verb.BOTH, "b:1") == Site("a", Verb.BOTH, "b:1")
    assert len({each.place for each in refusals(BEHAVIOURS["azure-native:network:VirtualNetwork"])}) > 4


def test_replacement_rules_name_types_and_inputs_that_are_there() -> None:
    for key in (*REPLACED_FOR, *LOCATION_STAYS):
        assert RESOURCE_TYPES[key].token in BEHAVIOURS
    known = schema()
    for key, paths in REPLACED_FOR.items():
        assert {path.partition(".")[0] for path in paths} <= set(known.inputs(RESOURCE_TYPES[key].token)), key


def test_an_adopted_cluster_keeps_the_network_that_it_was_made_with(composed: dict[str, Composition]) -> None:
    """A difference that replaces stops an import, so what the program sets of these must be let go at adoption."""
    token = RESOURCE_TYPES["kubernetes-cluster"].token
    written = [each.inputs for composition in composed.values() for each in composition.azure() if each.type == token]
    assert written
    said = {f"networkProfile.{name}" for inputs in written for name in inputs["networkProfile"]}
    assert said & set(REPLACED_FOR["kubernetes-cluster"]) <= set(CREATION_ONLY["kubernetes-cluster"])


@pytest.mark.parametrize(
    ("kind", "path", "change", "expected"),
    [
        ("kubernetes-cluster", "dnsPrefix", Change.UPDATE, True),
        ("kubernetes-cluster", "networkProfile.podCidr", Change.ADD, True),
        ("kubernetes-cluster", "networkProfile.advancedNetworking.enabled", Change.UPDATE, False),
        ("kubernetes-cluster", "agentPoolProfiles[0].vmSize", Change.UPDATE, False),
        ("public-ip-address", "sku.name", Change.UPDATE, True),
        ("public-ip-address", "sku.tier", Change.ADD, False),
        ("private-endpoint", "subnet.id", Change.UPDATE, True),
        ("private-endpoint", "location", Change.UPDATE, False),
        ("virtual-network", "location", Change.UPDATE, True),
        ("virtual-network", "subnets[1]", Change.DELETE, False),
        ("postgresql-server", "availabilityZone", Change.DELETE, True),
        ("postgresql-server", "backup.geoRedundantBackup", Change.UPDATE, False),
    ],
)
def test_replacing_as_the_real_provider(kind: str, path: str, change: Change, expected: bool) -> None:
    assert replaces(kind, path, change) == expected


def test_a_difference_replaces_what_the_table_says(tmp_path: Path) -> None:
    azure = AzureProvider(World(tmp_path / "cloud.db"), schema(), "3.29.0")
    token = RESOURCE_TYPES["postgresql-server"].token
    old = {"serverName": "s", "resourceGroupName": "g", "availabilityZone": "1", "version": "17"}
    diff = azure.diff(token, "id", old, {}, {**old, "availabilityZone": "2", "version": "18"}, [])
    assert (list(diff.replaces), diff.delete_before_replace) == (["availabilityZone"], True)
    assert set(diff.changes) == {"availabilityZone", "version"}
    assert BY_TOKEN[token].key == "postgresql-server"
