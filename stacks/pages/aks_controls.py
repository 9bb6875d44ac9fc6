"""docs/aks-controls.md: the AKS baseline's controls, met or waived."""

from __future__ import annotations

from stacks.pages.markdown import page, table
from stacks.parts.aks.controls import CONTROLS


def controls_page() -> str:
    """The whole page."""
    rows = ((str(each.number), each.what, each.answer, each.waived or "met") for each in CONTROLS)
    waived = sum(bool(each.waived) for each in CONTROLS)
    met = len(CONTROLS) - waived
    return page(
        "Controls of the AKS baseline",
        f"{met} met, each proven by a test that carries its number; {waived} waived by name.\n",
        table(("control", "asks for", "here", "met, or the reason why not"), rows),
    )
