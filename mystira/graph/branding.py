"""The texts of the sign-in page (organizationalBranding, v1.0). Logos and colours stay with whoever designs them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from components.problems import MystiraError
from mystira.graph.change import NOTHING, Change, Secrets
from mystira.graph.client import MISSING, READ, Graph, Refused
from mystira.graph.wanted import Wanted

DEFAULT = {"Accept-Language": "0"}
"""The branding for every language that has none of its own (Microsoft Graph: Get organizationalBranding)."""
LOCALE = "en-US"
"""A branding of its own, empty and so like the default one, which Graph makes with it: there is no other way to the
default one (Microsoft Graph: Create organizationalBrandingLocalization)."""
ATTEMPTS = 7
PAUSE_SECONDS = 5.0
"""Between tries to change a branding that Graph has made and does not know yet (assumed)."""


def branding(
    graph: Graph, wanted: Wanted, secrets: Secrets, *, wait: Callable[[float], None] = time.sleep
) -> Iterator[Change]:
    """The texts as the settings have them; what nobody asked for is left alone."""
    path = f"/organization/{graph.tenant}/branding"
    found = graph.found(path, headers=DEFAULT)
    seen = {key: str((found or {}).get(key) or "").strip() for key in wanted.branding}
    differing = {key: value for key, value in wanted.branding.items() if seen[key] != value}
    if not differing:
        return

    def write() -> None:
        if found is None:
            graph.post(f"{path}/localizations", {"id": LOCALE})
        _patch(graph, path, differing, wait if found is None else None)

    before = NOTHING if found is None else ", ".join(f"{key} {seen[key] or NOTHING}" for key in differing)
    yield Change("sign-in page", before, ", ".join(f"{key} {value}" for key, value in differing.items()), write)


def _patch(graph: Graph, path: str, texts: dict[str, str], wait: Callable[[float], None] | None) -> None:
    """Write the texts; with ``wait``, as soon as Graph knows the branding."""
    for _ in range(ATTEMPTS - 1 if wait else 0):
        try:
            return graph.patch(path, texts, headers=DEFAULT)
        except Refused as error:
            if error.status != MISSING or wait is None:
                raise
        wait(PAUSE_SECONDS)
    try:
        return graph.patch(path, texts, headers=DEFAULT)
    except Refused as error:
        if error.status == MISSING:
            raise MystiraError(
                "Graph does not make the default branding of this tenant; allowed: make it once by hand "
                f"(Microsoft Entra admin center, Company branding, Default sign-in), then run this again; read: {READ}"
            ) from error
        raise
