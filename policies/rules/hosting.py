"""App Service, the edge, models and mail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policies.conditions import every, not_set, off, on, one_of, present, that
from policies.model import Rule, Severity
from policies.values import UNKNOWN, Resource

SITES = ("web-app", "web-app-slot")
WAF_SETS = ("Microsoft_DefaultRuleSet", "Microsoft_BotManagerRuleSet")


def _rule_sets(resource: Resource) -> Iterator[Any]:
    found = [kind for _, kind in resource.find("managedRules.managedRuleSets[].ruleSetType")]
    if UNKNOWN in found:
        yield UNKNOWN
        return
    missing = [each for each in WAF_SETS if each not in found]
    if missing:
        yield f"managedRules.managedRuleSets: without {', '.join(missing)}"


RULES = (
    Rule(
        key="app-always-on",
        severity=Severity.MEDIUM,
        demands="App Service keeps the app loaded",
        risk="The first request after a quiet hour waits for the app to start.",
        fix="Set siteConfig.alwaysOn.",
        kinds=SITES,
        check=on("siteConfig.alwaysOn"),
        answers=("AZR-000077", "CKV_AZURE_214"),
    ),
    Rule(
        key="app-http2",
        severity=Severity.LOW,
        demands="App Service speaks HTTP/2",
        risk="gRPC does not work, and browsers wait for one request after another.",
        fix="Set siteConfig.http20Enabled.",
        kinds=SITES,
        check=on("siteConfig.http20Enabled"),
        answers=("AZR-000078", "CKV_AZURE_18"),
    ),
    Rule(
        key="app-health",
        severity=Severity.MEDIUM,
        demands="App Service asks the app for its health",
        risk="A dead instance keeps getting requests.",
        fix="Set siteConfig.healthCheckPath.",
        kinds=SITES,
        check=that("siteConfig.healthCheckPath", lambda path: str(path).startswith("/") and path != "/"),
        answers=("AZR-000079", "AZR-000080", "CKV_AZURE_213", "fd049c28"),
    ),
    Rule(
        key="app-remote-debugging",
        severity=Severity.HIGH,
        demands="nobody debugs the app from outside",
        risk="A debugger reads memory, secrets included.",
        fix="Leave siteConfig.remoteDebuggingEnabled off.",
        kinds=SITES,
        check=off("siteConfig.remoteDebuggingEnabled", default=True),
        answers=("AZR-000074", "CKV_AZURE_72"),
    ),
    Rule(
        key="app-cors",
        severity=Severity.HIGH,
        demands="only named pages call the app from a browser",
        risk="Every page on the internet calls the API as whoever looks at it.",
        fix="Name the origins.",
        kinds=SITES,
        check=that("siteConfig.cors.allowedOrigins", lambda origins: "*" not in origins, missing=True),
        answers=("CKV_AZURE_57",),
    ),
    Rule(
        key="app-outbound",
        severity=Severity.MEDIUM,
        demands="what App Service sends goes through the network",
        risk="Traffic past the network has addresses that no firewall knows, and no security group sees it.",
        fix="Set virtualNetworkSubnetId and outboundVnetRouting.allTraffic.",
        kinds=SITES,
        check=every(present("virtualNetworkSubnetId"), on("outboundVnetRouting.allTraffic")),
        answers=("MCSB NS-1",),
    ),
    Rule(
        key="app-runtime",
        severity=Severity.MEDIUM,
        demands="App Service runs Linux with a runtime that is named",
        risk="Azure chooses a runtime, and changes it.",
        fix="Set siteConfig.linuxFxVersion.",
        kinds=SITES,
        check=present("siteConfig.linuxFxVersion"),
        answers=("AZR-000075",),
    ),
    Rule(
        key="app-plan",
        severity=Severity.LOW,
        demands="the plan of App Service has machines of its own",
        risk="Free and Shared stop after an hour a day and have no private path.",
        fix="Take B1 or larger.",
        kinds=("app-service-plan",),
        check=that("sku.name", lambda sku: sku not in ("F1", "D1")),
        answers=("CKV_AZURE_211",),
    ),
    Rule(
        key="autoscale-on",
        severity=Severity.LOW,
        demands="a setting that scales is on",
        risk="Load is answered by nothing.",
        fix="Set enabled.",
        kinds=("autoscale-setting",),
        check=on("enabled"),
    ),
    Rule(
        key="static-site-tier",
        severity=Severity.LOW,
        demands="static sites have the tier with an agreement",
        risk="The free tier has no agreement and no private link.",
        fix="Set sku Standard.",
        kinds=("static-site",),
        check=one_of("sku.name", "Standard"),
    ),
    Rule(
        key="mail-tracking",
        severity=Severity.LOW,
        demands="mail does not track who reads it",
        risk="A pixel in a mail to children is personal data that nobody agreed to.",
        fix="Set userEngagementTracking Disabled.",
        kinds=("email-domain",),
        check=one_of("userEngagementTracking", "Disabled"),
    ),
    Rule(
        key="ai-global-processing",
        planned=True,
        severity=Severity.MEDIUM,
        demands="prompts are processed in the region of the account",
        risk="What customers write is processed under another law.",
        fix="Take a model that the region offers as Standard.",
        kinds=("ai-deployment",),
        check=one_of("sku.name", "Standard", "ProvisionedManaged"),
        answers=("MCSB DP-2",),
    ),
    Rule(
        key="ai-content-filter",
        planned=True,
        severity=Severity.HIGH,
        demands="harmful content is blocked from medium severity on",
        risk="Children read what a model should not have written.",
        fix="Set ai.content_filter medium or low.",
        kinds=("ai-rai-policy",),
        check=every(
            on("properties.contentFilters[].enabled"),
            on("properties.contentFilters[].blocking"),
            not_set("properties.contentFilters[].severityThreshold", "Medium", "Low"),
        ),
    ),
    Rule(
        key="edge-tier",
        severity=Severity.HIGH,
        demands="Front Door has the tier with the firewall and private link",
        risk="Standard reaches origins over the internet only, and has no managed rules.",
        fix="Set sku Premium_AzureFrontDoor.",
        kinds=("front-door-profile",),
        check=one_of("sku.name", "Premium_AzureFrontDoor"),
        answers=("82fa3cff",),
    ),
    Rule(
        key="edge-probe",
        severity=Severity.MEDIUM,
        demands="Front Door asks its origins for their health, without asking for content",
        risk="Requests go to an origin that is down.",
        fix="Set healthProbeSettings with probePath and HEAD.",
        kinds=("front-door-origin-group",),
        check=every(
            that("healthProbeSettings.probePath", lambda path: str(path).startswith("/")),
            one_of("healthProbeSettings.probeRequestType", "HEAD"),
            one_of("healthProbeSettings.probeProtocol", "Https"),
        ),
        answers=("AZR-000109", "AZR-000110"),
    ),
    Rule(
        key="edge-origin-certificate",
        severity=Severity.HIGH,
        demands="Front Door checks whose certificate its origin has",
        risk="Somebody else answers in the origin's place.",
        fix="Set enforceCertificateNameCheck.",
        kinds=("front-door-origin",),
        check=on("enforceCertificateNameCheck"),
        answers=("MCSB DP-3", "MCSB DP-7"),
    ),
    Rule(
        key="waf-prevention",
        planned=True,
        severity=Severity.CRITICAL,
        demands="the firewall of the edge is on and blocks",
        risk="Attacks are counted, and pass.",
        fix="Set policySettings.enabledState Enabled and mode Prevention.",
        kinds=("waf-policy",),
        check=every(one_of("policySettings.enabledState", "Enabled"), one_of("policySettings.mode", "Prevention")),
        answers=(
            "AZR-000114",
            "AZR-000115",
            "AZR-000305",
            "AZR-000306",
            "CKV_AZURE_123",
            "MCSB NS-6",
        ),
    ),
    Rule(
        key="waf-rule-sets",
        severity=Severity.CRITICAL,
        demands="the firewall of the edge has Microsoft's rules against attacks and bots",
        risk="Known attacks, such as that on Log4j, pass.",
        fix="Set managedRules.managedRuleSets.",
        kinds=("waf-policy",),
        check=_rule_sets,
        answers=("AZR-000308", "CKV_AZURE_133", "MCSB NS-6"),
    ),
    Rule(
        key="waf-exclusions",
        severity=Severity.HIGH,
        demands="nothing is left out of the firewall's rules",
        risk="What is left out is where an attack goes.",
        fix="Take the exclusions out, or waive this rule with the field's name.",
        kinds=("waf-policy",),
        check=not_set("managedRules.managedRuleSets[].exclusions", []),
        answers=("AZR-000307", "MCSB NS-6"),
    ),
)
