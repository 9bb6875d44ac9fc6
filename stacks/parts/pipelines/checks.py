"""What is wrong with the settings of pipelines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from components.identity.facts import MAXIMUM_CREDENTIALS
from components.problems import Problem
from stacks.catalogue.model import Catalogue
from stacks.catalogue.needs.external import PREFIX as EXTERNAL
from stacks.context import Context
from stacks.parts.pipelines.identities import IMAGES, credential_name
from stacks.parts.state.plan import stacks_with_state
from stacks.settings.ci import Ci
from stacks.settings.external_id import PROVIDERS, ExternalId
from stacks.settings.loading import NAMESPACE, SHARED, file_name
from stacks.settings.models import EnvironmentSettings, SharedSettings
from stacks.settings.others import OtherExternalId

READ = "docs/runbooks/identity.md"
PULL_REQUESTS = "ci.pull_requests"
DIRECTORY_RIGHTS = "ci.directory_rights"


def pipeline_problems(context: Context[SharedSettings]) -> Iterator[Problem]:
    """Numbers without an owner or a repository, stacks that do not exist, states that pull requests must not read, and
    more repositories than an identity takes."""
    ci = context.settings.ci
    if ci is not None:
        yield from _number_problems(context, ci)
        yield from _stack_problems(context, ci)
        yield from _directory_problems(context, ci)
        yield from _runner_problems(context, ci)
        yield from _repository_problems(context)


def _number_problems(context: Context[SharedSettings], ci: Ci) -> Iterator[Problem]:
    known = tuple(dict.fromkeys((ci.repository, *context.catalogue.repositories)))
    for name in ci.repository_ids:
        if name not in known:
            path = context.path(f"ci.repository_ids.{name}")
            yield Problem(path, "no service and no stack comes from this repository", name, ", ".join(known), READ)
    if ci.repository_ids and ci.owner_id is None:
        what = "missing: GitHub names the owner with its number wherever it names a repository with its own"
        allowed = f"what `gh api users/{ci.owner} --jq .id` shows"
        yield Problem(context.path("ci.owner_id"), what, "", allowed, READ)


def _stack_problems(context: Context[SharedSettings], ci: Ci) -> Iterator[Problem]:
    path, stacks = context.path(PULL_REQUESTS), stacks_with_state(context)
    for stack in dict.fromkeys(ci.pull_requests):
        if stack not in stacks:
            yield Problem(path, "no such stack", stack, ", ".join(stacks), READ)
        elif stack in context.others:
            other = context.others[stack]
            in_vault = {name for name, terms in other.secrets.overrides.items() if terms.in_vault}
            outside = (*_from_outside(context.catalogue, in_vault), *_client_secrets(other.external_id))
            yield from _decrypted(path, stack, other.local_auth, outside)


def _directory_problems(context: Context[SharedSettings], ci: Ci) -> Iterator[Problem]:
    """Rights for stacks that do not exist. `shared` writes nothing in the directory but these rights themselves: a
    pipeline of it would give itself any."""
    stacks = [stack for stack in stacks_with_state(context) if stack != SHARED]
    for stack in dict.fromkeys(ci.directory_rights):
        if stack not in stacks:
            what = "a pipeline would give itself any right" if stack == SHARED else "no such stack"
            yield Problem(context.path(DIRECTORY_RIGHTS), what, stack, ", ".join(stacks), READ)


def _runner_problems(context: Context[SharedSettings], ci: Ci) -> Iterator[Problem]:
    stacks = stacks_with_state(context)
    for stack in ci.runner:
        if stack not in stacks:
            yield Problem(context.path(f"ci.runner.{stack}"), "no such stack", stack, ", ".join(stacks), READ)


def own_pull_request_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """The same seen from the stack whose state it is: its settings may change after those of `shared`."""
    shared = context.others.get(SHARED)
    if shared is None or shared.ci is None or context.stack not in shared.ci.pull_requests:
        return
    settings = context.settings
    in_vault = {name for name, terms in settings.secrets.overrides.items() if terms.in_vault}
    path = f"{file_name(SHARED)}: {NAMESPACE}:{PULL_REQUESTS}"
    outside = (*_from_outside(context.catalogue, in_vault), *_client_secrets(settings.external_id))
    yield from _decrypted(path, context.stack, settings.local_auth, outside)


def _decrypted(path: str, stack: str, keys: Collection[str], outside: Collection[str]) -> Iterator[Problem]:
    """A pull request runs code that nobody has reviewed, and a preview decrypts the whole state."""
    held = [f"local_auth: {', '.join(keys)}"] if keys else []
    held += [f"secrets from outside: {', '.join(outside)}"] if outside else []
    if held:
        what = f"a preview by a pull request could read the secrets in the state of {stack}"
        yield Problem(path, what, f"{stack} ({'; '.join(held)})", "stacks without keys and config secrets", READ)


def _from_outside(catalogue: Catalogue, in_vault: Collection[str]) -> tuple[str, ...]:
    """The secrets whose values are configuration, so that the state has them."""
    return tuple(
        name
        for service in catalogue
        for need in service.needs
        for wanted in need.secrets
        if wanted.value.startswith(EXTERNAL) and (name := f"{service.key}/{wanted.name}") not in in_vault
    )


def _client_secrets(external: ExternalId | OtherExternalId | None) -> tuple[str, ...]:
    """The identity providers of customers, whose client secrets are configuration as well."""
    return tuple(f"external_id.{each}" for each in PROVIDERS if external and getattr(external, each) is not None)


def _repository_problems(context: Context[SharedSettings]) -> Iterator[Problem]:
    repositories = context.catalogue.repositories
    if len(repositories) > MAXIMUM_CREDENTIALS:
        what, seen = "more repositories push images than one identity trusts", str(len(repositories))
        yield Problem("catalogue: repository", what, seen, f"at most {MAXIMUM_CREDENTIALS}", READ)
    names = Counter(credential_name(IMAGES, each) for each in repositories)
    for repository in repositories:
        if names[credential_name(IMAGES, repository)] > 1:
            what = "differs from another repository in dots and capitals only, which names of credentials do not have"
            yield Problem(f"catalogue: repository {repository}", what, repository, "names that differ otherwise", READ)
