"""What answers behind a public host, as parts offer it to the edge."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """One place that answers for an endpoint. It has a private link, or a gate of its own."""

    endpoint: str
    """The label of its host, unique in the catalogue: ``api``."""
    region: str
    """Azure's name of the region that it is in."""
    behind: str
    """The component that answers, as the site knows it: ``site/app``; empty: nothing of this stack."""
    host: str = ""
    """The name that it answers to, and that its certificate is for. Its builder leaves in ``Site.answering`` what must
    be there before anybody is sent to it. Empty: only the deployment knows it, and its builder leaves it in
    ``Site.hosts``. Both are there under :attr:`behind`."""
    link: str = ""
    """The id of the resource that a private link leads to; empty: it has a public address."""
    group: str = ""
    """The private link group of that resource; empty for a private link service, which has none."""
    gate: str = ""
    """The rule whose waiver says who turns others away where no link does: ``static-site-gate``."""

    @property
    def key(self) -> str:
        """What tells it from every other: ``api/southafricanorth``."""
        return f"{self.endpoint}/{self.region}"
