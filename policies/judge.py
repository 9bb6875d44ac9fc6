"""Walks the rules over resources. One walk asks all rules of a type, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from components.facts.types import REGISTERED_TYPES
from policies.model import Finding, Rule, Seen
from policies.rules.every import RULES
from policies.values import UNKNOWN, Resource


def _by_type(rules: Iterable[Rule]) -> Mapping[str, tuple[Rule, ...]]:
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        for kind in rule.kinds:
            found[REGISTERED_TYPES[kind].token if kind in REGISTERED_TYPES else kind].append(rule)
    return {token: tuple(each) for token, each in found.items()}


ALONE = _by_type(rule for rule in RULES.values() if rule.check)
AMONG = _by_type(rule for rule in RULES.values() if rule.among)
OUTPUTS = _by_type(rule for rule in RULES.values() if rule.outputs)


class Judge:
    """Asks the rules of one run. ``waived`` are the keys of ``mystira:waivers``, which the plan has checked.

    ``whole`` says whether the stack is complete. While it takes over what lives, part by part, what a resource should
    have around it may not be there yet, and nothing may break a rule yet that is waived for later.
    """

    def __init__(self, waived: Iterable[str] = (), *, whole: bool = True) -> None:
        self.waived = frozenset(waived)
        self.whole = whole
        self._needed: set[str] = set()
        self._seen: dict[str, Resource] = {}

    def reads(self, urn: str, type: str) -> bool:
        """Whether :meth:`together` reads the properties of a resource: its outputs, or what it has not seen before."""
        return urn not in self._seen or type in OUTPUTS

    def alone(self, resource: Resource) -> list[Finding]:
        """What is wrong with one resource about to be registered."""
        self._seen[resource.urn] = resource
        found = list[Finding]()
        for rule in ALONE.get(resource.type, ()):
            if rule.check and not resource.untouched:
                found += self._findings(rule, resource, rule.check(resource))
        return found

    def together(self, resources: Iterable[Resource]) -> list[Finding]:
        """What is wrong with a whole stack, whose resources come with their outputs. What the run has not registered is
        judged by these."""
        found = list[Finding]()
        known = list[Resource]()
        for each in resources:
            if each.urn not in self._seen:
                found += self.alone(each)
            known.append(replace(self._seen[each.urn], refers=each.refers))
            for rule in OUTPUTS.get(each.type, ()):
                if rule.check and not known[-1].untouched:
                    found += self._findings(rule, each, rule.check(each))
        for each in known:
            for rule in AMONG.get(each.type, ()):
                if rule.among and self.whole and not each.untouched:
                    found += self._findings(rule, each, rule.among(each, known))
        return found

    def idle(self) -> list[Rule]:
        """Rules of the pack alone that are waived although nothing breaks them. Ask after :meth:`together`."""
        if not self.whole:
            return []
        waived = (RULES[key] for key in sorted(self.waived & RULES.keys()))
        return [rule for rule in waived if not rule.planned and rule.key not in self._needed]

    def _findings(self, rule: Rule, resource: Resource, seen: Seen) -> list[Finding]:
        """What was seen, unless it is waived. What a preview cannot tell is no finding: the update asks again."""
        broken = list(seen)
        if broken:
            self._needed.add(rule.key)
        if rule.key in self.waived:
            return []
        texts = list(dict.fromkeys(str(each) for each in broken if each is not UNKNOWN))
        return [Finding(rule, resource, "; ".join(texts))] if texts else []
