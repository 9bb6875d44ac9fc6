"""The feature flags of the services."""

from __future__ import annotations

from typing import Literal

Feature = Literal["ChainGrpc"]
"""The flags that services know. ChainGrpc: the app calls chain over gRPC instead of REST (S1-X09)."""
