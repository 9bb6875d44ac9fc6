"""What a reviewer compares between two commits: roles, secrets, network paths, hosts, capacity, ends, waivers.

``mystira report STACK --tables FILE`` writes them at the base commit, whose settings and code make them; the report of
the head takes that file. So neither commit reads the other's code. They are plain text, and hold no value of a secret.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from components.access.conditions import label
from components.problems import MystiraError
from stacks.parts.aks.plan import AKS
from stacks.parts.cosmos.plan import COSMOS
from stacks.parts.groups.plan import GROUPS
from stacks.parts.hosts.plan import HOSTS
from stacks.parts.pipelines.plan import PIPELINES, PipelinesPlan
from stacks.parts.secrets.plan import SECRETS
from stacks.plan.model import StackPlan
from stacks.reports.quota import needs_of

FORMAT = 1
"""Changes with the meaning of a table: an older file is then no base."""

Rows = tuple[tuple[str, ...], ...]

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "roles": ("principal", "role", "at", "condition"),
    "app_roles": ("principal", "role", "application"),
    "secrets": ("service", "secret", "value", "reader", "expires"),
    "paths": ("consumer", "target", "path", "ports", "through"),
    "hosts": ("service", "endpoint", "kind", "host"),
    "groups": ("resource group",),
    "granted": ("role", "id", "to"),
    "pipelines": ("pipeline", "what it has"),
    "capacity": ("quota", "at first", "at most", "in an upgrade"),
    "pools": ("pool", "size", "minimum", "maximum"),
    "ends": ("what", "on", "what to do"),
    "waivers": ("waiver", "reason", "owner", "until"),
    "steps": ("step", "do", "check", "read"),
}
"""By table: its columns."""


class UnreadableTables(MystiraError):
    """A file that is not the tables of a stack."""


@dataclass(frozen=True)
class Tables:
    """The tables of one stack at one commit. Rows are text, in a stable order."""

    stack: str
    region: str
    roles: Rows
    """Role assignments, those of documents included."""
    app_roles: Rows
    """Roles and permissions at applications of Entra tenants."""
    secrets: Rows
    """The secrets of the vaults, by the reference that makes their value."""
    paths: Rows
    """The one network path of every consumer to everything that it reaches."""
    hosts: Rows
    """The public hosts."""
    groups: Rows
    """The resource groups."""
    granted: Rows
    """Each role that is granted, by the type of its principals: what the condition of the pipeline names."""
    pipelines: Rows
    """The identities of pipelines, their credentials, and their roles: only a person changes them."""
    capacity: Rows
    """vCPUs that the node pools need."""
    pools: Rows
    """The node pools."""
    ends: Rows
    """What a person should act on: ends of life, secrets and waivers that end soon."""
    waivers: Rows
    """The rules that the settings break, and the replacements that they allow."""
    steps: Rows
    """What only a person can do."""


def tables_of(plan: StackPlan) -> Tables:
    """The tables of a plan."""
    cluster = plan.get(AKS)
    return Tables(
        stack=plan.stack,
        region=plan.region,
        roles=_sorted(_roles(plan)),
        app_roles=_sorted((each.who, each.role, each.application) for each in plan.app_roles),
        secrets=_sorted(
            (each.service, each.name, each.value, each.reader, str(each.expires_on)) for each in plan.get(SECRETS) or ()
        ),
        paths=_sorted((each.consumer, each.target, each.kind, each.port, each.via) for each in plan.paths),
        hosts=_sorted(
            (each.service, each.endpoint, each.kind, each.name) for each in plan.get(HOSTS) or () if each.name
        ),
        groups=_sorted((group.name,) for tier in plan.of(GROUPS) for group in tier.groups),
        granted=_sorted({(each.role.name, each.role.id, each.principal_type) for each in plan.grants}),
        pipelines=_sorted(_pipelines(plan)),
        capacity=tuple(
            (each.name, str(each.minimum), str(each.maximum), str(each.upgrade))
            for each in (needs_of(cluster) if cluster else ())
        ),
        pools=tuple(
            (each.name, each.vm_size, str(each.minimum), str(each.maximum))
            for each in (cluster.cluster.pools if cluster else ())
        ),
        ends=tuple((each.subject, each.due, each.text) for each in plan.notices),
        waivers=tuple(_waivers(plan)),
        steps=tuple((each.key, each.do, each.check, each.read) for each in plan.steps),
    )


def written(tables: Tables) -> str:
    """The tables as a file: JSON, one row a line."""
    rows = {name: ",\n".join(map(_json, getattr(tables, name))) for name in HEADINGS}
    head = {"format": FORMAT, "stack": tables.stack, "region": tables.region}
    fields = [f"{_json(name)}: {_json(value)}" for name, value in head.items()]
    fields += [f"{_json(name)}: [\n{text}\n]" if text else f"{_json(name)}: []" for name, text in rows.items()]
    return "{\n" + ",\n".join(fields) + "\n}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def read_tables(text: str, source: str, stack: str) -> Tables:
    """The tables in a file. Raises :class:`UnreadableTables` for anything else, and for those of another stack."""
    allowed = f"what `mystira report {stack} --tables FILE` wrote at the base commit"
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            raise UnreadableTables(f"{source}: tables of another version; seen: {content['format']}; allowed: {FORMAT}")
        if content["stack"] != stack:
            raise UnreadableTables(f"{source}: tables of another stack; seen: {content['stack']}; allowed: {stack}")
        rows = {name: tuple(tuple(map(str, row)) for row in content[name]) for name in HEADINGS}
        return Tables(stack=stack, region=str(content["region"]), **rows)
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableTables(f"{source}: not the tables of a stack; seen: {error!r}; allowed: {allowed}") from error


@dataclass(frozen=True)
class Compared:
    """One table at two commits."""

    name: str
    added: Rows
    removed: Rows

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.added and not self.removed


def compare(base: Tables, head: Tables, name: str) -> Compared:
    """What differs in one table."""
    old, new = (getattr(each, name) for each in (base, head))
    return Compared(name, tuple(row for row in new if row not in old), tuple(row for row in old if row not in new))


def _roles(plan: StackPlan) -> Iterator[tuple[str, ...]]:
    for each in plan.grants:
        yield each.who, each.role.name, each.scope, label(each.condition)
    account = plan.get(COSMOS)
    for each in account.roles if account else ():
        place = "/".join(filter(None, (account.database, each.container))) if account else ""
        yield each.principal, f"Cosmos DB Built-in Data {each.role.title()}", place, ""


def _pipelines(plan: StackPlan) -> Iterator[tuple[str, ...]]:
    # An environment has the keys of its pipelines there, `shared` what it makes of them.
    made = plan.parts.get(PIPELINES.key)
    for each in made.identities if isinstance(made, PipelinesPlan) else ():
        yield f"pipeline/{each.key}", "identity"
    for each in plan.grants:
        if each.who.startswith("pipeline/"):
            yield each.who, f"{each.role.name} at {each.scope}"
    for each in plan.app_roles:
        if each.who.startswith("pipeline/"):
            yield each.who, f"{each.role} at {each.application}"


def _waivers(plan: StackPlan) -> Iterator[tuple[str, ...]]:
    for kind, entries in (("", plan.waivers), ("replacement of ", plan.replacements)):
        for key, waiver in sorted(entries.items()):
            yield f"{kind}{key}", " ".join(waiver.reason.split()), waiver.owner, waiver.until.isoformat()


def _sorted(rows: Iterable[tuple[str, ...]]) -> Rows:
    return tuple(sorted(rows))
