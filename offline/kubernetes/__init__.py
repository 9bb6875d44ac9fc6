"""A cluster of the offline cloud: real API servers, a stand-in for pulumi-kubernetes, played controllers."""
