"""The search service of an environment."""
