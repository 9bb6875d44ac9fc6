"""Real services for the integration tests: what they are fed with, and how they are started."""
