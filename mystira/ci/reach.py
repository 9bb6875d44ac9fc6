"""Whether a job reaches what a stack closes to the internet: by its public address, or from inside the network."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, ip_address, ip_network

import httpx

from components.problems import InvalidInput, MystiraError, Problem
from mystira.ci.job import READ
from stacks.context import Context
from stacks.settings.models import EnvironmentSettings, SharedSettings
from stacks.settings.types import texts

ADDRESS = "MYSTIRA_RUNNER_ADDRESS"
"""Variable that says the public address of a runner which may not ask for it."""
ASKED = "https://api.ipify.org"
"""Answers with the address that a request comes from, and with nothing else (ipify.org)."""
WAIT_SECONDS = 20.0
ELSEWHERE = "192.0.2.1"
"""An address of nobody (RFC 5737): where a packet would leave from is known without sending one."""


def check_reach(context: Context[EnvironmentSettings] | Context[SharedSettings]) -> None:
    """Raise ``InvalidInput`` with one problem for each door that this job does not come through.

    Nothing is asked where every door is open to all.
    """
    doors = list(closed_doors(context))
    if not doors:
        return
    inside, outside = own_address(), ""
    problems = []
    for path, ranges, network in doors:
        if network and within(inside, [network]):
            continue
        outside = outside or public_address()
        if not within(outside, ranges):
            what = "this job comes from an address that is not let in"
            allowed = f"{', '.join(ranges) or 'no public address'}, or {network or 'no network'}: ci.runner"
            problems.append(Problem(path, what, outside, f"{allowed} of shared names the runners", READ))
    if problems:
        raise InvalidInput(problems)


def closed_doors(
    context: Context[EnvironmentSettings] | Context[SharedSettings],
) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """What a run of this stack goes through: the setting, its public ranges, the network from which it is reached."""
    settings = context.settings
    if isinstance(settings, SharedSettings):
        if settings.state.allowed_ranges:
            yield context.path("state.allowed_ranges"), texts(settings.state.allowed_ranges), ""
        return
    yield (
        context.path("aks.authorized_ranges"),
        texts(settings.aks.authorized_ranges),
        str(settings.network.address_space),
    )


def within(address: str, ranges: Iterable[str]) -> bool:
    """Whether an address is in one of these ranges."""
    return any(ip_address(address) in ip_network(each, strict=False) for each in ranges)


def own_address() -> str:
    """The address of this machine in its own network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as packet:
        try:
            packet.connect((ELSEWHERE, 9))
            return str(packet.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def public_address() -> str:
    """The address that others see this job come from. Raises :class:`~components.problems.MystiraError`."""
    said = os.environ.get(ADDRESS, "").strip()
    if not said:
        try:
            answer = httpx.get(ASKED, timeout=WAIT_SECONDS)
            answer.raise_for_status()
            said = answer.text.strip()
        except httpx.HTTPError as error:
            raise MystiraError(
                f"the public address of this runner is not known; seen: {ASKED}: {error}; "
                f"allowed: an answer, or the variable {ADDRESS}; read: {READ}"
            ) from error
    try:
        return str(IPv4Address(said))
    except ValueError as error:
        raise MystiraError(f"variable {ADDRESS}: no address; seen: {said[:40]}; allowed: an IPv4 address") from error
