"""kube-score and checkov over the objects in the clusters of all environments: nothing is found that nobody has
answered. One scan each; no engine runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from stacks.parts.workloads.plan import WORKLOADS
from stacks.plan.load import PROJECT
from stacks.reports.manifests import manifests
from stacks.settings.loading import from_file
from stacks.settings.models import EnvironmentSettings
from tests.harness.build import recording
from tests.harness.settings import ENVIRONMENTS, committed_plan
from tools.scan_manifests import VERSION, Looked, check, score
from tools.scan_templates import Result
from tools.verdicts import OBJECTS, SCORES, objections, verdicts

PODS = {"Deployment", "StatefulSet", "Job"}
"""The kinds whose objects have pods."""

Change = Callable[[dict[str, Any]], None]


def _unlimited(container: dict[str, Any]) -> None:
    del container["resources"]["limits"]


def _latest(container: dict[str, Any]) -> None:
    container["image"] = "registry.example/publisher:latest"


def _writable(container: dict[str, Any]) -> None:
    container["securityContext"]["readOnlyRootFilesystem"] = False


def _privileged(container: dict[str, Any]) -> None:
    container["securityContext"]["privileged"] = True


PLANTS: Mapping[str, tuple[Change, str, str]] = {
    "writable": (_writable, "container-security-context-readonlyrootfilesystem", "CKV_K8S_22"),
    "privileged": (_privileged, "container-security-context-privileged", "CKV_K8S_16"),
    "unlimited": (_unlimited, "container-resources", "CKV_K8S_11"),
    "latest": (_latest, "container-image-tag", "CKV_K8S_14"),
}
"""Faults in prod's publisher, with the check of each scanner that finds it."""

HEALTHY = ("Deployment", "mys-prod/mys-publisher")


@dataclass(frozen=True)
class Scanned:
    """The objects by environment, and what the scanners say of them and of those with a plant."""

    objects: Mapping[str, list[dict[str, Any]]]
    scores: Looked
    checks: Looked

    def failed(self, looked: Looked) -> Mapping[str, list[Result]]:
        """What a scanner found, by environment."""
        return {stack: [each for each in looked.failed if each.file == f"{stack}.yaml"] for stack in self.objects}


def _faulty(objects: Iterable[dict[str, Any]], name: str, change: Change) -> dict[str, Any]:
    """The object with a fault, under its own name."""
    made = deepcopy(next(each for each in objects if (each["kind"], _name(each)) == HEALTHY))
    made["metadata"]["name"] = name
    (container,) = made["spec"]["template"]["spec"]["containers"]
    change(container)
    return made


def _name(each: Mapping[str, Any]) -> str:
    return f"{each['metadata'].get('namespace', 'default')}/{each['metadata']['name']}"


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    """All environments and all plants, scanned together."""
    folder = tmp_path_factory.mktemp("objects")
    objects: dict[str, list[dict[str, Any]]] = {}
    for stack in ENVIRONMENTS:
        text = manifests(recording(committed_plan(stack)))
        (folder / f"{stack}.yaml").write_text(text)
        objects[stack] = list(yaml.load_all(text, Loader=yaml.CSafeLoader))
    planted = [_faulty(objects["prod"], name, change) for name, (change, *_) in PLANTS.items()]
    (folder / "planted.yaml").write_text(yaml.safe_dump_all(planted))
    return Scanned(objects, score(folder), check(folder))


def test_this_is_the_version_of_the_clusters() -> None:
    settings = [from_file(stack, PROJECT) for stack in ENVIRONMENTS]
    assert {f"v{each.aks.version}" for each in settings if isinstance(each, EnvironmentSettings)} == {VERSION}


def test_both_read_every_pod(scanned: Scanned) -> None:
    pods = {
        (f"{stack}.yaml", each["kind"], _name(each))
        for stack, objects in scanned.objects.items()
        for each in objects
        if each["kind"] in PODS
    }
    assert len(pods) == 15
    for looked in (scanned.scores, scanned.checks):
        assert pods <= {(each.file, each.type, each.name) for each in looked.passed | looked.failed}


@pytest.mark.requirement("S3-143")
@pytest.mark.parametrize(("table", "scanner"), [(SCORES, "scores"), (OBJECTS, "checks")], ids=["kube-score", "checkov"])
def test_every_finding_is_answered_and_no_answer_is_stale(table: Path, scanner: str, scanned: Scanned) -> None:
    waived = {stack: from_file(stack, PROJECT).waivers for stack in ENVIRONMENTS}
    idle = {
        stack: [each.service for each in committed_plan(stack).of(WORKLOADS) if each.spec is None]
        for stack in ENVIRONMENTS
    }
    assert not list(objections(verdicts(table), scanned.failed(getattr(scanned, scanner)), waived, idle))


@pytest.mark.parametrize("plant", PLANTS)
def test_both_find_a_fault(plant: str, scanned: Scanned) -> None:
    _, *found = PLANTS[plant]
    for looked, name in zip((scanned.scores, scanned.checks), found, strict=True):
        assert Result(name, "prod.yaml", *HEALTHY) in looked.passed, "it fails without the fault"
        assert Result(name, "planted.yaml", "Deployment", f"mys-prod/{plant}") in looked.failed
