"""What every store answers; who loops over stores asks this and never the kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from components.problems import Problem
from stacks.catalogue import Catalogue
from stacks.catalogue.needs import Need, Wanted
from stacks.plan.stores.doors import Target
from stacks.settings import EnvironmentSettings


@dataclass(frozen=True)
class Store:
    """A store of an environment, to the plan.

    ``problems`` are what Azure or a rule of ours refuses about its settings. ``rules`` are the waivers it knows, with
    what they waive, and ``weaknesses`` those that the settings need. ``scopes`` maps each of its resources at which a
    role can be granted, as the plan speaks of it (``topic/AccountCreated``), to its resource type. ``products`` are the
    values that it produces for vaults (``redis/connection-string``). ``versions`` are rows of the end-of-life table
    that it runs on. ``targets`` are what answers over the network, and its doors. ``serves`` is what becomes of a need:
    itself, less of it, or ``None`` where the settings have removed the store. ``grants`` are roles (service, wanted)
    that the settings ask for beside the catalogue.
    """

    key: str
    problems: Callable[[str, EnvironmentSettings, Catalogue, date], Iterable[Problem]]
    rules: Mapping[str, str]
    weaknesses: Callable[[EnvironmentSettings], Iterable[str]]
    scopes: Callable[[EnvironmentSettings, Catalogue], Mapping[str, str]]
    products: Callable[[EnvironmentSettings, Catalogue], Iterable[str]]
    versions: Callable[[EnvironmentSettings], Iterable[tuple[str, str]]]
    targets: Callable[[EnvironmentSettings, Catalogue], Iterable[Target]]
    serves: Callable[[EnvironmentSettings, Need], Need | None] = lambda settings, need: need
    grants: Callable[[EnvironmentSettings, Catalogue], Iterable[tuple[str, Wanted]]] = lambda settings, catalogue: ()
