"""What the last look for drift found, so that it can be told without looking again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from offline.engine.home import Home


@dataclass(frozen=True)
class Looked:
    """A look for drift."""

    at: str
    """When: an ISO timestamp in UTC."""
    differences: tuple[str, ...]
    """What differed, one line each."""


def remember(home: Home, stack: str, differences: Sequence[str]) -> None:
    """Keep what was found in this moment."""
    home.drift.mkdir(parents=True, exist_ok=True)
    found = Looked(datetime.now(UTC).isoformat(timespec="seconds"), tuple(differences))
    (home.drift / f"{stack}.json").write_text(json.dumps(asdict(found)))


def last_look(home: Home, stack: str) -> Looked | None:
    """The last look for drift; ``None`` before the first, and where its record is incomplete."""
    try:
        found = json.loads((home.drift / f"{stack}.json").read_text())
        return Looked(str(found["at"]), tuple(map(str, found["differences"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None
