"""What only a person can do."""

from __future__ import annotations

from stacks.parts.site import Site


def build_manual_steps(site: Site, _: bool) -> None:
    """Export the list of all parts, each step with the values that it takes."""
    steps = {
        step.key: {
            "do": step.do,
            "check": step.check,
            "read": step.read,
            **({"values": site.outputs[step.values]} if step.values else {}),
        }
        for step in site.plan.steps
    }
    site.outputs.put("manual_steps", steps)
