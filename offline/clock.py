"""The date in the offline world."""

from __future__ import annotations

from components.facts.lifecycles import LAST_READ

TODAY_VARIABLE = "MYSTIRA_TODAY"
"""Environment variable that hands the date to the program and to the offline cloud."""

TODAY = LAST_READ
