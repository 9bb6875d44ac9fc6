"""The feature flags of the services."""
