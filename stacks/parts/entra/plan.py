"""The company's own tenant: applications of the administration, who has their roles, which service may call which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.entra.facts import DEFAULT_ROLE
from components.entra.spec import ApplicationSpec, GroupSpec, RoleSpec
from components.problems import Problem
from stacks.catalogue.model import Service
from stacks.catalogue.needs.sign_in import Directory, Role, TakesCalls
from stacks.context import Context
from stacks.parts.entra.applications import (
    PLATFORM,
    ApplicationPlan,
    PreAuthorized,
    adopted_ids,
    client_key,
    clients_of,
    display_name,
    identifier_uri,
    label,
    page,
    permission,
    protected,
    roles_of,
    scopes_of,
    users_of,
)
from stacks.parts.entra.checks import READ, entra_problems
from stacks.parts.entra.tenant import INSTANCE, tenant_of, workforce
from stacks.parts.part import AppRole, Part, Step, Tenant
from stacks.settings.models import EnvironmentSettings

SIGN_IN = "sign-in"
"""The default role, in the role matrix: it lets somebody in and says nothing else."""


@dataclass(frozen=True)
class RoleGroup:
    """The group whose members have a role."""

    key: str
    """Its logical name, and in ``role_groups`` of the outputs: ``admins``."""
    role: str
    """The role's value: ``Admin``."""
    spec: GroupSpec | None
    """What to create; none: it is there."""
    object_id: str
    """The object id of a group that is there; empty: it is created."""


@dataclass(frozen=True)
class Assignment:
    """Somebody with a role at an application."""

    name: str
    """Its logical name."""
    application: str
    """The key of the application."""
    role: str
    """The id of the role."""
    value: str
    """The role as a token names it; empty for the default role."""
    principal: str
    """``group/admins`` or ``identity/app``."""


@dataclass(frozen=True)
class EntraPlan:
    """What the stack makes in the tenant."""

    tenant: str
    applications: tuple[ApplicationPlan, ...]
    """Those with scopes before those that ask for them."""
    groups: tuple[RoleGroup, ...]
    assignments: tuple[Assignment, ...]
    pre_authorized: tuple[PreAuthorized, ...]


class EntraPart(Part[EnvironmentSettings, EntraPlan]):
    """Applications and groups, in every environment (S3-087 to S3-095)."""

    key = "entra"

    def plan(self, context: Context[EnvironmentSettings]) -> EntraPlan:
        return EntraPlan(
            tenant=tenant_of(context),
            applications=(*_apis(context), *_clients(context), *_called(context)),
            groups=tuple(role_groups(context)),
            assignments=(*_people(context), *_callers(context)),
            pre_authorized=tuple(_pre_authorized(context)),
        )

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return entra_problems(context)

    def app_roles(self, context: Context[EnvironmentSettings]) -> Iterator[AppRole]:
        plan = self.plan(context)
        names = {each.key: each.spec.display_name for each in plan.applications}
        for each in plan.assignments:
            yield AppRole(each.principal, each.value or SIGN_IN, names[each.application])

    def tenants(self, context: Context[EnvironmentSettings]) -> Iterator[Tenant]:
        yield workforce(context)

    def products(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        wanted = {
            each.value.format(service=s.key) for s in context.catalogue for need in s.needs for each in need.secrets
        }
        made = ("entra/tenant", *(client_id(each.key) for each in self.plan(context).applications))
        return (each for each in made if each in wanted)

    def known(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        tenant = tenant_of(context)
        audiences = {each.key: "" for each in context.catalogue}
        audiences |= {each.key: each.spec.identifier_uri for each in (*_apis(context), *_called(context))}
        return {
            "entra/instance": INSTANCE,
            "entra/authority": f"{INSTANCE}{tenant}/v2.0",
            **{f"entra/audience/{key}": uri for key, uri in audiences.items()},
        }

    def steps(self, context: Context[EnvironmentSettings]) -> Iterator[Step]:
        if any(group.spec for group in role_groups(context)):
            yield Step(
                key="role-group-members",
                do="add people to the groups that have the roles of the administration",
                check="az ad group member list --group <object id> --query [].displayName",
                read=READ,
                values="role_groups",
            )
        yield Step(
            key="role-group-review",
            do="review every quarter who is in the groups that have the roles of the administration (access reviews "
            "take Entra ID P2)",
            check="az ad group member list --group <object id> --query [].displayName",
            read=READ,
            values="role_groups",
        )
        for client in _clients(context):
            url = "https://graph.microsoft.com/v1.0/auditLogs/signIns?\\$filter=appDisplayName eq "
            yield Step(
                key=f"sign-in-{client.key}",
                do=f"sign in to {client.spec.display_name} as a member of a group, and as somebody who is in none",
                check=f"az rest --url \"{url}'{client.spec.display_name}'\" --query 'value[0].status'",
                read=READ,
            )


def client_id(application: str) -> str:
    """The product that is the client id of an application."""
    return f"entra/client-id/{application}"


def group_principal(group: str) -> str:
    """A role group as a principal; ``Site.principals`` has its object id."""
    return f"group/{group}"


def role_groups(context: Context[EnvironmentSettings]) -> Iterator[RoleGroup]:
    """One group for each role of the administration."""
    live = context.settings.entra.role_groups
    for role in _roles(context):
        object_id = str(live[role.value]) if role.value in live else ""
        name = f"{PLATFORM}-{label(context)}-{role.group}"
        spec = GroupSpec(name, f"{role.title}: {role.description}", _owners(context), protected(context))
        yield RoleGroup(role.group, role.value, None if object_id else spec, object_id)


def _roles(context: Context[EnvironmentSettings]) -> Iterator[Role]:
    for _, need in users_of(context, Directory.WORKFORCE):
        yield from need.roles


def _apis(context: Context[EnvironmentSettings]) -> Iterator[ApplicationPlan]:
    """What the administration calls: tokens of version 2, scopes that only an administrator may consent to."""
    ids = adopted_ids(context)
    for service, need in users_of(context, Directory.WORKFORCE):
        spec = ApplicationSpec(
            display_name=display_name(context, need.title),
            owners=_owners(context),
            identifier_uri=identifier_uri(context, tenant_of(context), need.name),
            scopes=scopes_of(context, ids, service.key, need.scopes, "Admin"),
            roles=roles_of(context, ids, service.key, need.roles),
            access_claims=need.claims,
            id_claims=need.claims,
            protect=protected(context),
        )
        yield ApplicationPlan(service.key, spec)


def _clients(context: Context[EnvironmentSettings]) -> Iterator[ApplicationPlan]:
    """Pages in which the administration signs in."""
    owners, ports = _owners(context), context.settings.entra.localhost_ports
    for api in _apis(context):
        for service, need in clients_of(context, api.key):
            yield page(context, api, service, need, owners=owners, ports=ports)


def _called(context: Context[EnvironmentSettings]) -> Iterator[ApplicationPlan]:
    """Services that other services call."""
    ids = adopted_ids(context)
    for service, need in _takers(context):
        role = RoleSpec(
            id=permission(context, ids, service.key, need.ROLE),
            value=need.ROLE,
            title=need.ROLE,
            description=f"Calls {need.title}",
            members=("Application",),
        )
        spec = ApplicationSpec(
            display_name=display_name(context, need.title),
            owners=_owners(context),
            identifier_uri=identifier_uri(context, tenant_of(context), f"{PLATFORM}-{service.key}"),
            roles=(role,),
            protect=protected(context),
        )
        yield ApplicationPlan(service.key, spec)


def _takers(context: Context[EnvironmentSettings]) -> Iterator[tuple[Service, TakesCalls]]:
    for service in context.catalogue:
        yield from ((service, need) for need in service.needs if isinstance(need, TakesCalls))


def _people(context: Context[EnvironmentSettings]) -> Iterator[Assignment]:
    """Groups in the roles of an API, and at its pages, which have none: the default role lets them in."""
    groups = {group.role: group for group in role_groups(context)}
    for api in _apis(context):
        clients = [client_key(*each) for each in clients_of(context, api.key)]
        for role in api.spec.roles:
            group = groups[role.value].key
            yield Assignment(f"{api.key}-{group}", api.key, role.id, role.value, group_principal(group))
            for client in clients:
                yield Assignment(f"{client}-{group}", client, DEFAULT_ROLE, "", group_principal(group))


def _callers(context: Context[EnvironmentSettings]) -> Iterator[Assignment]:
    """Identities of services in the role ``Call`` of those that they call, and nobody else."""
    called = {each.key: each.spec.roles[0] for each in _called(context)}
    for service in context.catalogue:
        for key in dict.fromkeys(service.calls):
            # Who calls what takes no calls is refused by the checks, which come after the values for vaults.
            if key in called:
                role = called[key]
                yield Assignment(f"{key}-{service.key}", key, role.id, role.value, f"identity/{service.key}")


def _pre_authorized(context: Context[EnvironmentSettings]) -> Iterator[PreAuthorized]:
    """Our own pages, for all scopes of the API that they call: no grant for the whole tenant."""
    for api in _apis(context):
        scopes = tuple(each.id for each in api.spec.scopes)
        yield from (PreAuthorized(api.key, client_key(*each), scopes) for each in clients_of(context, api.key))


def _owners(context: Context[EnvironmentSettings]) -> tuple[str, ...]:
    return tuple(map(str, context.settings.entra.owners))


ENTRA = EntraPart()
