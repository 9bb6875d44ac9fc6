"""docs/stacks.md: a picture of every stack, as flowcharts of Mermaid, which GitHub and most editors draw."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from stacks.pages.markdown import page
from stacks.pages.plans import plans
from stacks.parts.groups.plan import GROUPS, TierPlan
from stacks.parts.identity.plan import IDENTITIES
from stacks.parts.registry.plan import REGISTRY_SCOPE
from stacks.parts.static_sites.plan import STATIC_SITES
from stacks.parts.vaults.plan import VAULTS
from stacks.plan.model import StackPlan
from stacks.settings.loading import SHARED

INTRODUCTION = """\
The resource groups of each stack, the services and their vaults in them, and the one path of each consumer to what it
reaches ([network paths](network-paths.md) has their ports and subnets). `mystira graph STACK` prints one of them.
"""

ELSEWHERE: Mapping[str, str] = {REGISTRY_SCOPE: SHARED}
"""What answers in another stack."""


def pictures_page() -> str:
    """The whole page."""
    pictures = (f"## {stack}\n\n```mermaid\n{picture(plan)}```\n" for stack, plan in plans().items())
    return page("Stacks", INTRODUCTION, *pictures)


def picture(plan: StackPlan) -> str:
    """The flowchart of a stack: its resource groups, its services, and the path of each to what it reaches."""
    return "\n".join(("flowchart LR", *(f"  {line}" for line in _lines(plan)))) + "\n"


def _lines(plan: StackPlan) -> Iterator[str]:
    holds = _places(plan)
    for tier in plan.of(GROUPS):
        yield f"subgraph {_id('tier', str(tier.number))}[{_quoted(_title(tier))}]"
        for group in tier.groups:
            yield from (f"  {line}" for line in _box(_id("group", group.key), group.name, holds.get(group.key, ())))
        yield "end"
    for stack, names in _outside(plan).items():
        yield from _box(_id("stack", stack), f"stack {stack}", names)
    yield from _arrows(plan)


def _box(id: str, title: str, names: Iterable[str]) -> Iterator[str]:
    """A subgraph; a single node where nothing is in it."""
    found = list(names)
    if not found:
        yield f"{id}[{_quoted(title)}]"
        return
    yield f"subgraph {id}[{_quoted(title)}]"
    yield from (f"  {_id('node', name)}[{_quoted(name)}]" for name in found)
    yield "end"


def _title(tier: TierPlan) -> str:
    return f"tier {tier.number}: {tier.name.removeprefix(f'tier-{tier.number}-')}"


def _places(plan: StackPlan) -> Mapping[str, list[str]]:
    """What is drawn in each resource group: the services there, their vaults, and in the core what all of them use."""
    core = next(group.key for tier in plan.of(GROUPS) for group in tier.groups)
    groups = {each.service: each.group for each in (*(plan.get(IDENTITIES) or ()), *(plan.get(STATIC_SITES) or ()))}
    vaults = plan.get(VAULTS)
    groups |= {f"vault/{each.service}": each.group for each in (vaults.vaults if vaults else ())}
    drawn = dict.fromkeys((*groups, *_ends(plan)))
    found: dict[str, list[str]] = {}
    for name in drawn:
        if name not in ELSEWHERE:
            found.setdefault(groups.get(name, core), []).append(name)
    return found


def _ends(plan: StackPlan) -> Iterator[str]:
    """Both ends of every path."""
    for path in plan.paths:
        yield path.consumer
        yield path.target


def _outside(plan: StackPlan) -> Mapping[str, list[str]]:
    """What is reached in other stacks, by stack."""
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(_ends(plan)):
        if name in ELSEWHERE:
            found.setdefault(ELSEWHERE[name], []).append(name)
    return found


def _arrows(plan: StackPlan) -> Iterator[str]:
    """The paths, those of one kind to one target in one line."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in plan.paths:
        found.setdefault((path.target, path.kind), []).append(path.consumer)
    for (target, kind), consumers in found.items():
        ends = " & ".join(_id("node", each) for each in consumers)
        yield f"{ends} -->|{_quoted(kind)}| {_id('node', target)}"


def _id(kind: str, name: str) -> str:
    """A name of Mermaid: no word of its grammar begins with one of these kinds and an underscore."""
    return f"{kind}_{re.sub(r'[^A-Za-z0-9]', '_', name)}"


def _quoted(text: str) -> str:
    return f'"{text}"'
