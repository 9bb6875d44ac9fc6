"""A Mermaid picture of the parts that a change touches, and of the network paths that it adds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from components.facts.words import word_of
from stacks.reports.events import Action, Change

MOST = 25
"""Boxes, and arrows, of one picture: more are unreadable."""

_STYLES: Mapping[Action, str] = {
    Action.REPLACE: "fill:#ffd7d5,stroke:#cf222e",
    Action.DELETE: "fill:#ffd7d5,stroke:#cf222e,stroke-dasharray:4",
    Action.UPDATE: "fill:#fff8c5,stroke:#9a6700",
    Action.IMPORT: "fill:#ddf4ff,stroke:#0969da",
    Action.CREATE: "fill:#dafbe1,stroke:#1a7f37",
}


def picture(changes: Iterable[Change], paths: Sequence[Sequence[str]] = ()) -> str:
    """The picture: one box a component, coloured by the most serious thing that happens in it; what is in none goes by
    its product. ``paths`` are those that are new: consumer, target, kind, ports. Empty where nothing changes."""
    boxes: dict[str, list[Change]] = {}
    for each in changes:
        boxes.setdefault(each.component or word_of(each.token).product, []).append(each)
    if not boxes:
        return ""
    order = list(Action)
    ranked = sorted(boxes.items(), key=lambda box: (min(order.index(each.action) for each in box[1]), box[0]))
    left = len(ranked) - MOST
    lines = ["flowchart LR"]
    for name, inside in ranked[:MOST]:
        lines.append(f'  {_id(name)}["{_text(name)}<br/>{_counted(inside)}"]:::{_worst(inside)}')
    if left > 0:
        lines.append(f'  more["{left} more components"]')
    for consumer, target, _, ports, *_ in paths[:MOST]:
        ends = (f'{_id(f"path {each}")}(["{_text(each)}"])' for each in (consumer, target))
        arrow = f' -- "{_text(ports)}" --> '
        lines.append(f"  {arrow.join(ends)}")
    lines += [f"  classDef {action.value} {_STYLES[action]}" for action in order]
    return "```mermaid\n" + "\n".join(lines) + "\n```\n"


def _worst(inside: Iterable[Change]) -> str:
    return min((each.action for each in inside), key=list(Action).index).value


def _counted(inside: list[Change]) -> str:
    counts = {action: sum(each.action is action for each in inside) for action in Action}
    return ", ".join(f"{count} {action.value}" for action, count in counts.items() if count)


def _id(text: str) -> str:
    return re.sub(r"\W+", "_", text)


def _text(text: str) -> str:
    """Text in quotes: Mermaid takes no others inside."""
    return text.replace('"', "'").replace("#", "")
