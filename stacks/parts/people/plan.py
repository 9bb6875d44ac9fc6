"""What people may do: the roles of their groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from components.problems import Problem
from stacks.context import Context
from stacks.parts.aks.plan import CLUSTER_SCOPE, NAMESPACE_SCOPE
from stacks.parts.cluster_telemetry.plan import METRICS_SCOPE
from stacks.parts.monitoring.plan import WORKSPACE
from stacks.parts.part import Grant, Part
from stacks.parts.people.checks import groups_of, people_problems
from stacks.parts.state.plan import CONTAINER_SCOPE, key_scope, stacks_with_state
from stacks.settings.models import EnvironmentSettings, SharedSettings
from stacks.settings.people import People as Groups

GROUP = "Group"
PLATFORM, DEVELOPERS, READERS = "platform", "developers", "readers"

KUBECONFIG = ("cluster-user", CLUSTER_SCOPE)
"""What `az aks get-credentials` needs; it opens nothing by itself."""

EVERYBODY = (("log-reader", WORKSPACE),)
METRICS = ("metrics-reader", METRICS_SCOPE)
"""Where the cluster is measured: who reads logs reads metrics."""

IN_AN_ENVIRONMENT: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("dev", PLATFORM): (("cluster-admin", CLUSTER_SCOPE), KUBECONFIG),
    ("staging", PLATFORM): (("cluster-admin", CLUSTER_SCOPE), KUBECONFIG),
    ("prod", PLATFORM): (("cluster-admin", CLUSTER_SCOPE), KUBECONFIG),
    ("dev", DEVELOPERS): (("cluster-writer", NAMESPACE_SCOPE), KUBECONFIG),
    ("staging", DEVELOPERS): (("cluster-reader", NAMESPACE_SCOPE), KUBECONFIG),
}
"""By environment and group: roles and where, in addition to those of everybody."""


class SharedPeople(Part[SharedSettings, Mapping[str, str]]):
    """In ``shared``: the platform team reads and writes the state of every stack, and the secrets in it. The plan has
    the object ids of the groups: ``people/platform``."""

    key = "people"

    def plan(self, context: Context[SharedSettings]) -> Mapping[str, str]:
        return _groups(context.settings.people)

    def problems(self, context: Context[SharedSettings]) -> Iterator[Problem]:
        return people_problems(context)

    def grants(self, context: Context[SharedSettings]) -> Iterator[Grant]:
        keys = tuple(("key-vault-crypto-user", key_scope(stack)) for stack in stacks_with_state(context))
        store = (("blob-contributor", CONTAINER_SCOPE), *keys)
        for key, id in groups_of(context.settings.people).items():
            yield from _grants(key, id, (*(store if key == PLATFORM else ()), *EVERYBODY))


class People(Part[EnvironmentSettings, Mapping[str, str]]):
    """In an environment: the cluster, as far as it is theirs, logs and metrics. The plan is that of ``shared``."""

    key = "people"

    def plan(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return _groups(context.settings.people)

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return people_problems(context)

    def grants(self, context: Context[EnvironmentSettings]) -> Iterator[Grant]:
        everybody = (*EVERYBODY, *([METRICS] if context.settings.aks.prometheus else []))
        for key, id in groups_of(context.settings.people).items():
            yield from _grants(key, id, (*IN_AN_ENVIRONMENT.get((context.environment, key), ()), *everybody))


def _grants(key: str, id: str, roles: tuple[tuple[str, str], ...]) -> Iterator[Grant]:
    for role, scope in roles:
        yield Grant(role, id, scope, GROUP, who=_who(key))


def _who(key: str) -> str:
    return f"people/{key}"


def _groups(people: Groups) -> Mapping[str, str]:
    return {_who(key): id for key, id in groups_of(people).items()}


SHARED_PEOPLE = SharedPeople()
PEOPLE = People()
