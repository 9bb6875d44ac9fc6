"""What network policies let through, as network-config-analyzer sees it (PyPI: network-config-analyzer, from IBM)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, collapse_addresses, ip_address, summarize_address_range
from pathlib import Path

import yaml

from tools.python_tools import NETWORK_CONFIG_ANALYZER, Unavailable

EVERYTHING = "All connections"


@dataclass(frozen=True, order=True)
class Edge:
    """Who reaches whom, and where."""

    source: str
    """``namespace/pod``, or a range of addresses: ``10.2.5.0/26``."""
    target: str
    """The same."""
    protocol: str
    """``TCP``, ``UDP``; empty: everything."""
    ports: str
    """``443,8500-8599``; empty: everything."""


def edges(folder: Path) -> Mapping[str, frozenset[Edge]]:
    """Every edge in the clusters below ``folder``, by the name of the folder that holds the objects of one.

    A workload is looked at as two pods, so that what its copies may say to each other is an edge to itself. Ranges are
    the widest with the same ports. Raises ``Unavailable``.
    """
    names = sorted(each.name for each in folder.iterdir() if each.is_dir())
    asked = {"outputFormat": "txt_no_fw_rules", "outputEndpoints": "pods"}
    scheme = folder / "scheme.yaml"
    scheme.write_text(
        yaml.safe_dump(
            {
                "networkConfigList": [{"name": name, "resourceList": [str(folder / name)]} for name in names],
                "queries": [
                    {
                        "name": name,
                        "connectivityMap": [name],
                        "outputConfiguration": {**asked, "outputPath": str(folder / f"{name}.txt")},
                    }
                    for name in names
                ],
            }
        )
    )
    NETWORK_CONFIG_ANALYZER.run("-m", "nca", "--scheme", str(scheme))
    return {name: frozenset(_widest(_rows((folder / f"{name}.txt").read_text()))) for name in names}


def widest(found: Iterable[Edge]) -> frozenset[Edge]:
    """Edges with each source's ranges as wide as those with the same ports can be."""
    return frozenset(_widest(found))


def _widest(found: Iterable[Edge]) -> Iterator[Edge]:
    ranges: dict[tuple[str, str, str, bool], list[IPv4Network]] = {}
    for edge in found:
        if _is_range(edge.target):
            ranges.setdefault((edge.source, edge.protocol, edge.ports, True), []).append(IPv4Network(edge.target))
        elif _is_range(edge.source):
            ranges.setdefault((edge.target, edge.protocol, edge.ports, False), []).append(IPv4Network(edge.source))
        else:
            yield edge
    for (pod, protocol, ports, outward), networks in ranges.items():
        for network in map(str, collapse_addresses(networks)):
            yield Edge(pod, network, protocol, ports) if outward else Edge(network, pod, protocol, ports)


def _is_range(peer: str) -> bool:
    return peer[0].isdigit()


def _rows(text: str) -> Iterator[Edge]:
    """``mys-dev/mys-chain-1 => 10.0.4.0-10.0.4.255 : {protocols:TCP,dst_ports:443,5671}``."""
    for line in filter(None, text.splitlines()):
        found = re.fullmatch(r"(\S+) => (\S+) : (.+)", line)
        if not found:
            raise Unavailable(f"{NETWORK_CONFIG_ANALYZER.name} says what nobody reads: {line}")
        for protocol, ports in _connections(found[3]):
            for source in _peers(found[1]):
                for target in _peers(found[2]):
                    yield Edge(source, target, protocol, ports)


def _connections(text: str) -> Iterator[tuple[str, str]]:
    if text == EVERYTHING:
        yield "", ""
        return
    each = re.findall(r"\{protocols:([A-Z, ]+),dst_ports:([\d,-]+)\}", text)
    if not each or re.sub(r"\{[^}]*\}|,", "", text):
        raise Unavailable(f"{NETWORK_CONFIG_ANALYZER.name} says what nobody reads: {text}")
    for protocols, ports in each:
        for protocol in protocols.split(","):
            yield protocol.strip(), ports


def _peers(text: str) -> Iterator[str]:
    """A pod without the number of the copy, or the networks that make up a range."""
    if not _is_range(text):
        yield re.sub(r"-\d+$", "", text)
        return
    first, _, last = text.partition("-")
    yield from map(str, summarize_address_range(ip_address(first), ip_address(last or first)))
