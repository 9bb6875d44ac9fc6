"""Every role assignment and lock of a stack."""

from __future__ import annotations

from stacks.parts.site import Site


def build_access(site: Site, _: bool) -> None:
    """Grant what is not granted yet; locks come after it, because Azure deletes no role assignment below a lock."""
    site.grant(site.plan.grants)
    site.locks.put(site.granted.values())
