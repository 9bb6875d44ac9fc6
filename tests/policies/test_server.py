"""The pack over its protocol, without an engine."""

from __future__ import annotations

import json
from typing import Any

from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2

from components.facts.wire import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRINGS
from policies.rules.every import RULES
from policies.server import IDLE, NAME, Analyzer, kept_names, waived
from policies.values import UNKNOWN, Resource, Secret, plain
from stacks.plan.load import PROJECT
from tests.harness.settings import waived as waiver
from tests.policies.cases import CASES

KEPT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/vault-of-mine"


def struct(inputs: Any) -> struct_pb2.Struct:
    return json_format.ParseDict(inputs, struct_pb2.Struct())


def request(resource: Resource) -> Any:
    options = analyzer_pb2.AnalyzerResourceOptions(protect=resource.protect)
    return analyzer_pb2.AnalyzeRequest(
        urn=resource.urn, type=resource.type, name=resource.name, properties=struct(resource.inputs), options=options
    )


def configured(stack: str = "dev", **config: Any) -> Analyzer:
    """A pack that knows a stack's settings."""
    analyzer = Analyzer()
    values = {f"mystira:{key}": json.dumps(value) for key, value in config.items()}
    asked = analyzer_pb2.AnalyzerStackConfigureRequest(stack=stack, project="mystira", config=values)
    analyzer.ConfigureStack(asked, None)
    return analyzer


def told(answer: Any) -> dict[str, Any]:
    return {each.policyName: each for each in answer.diagnostics}


def of(rule: str) -> Any:
    return next(each for each in CASES if each.rule == rule)


def test_values_keep_their_marks() -> None:
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": {"deep": [1, 2.5, True, None]}}
    found = plain(
        struct({"a": "text", "b": secret, "c": min(UNKNOWN_STRINGS), "d": [min(UNKNOWN_STRINGS)], "e": {"f": secret}})
    )
    assert found["a"] == "text"
    assert found["b"] == Secret({"deep": [1, 2.5, True, None]})
    assert (found["c"], found["d"]) == (UNKNOWN, [UNKNOWN])
    assert isinstance(found["e"]["f"], Secret)
    assert "deep" not in repr(found["b"])


def test_the_pack_says_which_rules_it_has() -> None:
    info = Analyzer().GetAnalyzerInfo(None, None)
    assert info.name == NAME
    assert {each.name for each in info.policies} == RULES.keys()
    assert {each.enforcementLevel for each in info.policies} == {analyzer_pb2.MANDATORY}


def test_a_violation_names_rule_resource_and_severity() -> None:
    bad = of("cosmos-public-access").breaks()
    (found,) = told(configured().Analyze(request(bad), None)).values()
    assert (found.policyName, found.policyPackName, found.urn) == ("cosmos-public-access", NAME, bad.urn)
    assert found.enforcementLevel == analyzer_pb2.MANDATORY
    assert found.severity == analyzer_pb2.POLICY_SEVERITY_CRITICAL
    assert "cosmos-account bad" in found.message
    assert "publicNetworkAccess: Enabled" in found.message


def test_waivers_come_with_the_settings_of_the_stack() -> None:
    bad = request(of("cosmos-public-access").breaks())
    analyzer = configured(waivers={"cosmos-public-access": waiver()})
    assert told(analyzer.Analyze(bad, None)) == {}
    assert waived({"mystira:waivers": json.dumps({"a": waiver()})}) == {"a"}
    assert waived({}) == waived({"mystira:waivers": "[]"}) == waived({"mystira:waivers": "{"}) == frozenset()


def test_live_resources_named_in_the_settings_keep_their_names() -> None:
    config = {
        "mystira:adopt": json.dumps({"key-vault/app": KEPT}),
        "mystira:dns": json.dumps({"adopt": [KEPT + "2"]}),
        "mystira:plain": KEPT + "3",
        "other:adopt": KEPT + "4",
    }
    assert kept_names(config) == {"vault-of-mine", "vault-of-mine2", "vault-of-mine3"}
    bad = request(of("name").breaks())
    assert "name" in told(configured().Analyze(bad, None))
    adopting = configured(adopt={"key-vault/app": KEPT})
    assert told(adopting.Analyze(bad, None)) == {}


def test_an_idle_waiver_is_one_error_at_its_place() -> None:
    analyzer = configured("organization/mystira/prod", waivers={"aks-defender": waiver(), "aks-tier": waiver()})
    answer = analyzer.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(), None)
    (found,) = answer.diagnostics
    assert found.policyName == IDLE
    assert found.message.startswith("Pulumi.prod.yaml: mystira:waivers.aks-defender: waives a rule that the resources")


def test_references_come_with_the_whole_stack() -> None:
    registry = analyzer_pb2.AnalyzerResource(urn="urn:r", type=of("registry-tier").breaks().type, name="r")
    replica = analyzer_pb2.AnalyzerResource(
        urn="urn:c", type="azure-native:containerregistry:Replication", name="c", properties=struct({})
    )
    asked = analyzer_pb2.AnalyzeStackRequest(resources=[registry, replica])
    assert "registry-copy" in told(configured().AnalyzeStack(asked, None))
    replica.propertyDependencies["registryName"].urns.append("urn:r")
    asked = analyzer_pb2.AnalyzeStackRequest(resources=[registry, replica])
    assert "registry-copy" not in told(configured().AnalyzeStack(asked, None))


def test_the_pack_has_a_name_and_no_switch() -> None:
    text = (PROJECT / "policies" / "PulumiPolicy.yaml").read_text()
    assert f"name: {NAME}\n" in text
    analyzer = configured()
    analyzer.Configure(analyzer_pb2.ConfigureAnalyzerRequest(), None)
    bad = request(of("cosmos-public-access").breaks())
    assert told(analyzer.Analyze(bad, None))
    assert list(analyzer.Remediate(bad, None).remediations) == []
