"""Why a resource is as it is: the part, the settings, the needs, the roles and the rules behind it.

Made from the plan, its recording and the facts; nothing is asked of Azure or of a state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from components.facts.model import Naming, ResourceType
from components.facts.words import word_of
from policies.rules.every import RULES
from stacks.build.recording import Planned, Recording, Registration
from stacks.catalogue.needs.base import Need
from stacks.context import Context
from stacks.parts.all import parts_of
from stacks.parts.part import AnyPart
from stacks.parts.secrets.plan import SECRETS
from stacks.plan.make import settled
from stacks.plan.model import StackPlan
from stacks.plan.reads import reads

NAMES = ("environment", "naming.org", "naming.instance", "azure.region")
"""The settings in every name (docs/naming.md), whichever part makes it."""
NAMED_BY_US = (Naming.FIVE_PART, Naming.COMPACT)
SECRET_TYPE = "key-vault-secret"
ASSIGNMENT = "role-assignment"


@dataclass(frozen=True)
class Ignored:
    """An input of which the engine ignores changes."""

    path: str
    owner: str
    """Who owns it: ``cluster autoscaler``; empty: the component ignores it."""
    why: str
    instead: str
    """How a person changes it all the same; empty: no setting does."""


@dataclass(frozen=True)
class Fixed:
    """An input that Azure takes at creation only."""

    path: str
    replaces: bool
    """Whether a change replaces the resource; otherwise Azure refuses or ignores it."""
    source: str


@dataclass(frozen=True)
class Explanation:
    """Everything that is known of one resource of a stack."""

    stack: str
    key: str
    """``postgresql-server/core``."""
    what: str
    """In words: ``PostgreSQL server``."""
    token: str
    name: str
    """Its physical name; empty where Entra draws it."""
    id: str
    part: str
    """The part whose builder registers it."""
    component: str
    """The component that it is in; empty: none."""
    settings: tuple[str, ...]
    """The settings that its part reads."""
    named_after: tuple[str, ...]
    """The settings in its name; none where Azure, a parent or a person names it."""
    needs: tuple[str, ...]
    """The needs of services that are about it: ``app: Cache(purposes=('locks',))``."""
    asked_by: str
    """Of a role assignment: who has which role where, and whether a need, the settings or a part asks for it."""
    roles_at_it: tuple[str, ...]
    roles_it_has: tuple[str, ...]
    reached_by: tuple[str, ...]
    rules: tuple[str, ...]
    """The rules that its part answers for, and whether the settings keep them."""
    policies: tuple[str, ...]
    """The rules of the policy pack that look at its type, and which of them are waived."""
    protected: bool
    holds_data: bool
    replacement_cost: str
    ignored: tuple[Ignored, ...]
    fixed: tuple[Fixed, ...]
    after: tuple[str, ...]
    """What has to be finished first."""


def explanation(context: Context[Any], plan: StackPlan, recording: Recording, resource: Planned) -> Explanation:
    """The explanation of a resource of the recording of this plan."""
    parts = parts_of(context.environment)
    served = settled(context, parts)
    word, row = word_of(resource.row.token), resource.row
    scopes = [key for key, id in recording.scopes.items() if resource.id and id.lower() == resource.id.lower()]
    physical = resource.physical if isinstance(resource, Registration) else ""
    principals = [key for key, value in recording.principals.items() if physical and value.endswith(f" {physical}")]
    keys = {each.urn: each.key for each in recording.everything}
    return Explanation(
        stack=plan.stack,
        key=resource.key,
        what=f"{word.product} {word.one}",
        token=row.token,
        name=physical,
        id=resource.id,
        part=resource.part,
        component=_component(resource.urn),
        settings=tuple(sorted(reads(context).get(resource.part, ()))),
        named_after=NAMES if isinstance(row, ResourceType) and row.naming in NAMED_BY_US else (),
        needs=tuple(dict.fromkeys(_needs(served, plan, resource, scopes, principals))),
        asked_by=_asked_by(served, plan, parts, resource),
        roles_at_it=tuple(f"{each.who}: {each.role.name}" for each in plan.grants if each.scope in scopes),
        roles_it_has=tuple(f"{each.role.name} at {each.scope}" for each in plan.grants if each.principal in principals),
        reached_by=tuple(f"{each.consumer} ({each.kind})" for each in plan.paths if each.target in scopes),
        rules=tuple(_rules(served, parts, resource.part)),
        policies=tuple(_policies(served, row.key)),
        protected=resource.protected,
        holds_data=row.holds_data,
        replacement_cost=row.replacement_cost,
        ignored=tuple(_ignored(resource)),
        fixed=tuple(Fixed(each.path, each.replaces, each.source) for each in row.creation_only),
        after=tuple(sorted(keys[urn] for urn in resource.waits_for if urn in keys)),
    )


def named(recording: Recording, word: str) -> list[Planned]:
    """The resources that a word means: a URN, an id, a physical or a logical name, or type and logical name."""
    if word.startswith("urn:"):
        token, name = word.split("::")[2].rpartition("$")[2] if word.count("::") >= 3 else "", word.rpartition("::")[2]
        return [each for each in recording.everything if (each.row.token, each.name) == (token, name)]
    lower = word.lower()
    return [each for each in recording.everything if lower in _words(each)]


def words(recording: Recording) -> Iterator[str]:
    """Everything by which a person may call a resource, as they would write it."""
    for each in recording.everything:
        yield each.key
        yield each.name
        if isinstance(each, Registration):
            yield each.physical


def _words(resource: Planned) -> set[str]:
    physical = resource.physical if isinstance(resource, Registration) else ""
    return {each.lower() for each in (resource.key, resource.name, resource.id, physical) if each}


def _component(urn: str) -> str:
    """The type of the component that a resource is in, from the types in its URN."""
    inside = urn.split("::")[2].split("$")[:-1] if urn.count("::") >= 3 else []
    return next((each for each in reversed(inside) if each.startswith("mystira:")), "")


def _needs(
    context: Context[Any], plan: StackPlan, resource: Planned, scopes: Sequence[str], principals: Sequence[str]
) -> Iterator[str]:
    """A need is about a resource that it grants a role at, that it names, that holds its secret, or whose identity it
    needs."""
    secrets = {each.key: each for each in plan.get(SECRETS) or ()}
    secret = secrets.get(resource.name) if resource.row.key == SECRET_TYPE else None
    for service in context.catalogue:
        for need in service.needs:
            targets = {each.target.format(service=service.key) for each in need.grants}
            about = {*targets, *need.owns, *need.uses} & set(scopes)
            mine = f"identity/{service.key}" in principals and need.identity
            holds = (
                secret is not None
                and secret.service == service.key
                and any(each.name == secret.name for each in need.secrets)
            )
            if about or mine or holds:
                yield f"{service.key}: {_shown(need)}"


def _shown(need: Need) -> str:
    """A need as the catalogue writes it: without what it leaves to the default."""
    said = [
        f"{each.name}={getattr(need, each.name)!r}" for each in fields(need) if getattr(need, each.name) != each.default
    ]
    return f"{type(need).__name__}({', '.join(said)})"


def _asked_by(context: Context[Any], plan: StackPlan, parts: Iterable[AnyPart], resource: Planned) -> str:
    spec = next((each for each in plan.grants if each.key == resource.name), None)
    if spec is None or resource.row.key != ASSIGNMENT:
        return ""
    told = f"{spec.who} gets {spec.role.name} at {spec.scope}"
    for service in context.catalogue:
        for need in service.needs if spec.principal == f"identity/{service.key}" else ():
            for wanted in need.grants:
                if (wanted.role, wanted.target.format(service=service.key)) == (spec.role.key, spec.scope):
                    return f"{told}, which {service.key} needs: {_shown(need)}"
    if spec.key in context.settings.access:
        return f"{told}, which the setting access.{spec.key} gives"
    for part in parts:
        for grant in part.grants(context):
            if (grant.role, grant.principal, grant.scope) == (spec.role.key, spec.principal, spec.scope):
                return f"{told}, which the part {part.key} asks for"
    return told


def _rules(context: Context[Any], parts: Iterable[AnyPart], key: str) -> Iterator[str]:
    waivers: Mapping[str, Any] = context.settings.waivers
    for part in parts:
        if part.key != key:
            continue
        broken = set(part.weaknesses(context))
        for rule, demand in part.rules.items():
            waiver = waivers.get(rule)
            state = "kept" if rule not in broken else f"waived: {getattr(waiver, 'reason', waiver)}"
            yield f"{rule}: {demand} ({state})"


def _policies(context: Context[Any], kind: str) -> Iterator[str]:
    for rule in RULES.values():
        if kind in rule.kinds and not rule.planned:
            waiver = context.settings.waivers.get(rule.key)
            yield f"{rule.key}: {rule.demands}{f' (waived: {waiver.reason})' if waiver else ''}"


def _ignored(resource: Planned) -> Iterator[Ignored]:
    rows = {each.path: each for each in resource.row.owned_elsewhere}
    for path in resource.ignores:
        row = rows.get(path)
        yield Ignored(path, row.owner, row.why, row.instead) if row else Ignored(path, "", "", "")


def lines_of(found: Explanation) -> Iterator[str]:
    """The explanation as a person reads it."""
    yield f"{found.key} in {found.stack}: {found.what}{f' {found.name}' if found.name else ''}"
    yield f"  type: {found.token}"
    if found.id:
        yield f"  id: {found.id}"
    inside = f", in the component {found.component}" if found.component else ""
    yield f"  made by: the part {found.part}{inside}"
    if found.asked_by:
        yield f"  because: {found.asked_by}"
    yield from _list("needs", found.needs)
    yield from _list("settings that its part reads", _collapsed(found.settings))
    if found.named_after:
        yield f"  settings in its name: {', '.join(found.named_after)}"
    yield from _list("rules of its part", found.rules)
    yield from _list("policies that look at it", found.policies)
    yield from _list("roles at it", found.roles_at_it)
    yield from _list("roles that it has", found.roles_it_has)
    yield from _list("reached by", found.reached_by)
    yield from _list("changes that are ignored", (_told(each) for each in found.ignored))
    yield from _list("a change replaces it", (each.path for each in found.fixed if each.replaces))
    yield from _list(
        "taken at creation only, so that a change is refused or ignored",
        (f"{each.path} ({each.source})" for each in found.fixed if not each.replaces),
    )
    if found.holds_data:
        yield "  holds data: a replacement or deletion loses it"
    if found.protected:
        yield "  protected: Pulumi refuses to delete it"
    if found.replacement_cost:
        yield f"  a replacement interrupts: {found.replacement_cost}"
    yield from _list("comes after", found.after)


def _told(ignored: Ignored) -> str:
    if not ignored.owner:
        return f"{ignored.path}: its component ignores it"
    instead = f"; instead: {ignored.instead}" if ignored.instead else ""
    return f"{ignored.path}: {ignored.owner}: {ignored.why}{instead}"


def _collapsed(paths: Iterable[str]) -> Iterator[str]:
    """Paths with what is in a mapping told once: ``cosmos.containers.*``."""
    yield from dict.fromkeys(
        f"{'.'.join(parts[:2])}.*" if len(parts) > 3 else path for path in paths for parts in (path.split("."),)
    )


def _list(title: str, entries: Iterable[str]) -> Iterator[str]:
    found = list(entries)
    if len(found) == 1:
        yield f"  {title}: {found[0]}"
    elif found:
        yield f"  {title}:"
        yield from (f"    {entry}" for entry in found)
