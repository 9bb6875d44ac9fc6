"""docs/offline-coverage.md: what is real and what is played in the clusters of the offline cloud, kind by kind."""

from __future__ import annotations

from collections.abc import Iterator

from components.facts.types import KUBERNETES_TYPES
from offline.kubernetes.faults import KUBERNETES_KINDS
from offline.kubernetes.kinds import BUILT_IN, NOT_PLAYED, RELEASE, kind_of_token
from offline.kubernetes.paths import written
from offline.kubernetes.replacing import Mutable, replacing
from offline.kubernetes.templates import TEMPLATES
from offline.kubernetes.waiting import AWAITED, READ

INTRODUCTION = """\
## Objects in a cluster

A real `kube-apiserver` with its `kube-controller-manager` and `etcd` takes them: defaults, validation, admission, quota
and ownership of fields are Kubernetes' own. The provider `kubernetes` plays pulumi-kubernetes:

- **Create** is a POST: what exists is refused. It is tried again while the kind or the namespace is missing.
- **Update** gives the fields of the create to the manager in `__fieldManager` and applies; another manager's field is a
  conflict. What the server never changes is its `Invalid`.
- **Preview** is a dry run, except where inputs are unknown, or kind, namespace or rights are missing.
- **Replaced** is what pulumi-kubernetes' table names, first deleted where the name was given and stays.
- **Drift** is a difference between inputs and the live object, reduced to what the inputs say.
- **Waiting** ends when an object is ready; here its time is up once nothing about it has changed for a sixtieth of
  pulumi-kubernetes' own limit, at least ten seconds and five turns of its controllers. What is not ready stays in the
  state, and the next run waits for it again.

Stricter than pulumi-kubernetes, and the errors say so: unknown and repeated fields are refused, and each pod template
is tried as a Pod first. Played are nodes, disks, images, load balancers, the controllers of add-ons and what their
charts make. The condition `jsonpath=` of `pulumi.com/waitFor` knows names and numbers only. Options of the provider
that are not played, and patches and lists of objects, are refused.
"""


def kubernetes_section() -> Iterator[str]:
    """The lines of the page that are about objects in a cluster."""
    yield INTRODUCTION
    yield "| Type | Field by field | Waited for | Pods tried | Replaced for, beside name and namespace |"
    yield "|---|---|---|---|---|"
    for key, row in sorted(KUBERNETES_TYPES.items()):
        if row.token == RELEASE:
            yield f"| {key} | played: charts, versions and values of a table | what the chart makes |  |  |"
            continue
        kind = kind_of_token(row.token)
        body = {"apiVersion": kind.api_version, "kind": kind.kind}
        checked = "Kubernetes' schema" if kind.api_version in BUILT_IN else "definition of our own making"
        waited = "created, updated, read" if kind in READ else "created, updated"
        waited = waited if kind in AWAITED else "where `waitFor` says so"
        paths = ", ".join(f"`{written(path)}`" for path in replacing(body, Mutable())[2:])
        yield f"| {key} | {checked} | {waited} | {'yes' if kind in TEMPLATES else ''} | {paths} |"
    yield ""
    refused = "; ".join(f"`{kind}`: {why}" for kind, why in sorted(NOT_PLAYED.items()))
    yield f"Built-in kinds that are refused: {refused}."
    yield ""
    yield "| Fault | What the server or the client says | Sent again by the client |"
    yield "|---|---|---|"
    for key, fault in sorted(KUBERNETES_KINDS.items()):
        yield f"| {key} | {fault.message} | {'yes' if fault.retried else 'no'} |"
