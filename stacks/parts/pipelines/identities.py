"""The identities of pipelines, as the plan refers to them, and who may become one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from components.identity.spec import IdentitySpec
from components.naming.builder import Project
from stacks.context import Context
from stacks.parts.groups.plan import PIPELINES_GROUP
from stacks.parts.pipelines.subjects import MAIN, PULL_REQUEST, environment, subject
from stacks.parts.state.plan import stacks_with_state
from stacks.settings.ci import Ci
from stacks.settings.models import SharedSettings

CICD = Project(PIPELINES_GROUP)
APPLY, PREVIEW, IMAGES = "apply", "preview", "images"


def identity_key(stack: str, does: str) -> str:
    """The identity that applies or previews a stack: ``dev-apply``."""
    return f"{stack}-{does}"


def stack_keys(stack: str) -> tuple[str, str]:
    """The identities of a stack: who applies, who previews."""
    return identity_key(stack, APPLY), identity_key(stack, PREVIEW)


def principal(key: str) -> str:
    """An identity as a principal of roles; ``Site.principals`` has its object id in `shared` and in its own stack."""
    return f"pipeline/{key}"


@dataclass(frozen=True)
class CredentialSpec:
    """Whoever brings a token with this subject is the identity."""

    name: str
    """Its name, logical and physical."""
    subject: str


@dataclass(frozen=True)
class PipelineIdentity:
    """An identity of pipelines."""

    key: str
    """``dev-apply``, ``dev-preview``, ``images``: its logical name."""
    stack: str
    """The stack that it brings up or previews; empty for images."""
    does: str
    """apply, preview or images."""
    spec: IdentitySpec
    credentials: tuple[CredentialSpec, ...]


def credential_name(*words: str) -> str:
    """A name as Azure takes it: a repository may have dots."""
    return "-".join(words).replace(".", "-").lower()


def identities_of(context: Context[SharedSettings], ci: Ci) -> Iterator[PipelineIdentity]:
    """Two for each stack, and one that pushes images."""
    for stack in stacks_with_state(context):
        yield _identity(context, stack, APPLY, _credential(ci, stack, environment(stack), APPLY))
        previews = [_credential(ci, stack, environment(f"{stack}-{job}"), job) for job in (PREVIEW, "drift")]
        if stack in ci.pull_requests:
            previews.append(_credential(ci, stack, PULL_REQUEST, "pull-request"))
        yield _identity(context, stack, PREVIEW, *previews)
    yield PipelineIdentity(
        key=IMAGES,
        stack="",
        does=IMAGES,
        spec=IdentitySpec(context.names.name(CICD, "user-assigned-identity", role=IMAGES)),
        credentials=tuple(
            CredentialSpec(credential_name(IMAGES, repository), subject(ci, repository, MAIN))
            for repository in context.catalogue.repositories
        ),
    )


def _credential(ci: Ci, stack: str, what: str, job: str) -> CredentialSpec:
    return CredentialSpec(credential_name(stack, job), subject(ci, ci.repository, what))


def _identity(
    context: Context[SharedSettings], stack: str, does: str, *credentials: CredentialSpec
) -> PipelineIdentity:
    role = stack.replace("-", "") + does
    spec = IdentitySpec(context.names.name(CICD, "user-assigned-identity", role=role))
    return PipelineIdentity(identity_key(stack, does), stack, does, spec, credentials)
