"""The way of a stack from what lives to what the plan says: hold, add, a cut-over for each part, and last what closes
a way whose successor a cut-over has opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from components.facts.model import ResourceType
from components.facts.phases import EVERY, Phase
from components.guard.phases import Phases
from stacks.adopt.effects import Body, Change, Effect, changes_of
from stacks.adopt.staying import Weak, weaknesses_of
from stacks.build.recording import Planned, Registration
from stacks.plan.model import StackPlan

VAULT, SECRET = "key-vault", "key-vault-secret"
READERS = frozenset({VAULT, "kubernetes-cluster", "web-app"})
"""What services read first of all, and what they run on."""

BACK = {
    Phase.HOLD: "nothing at Azure has changed: `pulumi stack rm --force` forgets what was imported",
    Phase.ADD: "`pulumi state unprotect --all`, then hold again: the next run deletes what this one made and nothing "
    "that lived before, which it protects again; new secrets in live vaults stay, and before add runs once more, what "
    "Azure and Entra keep of what is deleted is recovered or purged (docs/runbooks/adoption.md)",
    Phase.DONE: "set add again: what is changed stays so, and each line above says how it is opened again",
}


@dataclass(frozen=True)
class Step:
    """One run, and everything that it does to what lives."""

    phase: Phase
    part: str
    """The part that goes on; :data:`EVERY` for all at once."""
    imports: int = 0
    creates: Mapping[str, int] | None = None
    """New resources by type."""
    waits: Mapping[str, int] | None = None
    """New resources that are not made yet, by why."""
    changes: tuple[Change, ...] = ()
    waivers: tuple[Weak, ...] = ()
    """Rules that live resources break once they are as planned, for which the settings have no waiver yet."""
    keeps: tuple[str, ...] = ()
    """Settings that keep an old way open until the last runs, because the new one opens in this one."""
    ends: tuple[str, ...] = ()
    """Of the run that closes such a way: the settings that go."""

    @property
    def setting(self) -> str:
        """The line of the settings that begins it."""
        if self.ends:
            return f"without {'; without '.join(self.ends)}"
        if self.part == EVERY:
            return f'mystira:adoption: {{"{self.part}": {self.phase}}}'
        return ", with ".join((f"mystira:adoption.{self.part}: {self.phase}", *self.keeps))

    @property
    def back(self) -> str:
        """The way back."""
        return BACK[self.phase]

    def of(self, effect: Effect) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(each for each in self.changes if each.effect is effect)


def steps_of(plan: StackPlan, everything: Sequence[Planned], live: Mapping[str, Body]) -> list[Step]:
    """The steps in order. ``live`` is what Azure tells of each adopted resource, by its key."""
    adopted = [each for each in everything if each.key in plan.adopt]
    held = waiting(plan, everything, {EVERY: Phase.HOLD})
    added = waiting(plan, everything, {EVERY: Phase.ADD})
    made = [each for each in everything if each.urn in held and each.urn not in added]
    steps = [
        Step(Phase.HOLD, EVERY, len(adopted), {}, Counter({"everything new": len(held)})),
        Step(Phase.ADD, EVERY, 0, Counter(each.row.key for each in made), Counter(added.values())),
    ]
    done: dict[str, Phase] = {}
    before, names = added, _names(plan, everything)
    changed: dict[str, list[Change]] = {each.part: [] for each in adopted}
    living = [_living(each, names) for each in adopted if isinstance(each, Registration)]
    for each in living:
        changed[each.part] += changes_of(each, live.get(each.key, {}))
    left = sorted(changed, key=lambda part: _turn(part, living, changed[part]))
    last: list[Step] = []
    while left:
        part = next((each for each in left if not _missing(plan, everything, adopted, {**done, each: Phase.DONE})), "")
        part = part or left[0]
        left.remove(part)
        done[part] = Phase.DONE
        now = waiting(plan, everything, {EVERY: Phase.ADD, **done})
        new = Counter(each.row.key for each in everything if each.urn in before and each.urn not in now)
        mine, changes = [each for each in living if each.part == part], changed[part]
        here = tuple(change for change in changes if not change.keeps)
        keeps = tuple(dict.fromkeys(change.keeps for change in changes if change.keeps))
        weak = tuple(weaknesses_of(mine, live, plan.waivers))
        steps.append(Step(Phase.DONE, part, 0, new, Counter(now.values()), here, weak, keeps))
        if keeps:
            later = tuple(change for change in changes if change.keeps)
            last.append(Step(Phase.DONE, part, 0, {}, {}, later, ends=keeps))
        before = now
    return [*steps, *last]


def _turn(part: str, living: Iterable[Registration], changes: Iterable[Change]) -> int:
    """When it is a part's turn, as far as nothing that it needs waits: what a service runs on moves over before the
    stores that it reads close, and reads its vault by then; what it reads at its next start changes last."""
    kinds = {each.row.key for each in living if each.part == part}
    stores = {each.key for each in living if each.row.holds_data}
    if SECRET in kinds:
        return 4
    if READERS & kinds:
        return 1 if VAULT in kinds else 2
    return 3 if any(each.effect is Effect.CLOSES and each.key in stores for each in changes) else 0


def waiting(plan: StackPlan, everything: Sequence[Planned], of_parts: Mapping[str, Phase]) -> dict[str, str]:
    """By URN of what is new and not made in these phases: why. The same rules as the run's own
    (:mod:`components.guard.withholding`), on plain data."""
    phases = Phases(of_parts, plan.live_subnets)
    found: dict[str, str] = {}
    names = _names(plan, everything)
    for each in everything:
        phases.part = each.part
        phases.registers(each.row.token, each.name)
        id = each.id if isinstance(each.row, ResourceType) else ""
        if each.key in plan.adopt:
            if phases.now is not Phase.DONE:
                phases.keeps(each.row, id)
            continue
        needed = next((urn for urn in each.waits_for if urn in found), "")
        why = found[needed] if needed else phases.waits(each.row, each.row.token, each.name, id, _texts(each.inputs))
        if why:
            found[each.urn] = _renamed(why, names)
    return found


def _names(plan: StackPlan, everything: Sequence[Planned]) -> Mapping[str, str]:
    """By id that the plan would give, in lower case: the id that the live resource has."""
    return {each.id.lower(): plan.adopt[each.key] for each in everything if each.id and each.key in plan.adopt}


def _living(planned: Registration, names: Mapping[str, str]) -> Registration:
    return replace(planned, inputs=_renamed(planned.inputs, names))


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """A value of the plan with the ids of live resources, and of what is below them."""
    if isinstance(value, Mapping):
        return {name: _renamed(each, names) for name, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, names) for each in value]
    if not isinstance(value, str) or not value.lower().startswith("/subscriptions/"):
        return value
    id, space, rest = value.partition(" ")
    parts = id.split("/")
    for length in range(len(parts), 4, -1):
        live = names.get("/".join(parts[:length]).lower())
        if live:
            return "/".join([live, *parts[length:]]) + space + rest
    return value


def _missing(
    plan: StackPlan, everything: Sequence[Planned], adopted: Sequence[Planned], done: Mapping[str, Phase]
) -> bool:
    """Whether what is adopted in the parts that are done needs something that waits."""
    found = waiting(plan, everything, {EVERY: Phase.ADD, **done})
    return any(not found.keys().isdisjoint(each.waits_for) for each in adopted if each.part in done)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
