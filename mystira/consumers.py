"""`mystira consumers`: what no provider of Pulumi can make in the external tenant, compared and written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Annotated

import typer

from components.problems import InvalidInput, MystiraError, Problem
from mystira.choosing import Folder, Stack, chosen
from mystira.graph.branding import branding
from mystira.graph.change import Area, Change, Secrets
from mystira.graph.client import READ, Graph
from mystira.graph.login import external_credential
from mystira.graph.providers import bridge, google
from mystira.graph.user_flow import user_flow
from mystira.graph.wanted import Wanted, wanted_of
from offline.commands.output import STALE, AsJson, ended, print_json, say
from stacks.clock import today
from stacks.context import Context
from stacks.parts.entra.applications import label
from stacks.parts.external_id.checks import external_id_problems
from stacks.parts.external_id.plan import customers_page
from stacks.plan.load import PROJECT, context_from_file
from stacks.settings.external_id import ExternalId
from stacks.settings.fictitious import fictitious_values
from stacks.settings.loading import NAMESPACE, file_name
from stacks.settings.models import EnvironmentSettings

Apply = Annotated[bool, typer.Option("--apply", help="write what differs; without it nothing is changed")]
Rotate = Annotated[
    bool, typer.Option("--rotate", help="with --apply: also write the client secrets, which nobody can read back")
]


def consumers(
    stack: Stack, folder: Folder = PROJECT, apply: Apply = False, rotate: Rotate = False, as_json: AsJson = False
) -> None:
    """Compare the external tenant of a stack with its settings; with --apply, write what differs.

    Pulumi makes the applications; this makes the sign-up and sign-in user flow with the PWA in it, Google, a custom
    OpenID Connect provider and the texts of the sign-in page. Exit code 0 when nothing differs or everything was
    written, 3 when something differs, 1 for an error.
    """
    if rotate and not apply:
        raise InvalidInput([Problem("--rotate", "writes secrets", "no --apply", "--apply --rotate", READ)])
    context = _context(stack, folder)
    settings = external_id_of(context)
    tenant, ci = str(settings.tenant_id), str(settings.ci_client_id) if settings.ci_client_id else None
    graph = Graph(tenant, external_credential(tenant, ci, os.environ))
    application = customers_page(context, settings).spec.display_name
    wanted = wanted_of(settings, context.environment, label(context), application)
    if settings.discord and not settings.discord.issuer and not as_json:
        say(f"Discord is left out: External ID needs a bridge (external_id.discord.issuer); read: {READ}")
    report(stack, graph, wanted, stack_secrets(stack, folder), apply=apply, rotate=rotate, as_json=as_json)


def report(
    stack: str,
    graph: Graph,
    wanted: Wanted,
    secrets: Secrets,
    *,
    apply: bool = False,
    rotate: bool = False,
    as_json: bool = False,
) -> None:
    """Compare or write, print every difference, and end with exit code 3 while there is one."""
    areas, found = areas_of(rotate=rotate), []
    for each in applied(graph, wanted, secrets, areas) if apply else compared(graph, wanted, secrets, areas):
        found.append(each)
        if not as_json:
            # At once: what was written before an error stays written.
            say(str(each))
    code = STALE if found and not apply else 0
    if as_json:
        rows = [{"what": each.what, "found": each.found, "wanted": each.wanted} for each in found]
        print_json({"stack": stack, "tenant": graph.tenant, "written": apply, "exit_code": code, "differences": rows})
    else:
        said = "no difference" if not found else f"{len(found)} written" if apply else f"{len(found)} different"
        say(f"{stack}, tenant {graph.tenant}: {said}")
    ended(code)


def areas_of(*, rotate: bool = False) -> tuple[Area, ...]:
    """What is compared, in the order in which it is written: a user flow offers only providers that exist."""
    return partial(google, rotate=rotate), partial(bridge, rotate=rotate), user_flow, branding


def compared(graph: Graph, wanted: Wanted, secrets: Secrets, areas: tuple[Area, ...]) -> Iterator[Change]:
    """Every difference; nothing is written."""
    for area in areas:
        yield from area(graph, wanted, secrets)


def applied(graph: Graph, wanted: Wanted, secrets: Secrets, areas: tuple[Area, ...]) -> Iterator[Change]:
    """Every difference, written. A missing secret, or a tenant that cannot be read, ends it before the first."""
    for each in list(compared(graph, wanted, secrets, areas)):
        if each.secret:
            secrets(each.secret)
    for area in areas:
        for each in list(area(graph, wanted, secrets)):
            each.write()
            yield each


def external_id_of(context: Context[EnvironmentSettings]) -> ExternalId:
    """The settings of a real external tenant. Raises ``InvalidInput``."""
    settings = context.settings.external_id if isinstance(context.settings, EnvironmentSettings) else None
    if settings is None:
        allowed = "tenant_id of the external tenant, in an environment"
        what = "missing: there is no external tenant"
        raise InvalidInput([Problem(context.path("external_id"), what, "", allowed, READ)])
    wrong = [
        *external_id_problems(context),
        *(
            Problem(context.path(f"external_id.{path}"), "only serves the offline cloud", value, wanted, READ)
            for path, value, wanted in fictitious_values(settings)
        ),
    ]
    if wrong:
        raise InvalidInput(wrong)
    return settings


def stack_secrets(stack: str, folder: Path) -> Secrets:
    """The configuration secrets of a stack, as Pulumi decrypts them; each is asked for once, when it is needed."""

    @cache
    def secret(name: str) -> str:
        key = f"{NAMESPACE}:{name}"
        command = ["pulumi", "config", "get", key, "--stack", stack, "--non-interactive"]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        except FileNotFoundError as error:
            if error.filename != command[0]:
                raise
            raise MystiraError(
                f"PATH: no pulumi, which decrypts {key}; allowed: Pulumi, logged in; read: {READ}"
            ) from None
        value = done.stdout.strip()
        if done.returncode or not value:
            said = " ".join(done.stderr.split()) or "an empty value"
            allowed = f"pulumi config set --secret {key} --stack {stack}"
            raise MystiraError(f"{file_name(stack)}: {key}: seen: {said}; allowed: {allowed}; read: {READ}")
        return value

    return secret


def _context(stack: str, folder: Path) -> Context[EnvironmentSettings]:
    (stack,) = chosen([stack], folder)
    return context_from_file(stack, folder, today())
