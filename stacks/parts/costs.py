"""What is counted together when somebody asks what it costs."""

from __future__ import annotations

from collections.abc import Mapping

from components.naming.rules import COST_CATEGORY

DATABASE_COSTS: Mapping[str, str] = {COST_CATEGORY: "database"}
"""The tag of databases and caches: all that the migration from Cosmos DB to PostgreSQL makes cheaper or dearer
(S2-087)."""
