"""Public DNS zones."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.rule import Rule, unconfirmed

OVERVIEW = "Microsoft: DNS zones and records overview"
ALIAS = "Microsoft: Azure DNS alias records overview; StackExchange/dnscontrol: AZURE_ALIAS (20 sets)"

CODES: Mapping[str, tuple[Rule, ...]] = {
    "Conflict": (
        Rule(
            "a record next to a CNAME of the same name",
            "kubernetes-sigs/external-dns#5358, rcl-letsencrypt-auto-ssl/Lets-Encrypt-Auto#26 (message)",
        ),
    ),
    "BadRequest": (
        unconfirmed("a CNAME at the zone itself", OVERVIEW),
        unconfirmed("an alias of another type than A, AAAA or CNAME, or the 21st of one resource", ALIAS),
    ),
}
