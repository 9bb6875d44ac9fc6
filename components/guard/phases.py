"""How far a stack has taken over what already lives, part by part; what waits, and for what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from components.facts.model import KubernetesType, RegisteredType
from components.facts.phases import EVERY, Phase

CLUSTER = "kubernetes-cluster"
NETWORK = "virtual-network"

BESIDE = frozenset(
    {
        "ai-deployment",
        "blob-container",
        "cosmos-container",
        "cosmos-database",
        "cosmos-role-assignment",
        "federated-credential",
        "key-vault-key",
        "key-vault-secret",
        "service-bus-queue",
        "service-bus-subscription",
        "service-bus-topic",
    }
)
"""Children that come beside what their parent has and change nothing of it. Every other child of an adopted resource
that stays as it is waits for it: it may be a setting of its parent (network rules, a parameter of a server), or Azure
refuses it before the parent has changed (an administrator of a server without Entra)."""

ACTS_ON = frozenset({"autoscale-setting"})
"""Types that change what their inputs name, or that Azure takes only once that has changed: rules scale a plan, and no
plan of the tier Basic has any."""


@dataclass
class Phases:
    """The phases of a stack, and of everything that it has registered so far."""

    of_parts: Mapping[str, Phase] = field(default_factory=dict)
    """By key of a part, or :data:`EVERY`; a part that is not there is done."""
    subnets: frozenset[str] = frozenset()
    """The names of subnets that an adopted network has already."""

    def __post_init__(self) -> None:
        self.part = ""
        """The part that is being built."""
        self._made_by: dict[tuple[str, str], str] = {}
        self._untouched: dict[str, RegisteredType] = {}

    @property
    def any(self) -> bool:
        """Whether anything waits at all."""
        return any(phase is not Phase.DONE for phase in self.of_parts.values())

    @property
    def now(self) -> Phase:
        """The phase of the part that is being built."""
        return self.of(self.part)

    def of(self, part: str) -> Phase:
        """The phase of a part."""
        return self.of_parts.get(part, self.of_parts.get(EVERY, Phase.DONE))

    def of_resource(self, token: str, name: str) -> Phase:
        """The phase of what has been registered, by type and logical name."""
        return self.of(self._made_by.get((token, name), ""))

    def registers(self, token: str, name: str) -> None:
        """Remember which part something belongs to."""
        self._made_by[token, name] = self.part

    def keeps(self, row: RegisteredType, id: str) -> None:
        """Remember a live resource that stays as it is."""
        self._untouched[id.lower()] = row

    def waits(self, row: RegisteredType, token: str, name: str, id: str, said: Iterable[str]) -> str:
        """Why something new is not made yet; empty where it is. ``id`` is the id that it would get, ``said`` the texts
        of its inputs."""
        if self.of_resource(token, name) is Phase.HOLD:
            return "its part is on hold"
        if isinstance(row, KubernetesType):
            clusters = [each for each, kept in self._untouched.items() if kept.key == CLUSTER]
            return f"{clusters[0]} stays as it is" if clusters else ""
        parent = id.lower().rsplit("/", 2)[0]
        if parent in self._untouched and row.key not in BESIDE:
            return f"{parent} stays as it is"
        for text in map(str.lower, said):
            if row.key in ACTS_ON and text in self._untouched:
                return f"{text} stays as it is"
            network, between, subnet = text.partition("/subnets/")
            kept = self._untouched.get(network)
            if between and kept and kept.key == NETWORK and subnet not in map(str.lower, self.subnets):
                return f"{network} has no {subnet} yet"
        return ""
