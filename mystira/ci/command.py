"""`mystira ci`: the steps of the workflows, each of which a person can run as well."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from azure.core.credentials import TokenCredential

from components.problems import InvalidInput, MystiraError, Problem
from mystira.choosing import Folder, Stack, Stacks, chosen, plan_for
from mystira.ci import channels, comments, commits, issues, plans, previews
from mystira.ci.engine import CLIENT_ID, pulumi_for
from mystira.ci.found import Found, due, read, write
from mystira.ci.job import READ, output, required, run_url, summary
from mystira.ci.reach import check_reach
from mystira.ci.repository import Repository
from mystira.ci.sealing import Wrapper, key_of
from mystira.ci.stacks import ci_of, outputs
from mystira.ci.stacks import stacks as live_stacks
from mystira.drift import CODES, State, look, text_of
from mystira.preflight.login import REQUEST_URL, credential
from mystira.promote import From, Service, To, promoted
from offline.commands.output import FAILED, STALE, ended, group, say
from stacks.clock import today
from stacks.plan.load import PROJECT, context_from_file
from stacks.plan.model import StackPlan
from stacks.settings.loading import SHARED, file_name

app = group("The steps of the workflows in `.github/workflows`; docs/runbooks/pipelines.md tells of them.")

DRIFT = {State.CLEAN: issues.State.CLEAN, State.DRIFT: issues.State.FOUND, State.ERROR: issues.State.ERROR}
PlanFile = Annotated[Path, typer.Option("--plan", help="the sealed plan")]


@app.command()
def stacks(folder: Folder = PROJECT) -> None:
    """Say which stacks are live, where their jobs run and in which environments; as outputs of the job."""
    found = live_stacks(folder, today())
    output(outputs(found))
    summary("\n".join(f"- {each.stack}: {'live' if each.live else each.why}" for each in found))


@app.command()
def commit(name: Annotated[str, typer.Argument(help="40 hexadecimal digits")]) -> None:
    """Check that a commit has been merged; as the output `commit` of the job."""
    output({"commit": commits.of_main(name)})


@app.command()
def check(stack: Stack, folder: Folder = PROJECT) -> None:
    """Check what a job that logs in needs: its variables, settings without a problem, none of them fictitious.

    Secrets that the settings ask for are checked by the preview, before its first resource.
    """
    plan = plan_for(stack, folder)
    if plan.fictitious:
        raise InvalidInput(plan.fictitious)
    required(CLIENT_ID, REQUEST_URL)
    say(f"{stack}: the job can log in")


@app.command()
def reach(stack: Stack, folder: Folder = PROJECT) -> None:
    """Check that this job reaches what a run of the stack goes through."""
    check_reach(context_from_file(stack, folder, today()))
    say(f"{stack}: within reach")


@app.command()
def compare(
    base: Annotated[Path, typer.Argument(help="a checkout of the base commit")],
    to: Annotated[Path, typer.Option("--output", help="the folder for the reports")],
    stacks: Stacks = None,
) -> None:
    """Bring another checkout up offline and preview this one over it; exit code 1 where a report refuses."""
    names = [each.stack for each in live_stacks(PROJECT, today()) if each.stack in chosen(stacks, PROJECT)]
    refused = previews.compare(names, base, to)
    for text in comments.reports_in(to).values():
        summary(text)
    ended(FAILED if refused else 0)


@app.command()
def preview(stack: Stack, to: Annotated[Path, typer.Option("--output", help="the folder for the report")]) -> None:
    """Preview a stack on its real state; exit code 1 where its report refuses."""
    accepted = previews.preview(pulumi_for(stack), to)
    for text in comments.reports_in(to).values():
        summary(text)
    ended(0 if accepted else FAILED)


@app.command()
def comment(reports: Annotated[Path, typer.Argument(help="the folder with the reports")]) -> None:
    """Write the reports as one comment of the pull request, over the one of an earlier run."""
    (ref,) = required("GITHUB_REF")
    comments.stick(Repository(), comments.number_of(ref), comments.comment_of(comments.reports_in(reports)))


@app.command()
def plan(stack: Stack, to: Annotated[Path, typer.Option("--output", help="the file for the sealed plan")]) -> None:
    """Preview a stack and seal the plan; the outputs say whether it changes anything and which commit is up."""
    pulumi = pulumi_for(stack)
    try:
        made = plans.make(pulumi, commits.head(), to, _wrapper(pulumi.plan))
    except plans.Refused as error:
        summary(str(error))
        raise
    summary(made.report)
    output({"changes": str(made.changes).lower(), "previous": made.previous})


@app.command()
def apply(stack: Stack, sealed: PlanFile) -> None:
    """Do what a sealed plan says, from where this stack is within reach; stops where the state has moved."""
    pulumi = pulumi_for(stack)
    check_reach(context_from_file(stack, PROJECT, today()))
    plans.apply(pulumi, commits.head(), sealed, _wrapper(pulumi.plan))
    summary(f"{stack}: {commits.head()} is up")


@app.command()
def drift(stack: Stack, to: Annotated[Path, typer.Option("--output", help="the folder for what was found")]) -> None:
    """Look for drift and keep what was found for `mystira ci issues`; exit codes as those of `mystira drift`."""
    found = look(pulumi_for(stack))
    _kept(to, Found(stack, DRIFT[found.state], tuple(text_of(found))))
    ended(CODES[found.state])


@app.command()
def secrets(stack: Stack, to: Annotated[Path, typer.Option("--output", help="the folder for what was found")]) -> None:
    """Report age and end of every secret and keep what is due for `mystira ci issues`; exit code 3 where one is."""
    found = due(pulumi_for(stack))
    _kept(to, found)
    ended({issues.State.CLEAN: 0, issues.State.FOUND: STALE, issues.State.ERROR: FAILED}[found.state])


@app.command(name="issues")
def issues_command(
    found: Annotated[Path, typer.Argument(help="the folder with what was found")],
    subject: Annotated[str, typer.Option(help="the label of the issues, such as drift")],
) -> None:
    """Keep one issue for each stack: it opens, is brought up to date, and closes itself."""
    files = sorted(found.rglob("*.json"))
    if not files:
        raise InvalidInput([Problem(str(found), "nothing was found out", "", "<stack>.json, as the looks write", READ)])
    repository = Repository()
    for file in files:
        each = read(file)
        say(issues.keep(repository, subject, each.stack, each.state, each.text))


@app.command()
def notify(title: Annotated[str, typer.Option(help="what has ended, such as deploy")]) -> None:
    """Tell Slack and Teams how the jobs of this run ended, where the settings name a channel.

    The variable NEEDS holds GitHub's `needs` as JSON: job to result.
    """
    ci = ci_of(PROJECT, today())
    if ci is None or not (ci.slack or ci.teams):
        say("no channel: mystira:ci.slack and mystira:ci.teams are left out")
        return
    results = _results(required("NEEDS")[0])
    for name in channels.tell(pulumi_for(SHARED), ci, title, results, run_url()):
        say(f"{name}: told")


@app.command()
def promote(service: Service, source: From, target: To) -> None:
    """Open a pull request that moves the image of a service from one stack to the next."""
    repository, run = Repository(), required("GITHUB_RUN_ID")[0]
    digest = promoted(service, source, target, PROJECT)
    title = f"Promote {service} from {source} to {target}"
    branch, file = f"promote/{service}-{target}-{run}", file_name(target)
    repository.branch(branch, commits.head())
    repository.write(file, branch, (PROJECT / file).read_text(), title)
    body = f"`{file}`: `mystira:services.{service}.image_digest` is `{digest}`, which {source} runs.\n\n{run_url()}"
    summary(repository.open_pull(branch, "main", title, body))


def _kept(folder: Path, found: Found) -> None:
    write(found, folder)
    summary(found.text)


def _results(needs: str) -> Mapping[str, str]:
    try:
        return {name: str(each["result"]) for name, each in json.loads(needs).items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MystiraError(f"variable NEEDS: not GitHub's `needs` as JSON; seen: {error}") from error


def _wrapper(plan: StackPlan) -> Wrapper:
    """The key that seals the plans of a stack, with the login of this job."""
    login: TokenCredential = credential(plan.tenant_id, plan.subscription_id, _login())
    return key_of(plan.stack, plan_for(SHARED), login)


def _login() -> Mapping[str, str]:
    """The variables of the login: those of azure-native, from what the job has."""
    if not os.environ.get(REQUEST_URL):
        return os.environ
    return {**os.environ, "ARM_USE_OIDC": "true", "ARM_CLIENT_ID": os.environ.get(CLIENT_ID, "")}
