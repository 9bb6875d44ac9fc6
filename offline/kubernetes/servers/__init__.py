"""The servers of a cluster: real API server, controller manager and store, with Azure's authentication and rights."""
