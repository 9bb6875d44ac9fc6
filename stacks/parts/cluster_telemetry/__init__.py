"""The metrics and the logs of the cluster."""
