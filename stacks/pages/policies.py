"""docs/policies.md: every rule of the platform, who waives it until when, and which public rules it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from policies.model import Rule
from policies.register import Public, answers, register
from policies.rules.every import NO_RULE, RULES, TOPICS
from stacks.pages.markdown import page, table
from stacks.pages.plans import plans
from stacks.parts.all import ENVIRONMENT_PARTS, SHARED_PARTS
from stacks.plan.waivers import ENDS_SOON, rules_of

HOW = f"""Two look at the same rules. The plan looks at settings, before anything is registered. The pack (`policies/`)
looks at every resource that is about to be registered and at the whole stack, whoever wrote the program: `make preview`
and `make up` load it, a real run takes `--policy-pack policies`. A rule that both have has one id and one waiver.

Whoever breaks a rule knowingly says so in the stack's settings:

```yaml
mystira:waivers:
  aks-tier:
    reason: Nobody is promised that the API server of dev is there; the Free tier costs nothing.
    owner: platform
    until: "2027-10-31"
```

A waiver holds until the end of its last day and is announced {ENDS_SOON.days} days before. One that has ended, one for
a rule that nothing breaks and one for a rule that there is not are errors. Every rule stops the run; its severity says
how bad it is to waive it.
"""


def policies_page() -> str:
    """The whole page."""
    waived = _waived()
    planned = {**rules_of(SHARED_PARTS), **rules_of(ENVIRONMENT_PARTS)}
    alone = sorted(planned.keys() - RULES.keys())
    return page(
        "Policies",
        HOW,
        *(section for topic, rules in TOPICS.items() for section in _topic(topic, rules, waived)),
        "## What the plan alone can see\n",
        table(("rule", "demands", "waived in"), ((f"`{key}`", planned[key], waived.get(key, "")) for key in alone)),
        "## Types with general rules only\n",
        "Name, tags, region, logs, protection, locks and plain secrets are asked of all types that have them.\n",
        table(("type", "why no more"), sorted(NO_RULE.items())),
        "## Public rules\n",
        _summary(register()),
        table(("source", "rule", "level", "types", "answered by", "or why not"), _public(waived)),
    )


def _topic(topic: str, rules: tuple[Rule, ...], waived: Mapping[str, str]) -> Iterator[str]:
    yield f"## {topic}\n"
    rows = (
        (
            f"`{rule.key}`",
            rule.severity,
            rule.demands,
            rule.risk,
            rule.fix,
            ", ".join(rule.answers),
            waived.get(rule.key, ""),
        )
        for rule in rules
    )
    yield table(("rule", "severity", "demands", "otherwise", "fix", "answers", "waived in"), rows)


def _waived() -> Mapping[str, str]:
    """By rule: the stacks that waive it, and until when."""
    found: dict[str, dict[date, list[str]]] = {}
    for stack, plan in plans().items():
        for rule, waiver in plan.waivers.items():
            found.setdefault(rule, {}).setdefault(waiver.until, []).append(stack)
    return {
        rule: "; ".join(f"{', '.join(stacks)} until {until}" for until, stacks in ends.items())
        for rule, ends in found.items()
    }


def _public(waived: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    answered = answers()
    for each in register():
        keys = answered.get(each.id) or ([each.planned] if each.planned else [])
        by = ", ".join(f"`{key}`" + (" (waived)" if key in waived else "") for key in keys)
        name = each.id if each.name in ("", each.id) else f"{each.id} {each.name}"
        yield each.source, name, each.level, each.types, by, each.why_not


def _summary(found: tuple[Public, ...]) -> str:
    answered = answers()
    lines = []
    for source in dict.fromkeys(each.source for each in found):
        of = [each for each in found if each.source == source]
        by_rule = sum(each.id in answered or bool(each.planned) for each in of)
        lines.append(
            f"- {source}: {len(of)} rules for types used here, {by_rule} answered by rules, {len(of) - by_rule} not."
        )
    return "\n".join(lines) + "\n"
