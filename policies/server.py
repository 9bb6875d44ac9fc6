"""The pack as the engine meets it: an analyzer over gRPC, which answers for each resource and for the whole stack.

It speaks the protocol itself. The library pulumi-policy takes the marks of secrets off before a policy sees an input,
does not hand over the stack's configuration where the engine passes it to the pack alone, and converts every resource
anew for every policy.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2

from components.facts.phases import ALL, Phase
from policies.judge import Judge
from policies.model import Finding, Rule, Severity
from policies.rules.every import RULES
from policies.values import Resource, plain

NAME = "mystira"
VERSION = "1.0.0"
"""Of PulumiPolicy.yaml, which the engine shows."""
NAMESPACE = "mystira"
WAIVERS = f"{NAMESPACE}:waivers"
ADOPTION = f"{NAMESPACE}:adoption"
IDLE = "waiver"
"""The id under which an idle waiver is reported."""
THREADS = 4
LARGEST_MESSAGE = 400 * 1024 * 1024
"""Bytes, as between the engine and its other plug-ins (Pulumi: rpcutil)."""

SEVERITIES = {
    Severity.LOW: analyzer_pb2.POLICY_SEVERITY_LOW,
    Severity.MEDIUM: analyzer_pb2.POLICY_SEVERITY_MEDIUM,
    Severity.HIGH: analyzer_pb2.POLICY_SEVERITY_HIGH,
    Severity.CRITICAL: analyzer_pb2.POLICY_SEVERITY_CRITICAL,
}


class Analyzer(analyzer_pb2_grpc.AnalyzerServicer):
    """The rules of one run of the engine."""

    def __init__(self) -> None:
        self._judge = Judge()
        self._kept = frozenset[str]()
        self._file = "mystira:waivers"
        self._lock = threading.Lock()

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        return analyzer_pb2.AnalyzerHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetAnalyzerInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        policies = [_policy(rule) for rule in RULES.values()]
        return analyzer_pb2.AnalyzerInfo(name=NAME, version=VERSION, supportsConfig=True, policies=policies)

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Nothing: the pack has no switch. What a stack may break stands in its settings."""
        return empty_pb2.Empty()

    def ConfigureStack(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Takes the waivers from the stack's settings, which the engine hands over in full."""
        config = dict(request.config)
        self._file = f"Pulumi.{request.stack.rpartition('/')[2]}.yaml: {WAIVERS}"
        self._judge = Judge(waived(config), whole=is_whole(config))
        self._kept = kept_names(config)
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def Analyze(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self._lock:
            return _response(self._judge.alone(self._resource(request)))

    def AnalyzeStack(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self._lock:
            found = self._judge.together(
                self._resource(each, read=self._judge.reads(each.urn, each.type)) for each in request.resources
            )
            return _response(found, (_idle(rule, self._file) for rule in self._judge.idle()))

    def Remediate(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Nothing: the plan decides what is registered."""
        return analyzer_pb2.RemediateResponse()

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        return empty_pb2.Empty()

    def _resource(self, request: Any, *, read: bool = True) -> Resource:
        """A resource as rules see it; without its properties where nobody reads them."""
        inputs = plain(request.properties) if read else {}
        return Resource(
            urn=request.urn,
            type=request.type,
            name=request.name,
            inputs=inputs,
            protect=request.options.protect,
            untouched=ALL in request.options.ignoreChanges,
            kept=not self._kept.isdisjoint(each for each in inputs.values() if isinstance(each, str)),
            refers={
                key: tuple(each.urns) for key, each in getattr(request, "propertyDependencies", {}).items() if each.urns
            },
        )


def waived(config: Mapping[str, str]) -> frozenset[str]:
    """The rules that ``mystira:waivers`` names. Whether a waiver holds is the plan's to say: without a plan nothing is
    registered."""
    try:
        found = json.loads(config.get(WAIVERS) or "{}")
    except ValueError:
        return frozenset()
    return frozenset(found) if isinstance(found, dict) else frozenset()


def is_whole(config: Mapping[str, str]) -> bool:
    """Whether ``mystira:adoption`` leaves no part for later. What it says wrongly is the plan's to refuse."""
    try:
        found = json.loads(config.get(ADOPTION) or "{}")
    except ValueError:
        return True
    return not isinstance(found, dict) or all(phase == Phase.DONE for phase in found.values())


def kept_names(config: Mapping[str, str]) -> frozenset[str]:
    """The names of live resources whose ids stand in the settings: they keep them."""
    found = set[str]()
    for key, text in config.items():
        if key.startswith(f"{NAMESPACE}:") and "/subscriptions/" in text:
            try:
                _ids(json.loads(text), found)
            except ValueError:
                _ids(text, found)
    return frozenset(id.rpartition("/")[2] for id in found)


def _ids(value: Any, found: set[str]) -> None:
    if isinstance(value, str) and value.startswith("/subscriptions/"):
        found.add(value)
    elif isinstance(value, Mapping):
        for each in value.values():
            _ids(each, found)
    elif isinstance(value, list):
        for each in value:
            _ids(each, found)


def _policy(rule: Rule) -> Any:
    return analyzer_pb2.PolicyInfo(
        name=rule.key,
        displayName=rule.key,
        description=rule.demands,
        severity=SEVERITIES[rule.severity],
        enforcementLevel=analyzer_pb2.MANDATORY,
        remediation_steps=rule.fix,
        policy_type=analyzer_pb2.POLICY_TYPE_STACK if rule.among else analyzer_pb2.POLICY_TYPE_RESOURCE,
    )


def _response(findings: Iterable[Finding], others: Iterable[Any] = ()) -> Any:
    return analyzer_pb2.AnalyzeResponse(diagnostics=[*map(_diagnostic, findings), *others])


def _diagnostic(finding: Finding) -> Any:
    rule = finding.rule
    return _violation(rule.key, finding.message, rule.demands, SEVERITIES[rule.severity], finding.resource.urn)


def _idle(rule: Rule, file: str) -> Any:
    message = (
        f"{file}.{rule.key}: waives a rule that the resources keep; allowed: no such entry; read: docs/policies.md"
    )
    return _violation(IDLE, message, "a waiver waives something", analyzer_pb2.POLICY_SEVERITY_LOW, "")


def _violation(name: str, message: str, description: str, severity: Any, urn: str) -> Any:
    return analyzer_pb2.AnalyzeDiagnostic(
        policyName=name,
        policyPackName=NAME,
        policyPackVersion=VERSION,
        description=description,
        message=message,
        enforcementLevel=analyzer_pb2.MANDATORY,
        severity=severity,
        urn=urn,
    )


def serve() -> None:
    """Serve until the engine goes away, and print the port first, as the engine wants it."""
    # It lives as long as one run, and what it keeps is no garbage until then.
    gc.disable()
    limits = [("grpc.max_receive_message_length", LARGEST_MESSAGE), ("grpc.max_send_message_length", LARGEST_MESSAGE)]
    server = grpc.server(ThreadPoolExecutor(max_workers=THREADS), options=limits)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Analyzer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    try:
        server.wait_for_termination()
    except KeyboardInterrupt:
        server.stop(0)
