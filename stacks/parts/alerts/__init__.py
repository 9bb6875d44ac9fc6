"""Alerts: what is noticed, and who hears of it."""
