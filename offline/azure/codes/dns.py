"""Public DNS zones."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.rule import Rule, unconfirmed

OVERVIEW = "Microsoft: DNS zones and records overview"

CODES: Mapping[str, tuple[Rule, ...]] = {
    "Conflict": (
        Rule(
            "a record next to a CNAME of the same name",
            "kubernetes-sigs/external-dns#5358, rcl-letsencrypt-auto-ssl/Lets-Encrypt-Auto#26 (message)",
        ),
    ),
    "BadRequest": (unconfirmed("a CNAME at the zone itself", OVERVIEW),),
}
