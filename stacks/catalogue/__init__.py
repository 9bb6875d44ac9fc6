"""The services of Mystira: one record each, and what they need."""

from stacks.catalogue.model import Catalogue, Endpoint, HostKind, Port, Service, Workload
from stacks.catalogue.records import CATALOGUE

__all__ = ["CATALOGUE", "Catalogue", "Endpoint", "HostKind", "Port", "Service", "Workload"]
