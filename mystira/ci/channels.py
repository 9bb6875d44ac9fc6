"""Telling Slack and Teams how a run ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from components.problems import MystiraError
from mystira.ci.engine import Pulumi
from stacks.settings.ci import Channel, Ci
from stacks.settings.config_secrets import SLACK_WEBHOOK, TEAMS_WEBHOOK

WAIT_SECONDS = 20.0
SUCCESS = "success"
CARD = "application/vnd.microsoft.card.adaptive"
CARD_VERSION = "1.4"
READ = "docs/runbooks/pipelines.md"


def slack(title: str, text: str, url: str) -> Mapping[str, Any]:
    """A message as Slack's incoming webhooks take it (Slack: Sending messages using incoming webhooks)."""
    return {
        "text": f"{title}: {text}",
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": f"*{title}*\n{text}"}},
            *([{"type": "section", "text": {"type": "mrkdwn", "text": f"<{url}|Run>"}}] if url else []),
        ],
    }


def teams(title: str, text: str, url: str) -> Mapping[str, Any]:
    """A message as a workflow of Teams takes it (Microsoft: Create incoming webhooks with Workflows for Teams)."""
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": CARD_VERSION,
        "body": [
            {"type": "TextBlock", "weight": "Bolder", "text": title, "wrap": True},
            {"type": "TextBlock", "text": text, "wrap": True},
        ],
        "actions": [{"type": "Action.OpenUrl", "title": "Run", "url": url}] if url else [],
    }
    return {"type": "message", "attachments": [{"contentType": CARD, "contentUrl": None, "content": card}]}


def tell(pulumi: Pulumi, ci: Ci, title: str, results: Mapping[str, str], url: str) -> Iterator[str]:
    """Tell every channel of the settings that wants to hear of this end; yields which were told.

    Raises :class:`~components.problems.MystiraError` where a channel does not take it. No webhook is ever printed.
    """
    failed = {name: result for name, result in results.items() if result not in (SUCCESS, "skipped")}
    text = ", ".join(f"{name}: {result}" for name, result in (failed or results).items()) or "nothing ran"
    for name, channel, message, secret in (
        ("slack", ci.slack, slack, SLACK_WEBHOOK.name),
        ("teams", ci.teams, teams, TEAMS_WEBHOOK.name),
    ):
        if not _wants(channel, bool(failed)):
            continue
        webhook = pulumi.capture("config", "get", f"mystira:{secret}").strip()
        _post(name, webhook, message(title, text, url))
        yield name


def _wants(channel: Channel | None, failed: bool) -> bool:
    return channel is not None and (failed or channel.when == "always")


def _post(name: str, webhook: str, message: Mapping[str, Any]) -> None:
    try:
        answer = httpx.post(webhook, json=message, timeout=WAIT_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # The words of the error have the address in them.
        raise MystiraError(f"{name}: the webhook does not answer; seen: {type(error).__name__}; read: {READ}") from None
    if answer.is_error:
        raise MystiraError(f"{name}: the webhook refuses; seen: HTTP {answer.status_code}; read: {READ}")
