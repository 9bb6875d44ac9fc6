"""App Service."""

from __future__ import annotations

from collections.abc import Mapping

from components.app_hosting.facts import LIMITS, ZONES
from offline.azure.codes.repositories import NATIVE
from offline.azure.codes.rule import Rule, unconfirmed

CODES: Mapping[str, tuple[Rule, ...]] = {
    "Conflict": (
        Rule("App Service: more slots than the SKU has", "microsoft/vscode-azureappservice#520, ITfoxtec/FoxIDs#470"),
        Rule(
            "App Service: a second operation on a site at once",
            "Azure/azure-functions-on-container-apps#34, #53 (59203)",
        ),
        unconfirmed("a site's name that somebody else owns", "Microsoft: App Service, Website with given name exists"),
    ),
    "BadRequest": (
        Rule("App Service: a slot of another kind than its site", f"{NATIVE}#4748"),
        unconfirmed("App Service: more instances than the SKU has, an unknown SKU, rules for one without them", LIMITS),
        unconfirmed("App Service: zone redundancy of an SKU without zones", ZONES),
    ),
}
