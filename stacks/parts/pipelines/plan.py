"""Pipelines: the identities that GitHub Actions log in as, and what these may do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from components.access.spec import RoleDefinitionSpec
from components.entra.graph import NAME as GRAPH_NAME
from components.facts.roles import CUSTOM_ROLES
from components.naming.guid import role_definition_id
from components.problems import Problem
from stacks.context import Context
from stacks.parts.entra.tenant import workforce
from stacks.parts.groups.plan import GROUPS, SHARED_TIER, group_keys
from stacks.parts.part import AppRole, Grant, Part, Step, Tenant
from stacks.parts.pipelines.checks import READ, own_pull_request_problems, pipeline_problems
from stacks.parts.pipelines.grants import in_own_stack, in_shared, of_images
from stacks.parts.pipelines.graph_rights import GraphRight, graph_rights
from stacks.parts.pipelines.identities import PipelineIdentity, identities_of, stack_keys
from stacks.parts.state.plan import stacks_with_state
from stacks.settings.loading import SHARED, STACKS
from stacks.settings.models import EnvironmentSettings, SharedSettings

OUTPUT = "pipelines"
"""The stack output with the client ids, for the workflows."""

GROUP_OF_ROLE = {"registry-endpoint-approver": "acr", "state-writer": "terraform"}
"""Where each role of our own is defined and granted."""


@dataclass(frozen=True)
class PipelinesPlan:
    """The identities of the pipelines of all stacks, and the roles that were made for them."""

    identities: tuple[PipelineIdentity, ...]
    roles: tuple[RoleDefinitionSpec, ...]
    graph_rights: tuple[GraphRight, ...]


class Pipelines(Part[SharedSettings, PipelinesPlan]):
    """In ``shared``: the identities, their credentials, and their roles at what belongs to ``shared``."""

    key = "pipelines"

    def plan(self, context: Context[SharedSettings]) -> PipelinesPlan | None:
        ci = context.settings.ci
        if ci is None:
            return None
        return PipelinesPlan(
            identities=tuple(identities_of(context, ci)),
            roles=tuple(
                RoleDefinitionSpec(
                    key=role.key,
                    id=role_definition_id(place=context.place, role=role.key),
                    name=f"{role.name} ({context.place})",
                    description=f"For pipelines. {role.why}.",
                    actions=role.actions,
                    data_actions=role.data_actions,
                    group=GROUP_OF_ROLE[role.key],
                )
                for role in CUSTOM_ROLES.values()
            ),
            graph_rights=tuple(graph_rights(context, ci)),
        )

    def problems(self, context: Context[SharedSettings]) -> Iterator[Problem]:
        return pipeline_problems(context)

    def app_roles(self, context: Context[SharedSettings]) -> Iterator[AppRole]:
        ci = context.settings.ci
        for each in graph_rights(context, ci) if ci is not None else ():
            yield AppRole(each.principal, each.permission, GRAPH_NAME)

    def tenants(self, context: Context[SharedSettings]) -> Iterator[Tenant]:
        if context.settings.ci is not None:
            yield workforce(context)

    def grants(self, context: Context[SharedSettings]) -> Iterator[Grant]:
        if context.settings.ci is None:
            return
        yield from in_own_stack(SHARED, group_keys(SHARED_TIER.plan(context)))
        for stack in stacks_with_state(context):
            yield from in_shared(stack)
        yield from of_images()

    def steps(self, context: Context[SharedSettings]) -> Iterator[Step]:
        ci = context.settings.ci
        if ci is None:
            return
        repository = f"{ci.owner}/{ci.repository}"
        yield Step(
            key="github-environments",
            do=f"make the environments of {repository}: <stack> and <stack>-preview with reviewers, <stack>-drift "
            "without, each for main, <stack>-preview for refs/pull/*/merge as well",
            check=f"gh api repos/{repository}/environments --jq '.environments[] | [.name, .protection_rules[].type]'",
            read=READ,
            values=OUTPUT,
        )
        yield pipeline_rights(SHARED)
        yield Step(
            key="graph-rights",
            do="bring the stack up as a Privileged Role Administrator whenever a pipeline gets another right at "
            "Microsoft Graph",
            check="az rest --url \"https://graph.microsoft.com/v1.0/servicePrincipals(appId='<client id>')"
            "/appRoleAssignments\" --query 'value[].appRoleId'",
            read=READ,
            values=OUTPUT,
        )


class StackPipelines(Part[EnvironmentSettings, tuple[str, ...]]):
    """In an environment: what its pipelines may do in its own groups. The plan has the keys of their identities, whose
    object ids the contract of ``shared`` says."""

    key = "pipelines"

    def plan(self, context: Context[EnvironmentSettings]) -> tuple[str, ...] | None:
        return stack_keys(context.stack) if has_pipelines(context) else None

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return own_pull_request_problems(context)

    def grants(self, context: Context[EnvironmentSettings]) -> Iterator[Grant]:
        if has_pipelines(context):
            yield from in_own_stack(context.stack, group_keys(GROUPS.plan(context)))

    def steps(self, context: Context[EnvironmentSettings]) -> Iterator[Step]:
        if not has_pipelines(context):
            return
        yield pipeline_rights(context.stack)
        if not _writes_directory(context):
            yield Step(
                key="directory-changes",
                do="bring the stack up as a person whenever a group, the assignment to a role of an application or a "
                "Conditional Access policy changes: its pipeline may not (ci.directory_rights of shared)",
                check=f"pulumi preview -s {context.stack}",
                read=READ,
            )


def pipeline_rights(stack: str) -> Step:
    """What no pipeline may do for itself."""
    return Step(
        key="pipeline-rights",
        do="bring the stack up as a person whenever it has a new group, grants a role that it did not grant before, or "
        "changes what its pipelines may do",
        check="az role assignment list --assignee <client id> --all -o table",
        read=READ,
    )


def stacks_with_pipelines(context: Context[EnvironmentSettings]) -> tuple[str, ...]:
    """The stacks for whose pipelines `shared` has identities."""
    shared = context.others.get(SHARED)
    return (*STACKS, *shared.state.further_stacks) if shared and shared.ci else ()


def has_pipelines(context: Context[EnvironmentSettings]) -> bool:
    """Whether `shared` has identities for the pipelines of this stack."""
    return context.stack in stacks_with_pipelines(context)


def _writes_directory(context: Context[EnvironmentSettings]) -> bool:
    """Whether the pipeline of this stack may do in the directory what it takes a person for elsewhere."""
    shared = context.others.get(SHARED)
    return bool(shared and shared.ci and context.stack in shared.ci.directory_rights)


PIPELINES = Pipelines()
STACK_PIPELINES = StackPipelines()
