"""Pulumi's engine without a cloud: finding or building it, its private home, the shadow project."""
