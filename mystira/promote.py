"""`mystira promote`: the image that one environment runs becomes that of another one."""

from __future__ import annotations

from collections.abc import MutableMapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer

from components.problems import InvalidInput, Problem
from mystira.choosing import Folder, chosen
from offline.commands.output import say
from stacks.adopt.write import change
from stacks.clock import today
from stacks.plan.load import PROJECT, context_from_file, plan_of
from stacks.settings.loading import NAMESPACE, SHARED, STACKS, environment_of, file_name, from_file
from stacks.settings.models import EnvironmentSettings

READ = "docs/runbooks/pipelines.md"
KEY = "image_digest"

Service = Annotated[str, typer.Argument(help="a service of the catalogue, such as chain")]
From = Annotated[str, typer.Option("--from", help="the stack whose image it is, such as dev")]
To = Annotated[str, typer.Option("--to", help="the stack that gets it: the next environment, such as staging")]


def promote(service: Service, source: From, target: To, folder: Folder = PROJECT) -> None:
    """Write the image digest of a service from the settings of one stack into those of the next.

    Nothing is deployed: the changed `Pulumi.<stack>.yaml` goes through a pull request like any other.
    """
    digest = promoted(service, source, target, folder)
    say(f"{file_name(target)}: {NAMESPACE}:services.{service}.{KEY}: {digest}")


def promoted(service: str, source: str, target: str, folder: Path) -> str:
    """Write the digest and return it. Raises ``InvalidInput``, also where the new settings have a problem: then the
    file is as it was."""
    _check(service, source, target, folder)
    settings = from_file(source, folder)
    override = settings.services.get(service) if isinstance(settings, EnvironmentSettings) else None
    path = f"{file_name(source)}: {NAMESPACE}:services.{service}.{KEY}"
    if override is None or override.image_digest is None:
        raise InvalidInput([Problem(path, "no image is pinned there", "", "sha256: and 64 digits", READ)])
    digest, file = str(override.image_digest), folder / file_name(target)
    before = file.read_text()
    _write(file, service, digest)
    try:
        plan_of(target, folder, today())
    except InvalidInput:
        file.write_text(before)
        raise
    return digest


def _check(service: str, source: str, target: str, folder: Path) -> None:
    chosen([source, target], folder)
    contexts = {each: context_from_file(each, folder, today()) for each in (source, target)}
    known = contexts[target].catalogue.by_key
    if service not in known:
        raise InvalidInput([Problem("SERVICE", "no such service", service, ", ".join(known), READ)])
    order = [environment_of(each, context.settings) for each, context in contexts.items()]
    places = [STACKS.index(each) for each in order]
    if SHARED in order or places[1] != places[0] + 1:
        allowed = ", ".join(f"--from {first} --to {then}" for first, then in pairwise(STACKS[1:]))
        what = "an image goes from one environment to the next"
        raise InvalidInput([Problem("--to", what, f"--from {source} --to {target}", allowed, READ)])


def _write(file: Path, service: str, digest: str) -> None:
    def put(config: MutableMapping[str, Any]) -> None:
        config.setdefault(f"{NAMESPACE}:services", {}).setdefault(service, {})[KEY] = digest

    change(file, put)
