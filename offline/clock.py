"""The date in the offline world."""

from __future__ import annotations

from components.facts.lifecycles import LIFECYCLES

TODAY_VARIABLE = "MYSTIRA_TODAY"
"""Environment variable that hands the date to the program and to the offline cloud."""

TODAY = max(row.read_on for row in LIFECYCLES)
"""The day on which the facts were read, so that nothing expires over time."""
