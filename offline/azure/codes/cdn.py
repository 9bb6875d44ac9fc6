"""Azure Front Door and its firewall."""

from __future__ import annotations

from collections.abc import Mapping

from components.cdn.facts import SPECIFICATION
from offline.azure.codes.repositories import AZURERM, RECORDINGS
from offline.azure.codes.rule import Rule, unconfirmed

REFUSED = "BadRequest"
"""The code of nearly everything that Front Door refuses."""

DOMAINS = "Microsoft: Configure a custom domain on Azure Front Door"
PRIVATE_LINK = "Microsoft: Secure your origin with Private Link in Azure Front Door Premium"
RULE_SETS = "Microsoft: What is a rule set in Azure Front Door?"
FIREWALL = "Microsoft: Web Application Firewall on Azure Front Door; MicrosoftDocs/azure-docs#112819"
RATE_LIMITS = "Microsoft: Rate limiting for Azure Front Door WAF"
LIMITS = "MicrosoftDocs/azure-docs: includes/front-door-limits.md"
LAST_ORIGIN = f"{AZURERM}#27652"
CONFLICT = "Azure/bicep#13502"
ORDER = "DFE-Digital/terraform-azurerm-container-apps-hosting#213"
CONDITIONS = f"{AZURERM}#10659"
PRIORITY = "18F/piipan#2498"
_RECORDED = f"{RECORDINGS}/Test_CDN_Profile_AFD_CRUD.yaml"

CODES: Mapping[str, tuple[Rule, ...]] = {
    REFUSED: (
        Rule(
            "a route to an origin group without an enabled origin", f"{_RECORDED}, aztfmod/terraform-azurerm-caf#2006"
        ),
        Rule("a security policy for an endpoint that is not there", _RECORDED),
        Rule("two routes for one domain, path and protocol", CONFLICT),
        Rule("two rules of a rule set with one order", ORDER),
        Rule("more than ten match conditions, or 600 ranges, in a custom rule", CONDITIONS),
        Rule("two custom rules with one priority", PRIORITY),
        unconfirmed("disabling or deleting the last origin of a group that a route uses", f"{LAST_ORIGIN} (message)"),
        unconfirmed("deleting a rule set or an origin group that a route uses", f"{AZURERM}#20859 (message)"),
        unconfirmed(
            "a domain that another profile has",
            f"Azure/azure-service-operator#4580 (message); {DOMAINS}",
        ),
        unconfirmed("a route without a domain", f"{AZURERM}#18844"),
        unconfirmed("a private link on Standard, or without the check of the certificate's name", PRIVATE_LINK),
        unconfirmed("a private link without a region, or for a part that its target does not have", PRIVATE_LINK),
        unconfirmed("public and private origins in one group", PRIVATE_LINK),
        unconfirmed("a firewall policy of another SKU or subscription than the profile's", FIREWALL),
        unconfirmed("two security policies for one domain", FIREWALL),
        unconfirmed("deleting a firewall policy in use", FIREWALL),
        unconfirmed("Microsoft's firewall rules on Standard", FIREWALL),
        unconfirmed("another window of a rate limit than one or five minutes", RATE_LIMITS),
        unconfirmed("more custom rules, or texts in a match, than a firewall policy takes", LIMITS),
        unconfirmed("two custom rules of one name", LIMITS),
        unconfirmed("more conditions or actions than a rule takes", RULE_SETS),
        unconfirmed("a condition or action whose parameters are of another type", SPECIFICATION),
        unconfirmed("a timeout, interval, priority or weight out of range", SPECIFICATION),
    ),
    "ResourceOperationFailure": (
        Rule("deleting a domain that a route or security policy refers to", f"{AZURERM}#18844"),
    ),
}
