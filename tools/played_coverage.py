"""docs/offline-coverage.md: what is played in a cluster."""

from __future__ import annotations

from collections.abc import Iterator

from offline.kubernetes.played.coverage import DEFINITIONS, PLAYED, PLAYED_CHARTS

INTRODUCTION = """\
## What is played in a cluster

etcd, kube-apiserver and kube-controller-manager are the real ones. Everything else that acts in a cluster is **played**
(`offline/kubernetes/played`): one step at a time, whenever a run waits, and without taking the time that it takes at
Azure. Those times are assumed.\
"""


def played_section() -> Iterator[str]:
    """The lines of the page that are about what is played."""
    yield INTRODUCTION
    yield ""
    yield "| Played | What it does here | What it leaves out | Takes | Source |"
    yield "|---|---|---|---|---|"
    for each in PLAYED:
        takes = f"{each.duration.minutes:g} min ({each.duration.source})" if each.duration else ""
        yield f"| {each.who} | {each.does} | {each.leaves_out} | {takes} | {each.source} |"
    yield ""
    yield "### Charts"
    yield ""
    yield "| Chart | Versions | Values | Source |"
    yield "|---|---|---|---|"
    for chart in PLAYED_CHARTS:
        values = ", ".join(f"`{name}`" for name in sorted(chart.known))
        yield f"| `{chart.reference}` | {', '.join(chart.versions)} | {values} | {chart.source} |"
    yield ""
    yield "### Definitions of our own making"
    yield ""
    yield "Each knows the fields that our objects use; an object with another one is refused."
    yield ""
    yield "| Kind | Group | Versions | Scope | Source |"
    yield "|---|---|---|---|---|"
    for each in DEFINITIONS:
        scope = "namespace" if each.namespaced else "cluster"
        yield f"| {each.kind} | {each.group} | {', '.join(each.versions)} | {scope} | {each.source} |"
