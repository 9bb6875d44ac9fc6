"""The public hosts of an environment."""

from __future__ import annotations

from stacks.parts.hosts.plan import Host
from stacks.parts.site import Site


def build_hosts(site: Site, hosts: tuple[Host, ...]) -> None:
    """Export the name of every public host."""
    public = {f"{host.service}/{host.endpoint}": host.name for host in hosts if not host.internal}
    site.outputs.put("hosts", public)
