"""Where workloads come from and where they run."""

from components.compute.cluster import Cluster, ClusterArgs, ClusterIdentity, PoolArgs, WindowArgs
from components.compute.registry import Registry, RegistryArgs

__all__ = ["Cluster", "ClusterArgs", "ClusterIdentity", "PoolArgs", "Registry", "RegistryArgs", "WindowArgs"]
