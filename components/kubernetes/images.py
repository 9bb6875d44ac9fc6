"""Images of others, pinned by their digests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Image:
    """An image that its maker publishes."""

    host: str
    """The registry of its maker: ``mcr.microsoft.com``."""
    repository: str
    """Its path there."""
    version: str
    """Its tag, for people: the digest decides."""
    digest: str
    """``sha256:…`` of the index over all platforms."""
    source: str
    """Where the digest was read; public places that do not know of each other."""

    def reference(self, mirror: str | None = None) -> str:
        """What a pod asks for: from the maker's registry, or from ``mirror``, where the paths are the same."""
        return f"{mirror or self.host}/{self.repository}:{self.version}@{self.digest}"
