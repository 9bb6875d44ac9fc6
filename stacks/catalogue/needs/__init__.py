"""What a service may need: one module for each kind."""

from stacks.catalogue.needs.base import Need, Wanted, WantedSecret
from stacks.catalogue.needs.cache import Cache
from stacks.catalogue.needs.calls import Calls
from stacks.catalogue.needs.database import Database
from stacks.catalogue.needs.disk import Disk
from stacks.catalogue.needs.documents import Documents
from stacks.catalogue.needs.files import Files
from stacks.catalogue.needs.mail import Mail
from stacks.catalogue.needs.messages import EVENTS, QUEUES, Messages
from stacks.catalogue.needs.models import Models
from stacks.catalogue.needs.outside import Outside
from stacks.catalogue.needs.search import Search
from stacks.catalogue.needs.telemetry import Telemetry
from stacks.catalogue.needs.vault import Vault

__all__ = [
    "EVENTS",
    "QUEUES",
    "Cache",
    "Calls",
    "Database",
    "Disk",
    "Documents",
    "Files",
    "Mail",
    "Messages",
    "Models",
    "Need",
    "Outside",
    "Search",
    "Telemetry",
    "Vault",
    "Wanted",
    "WantedSecret",
]
