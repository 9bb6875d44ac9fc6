"""Groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from components.entra.facts import MAXIMUM_OWNERS
from offline.entra.behaviour import Behaviour, Request
from offline.entra.errors import GraphError
from offline.entra.services.applications import owner_refusals
from offline.entra.shape import Shape
from offline.entra.validation import too_many, uuids
from offline.rpc.protocol import CheckFailure, Properties

GROUP = "azuread:index/group:Group"
UNIFIED = "Unified"
_DRAWN = 9
"""Characters of a mail nickname that azuread draws."""


class Group(Behaviour):
    shape = Shape(
        defaults={"preventDuplicateNames": False, "writebackEnabled": False},
        sets=frozenset({"administrativeUnitIds", "behaviors", "members", "owners", "provisioningOptions", "types"}),
        kept=frozenset(
            {
                "autoSubscribeNewMembers",
                "externalSendersAllowed",
                "hideFromAddressLists",
                "hideFromOutlookClients",
                "mailNickname",
                "members",
                "onpremisesGroupType",
                "owners",
                "visibility",
            }
        ),
    )
    fills_in: ClassVar[Properties] = {
        "autoSubscribeNewMembers": False,
        "externalSendersAllowed": False,
        "hideFromAddressLists": False,
        "hideFromOutlookClients": False,
        "mailEnabled": False,
        "members": [],
        "onpremisesGroupType": "",
        "securityEnabled": False,
        "visibility": "",
    }

    def failures(self, inputs: Properties) -> Iterator[CheckFailure]:
        yield from uuids(inputs, ("owners[]", "members[]", "administrativeUnitIds[]"))
        yield from too_many(inputs, "owners", MAXIMUM_OWNERS)
        mail, types = inputs.get("mailEnabled"), inputs.get("types") or []
        if mail is None and inputs.get("securityEnabled") is None:
            reason = "one of `mail_enabled,security_enabled` must be specified"
            yield CheckFailure("securityEnabled", reason)
        if mail is True and UNIFIED not in types:
            yield CheckFailure("types", f'`types` must contain "{UNIFIED}" for mail-enabled groups')
        if not mail and UNIFIED in types:
            yield CheckFailure("mailEnabled", "`mail_enabled` must be true for unified groups")
        if mail is True and not inputs.get("mailNickname"):
            yield CheckFailure("mailNickname", "`mail_nickname` is required for mail-enabled groups")
        if inputs.get("assignableToRole") is True and not inputs.get("securityEnabled"):
            reason = "`assignable_to_role` can only be `true` for security-enabled groups"
            yield CheckFailure("assignableToRole", reason)

    def refusals(self, request: Request) -> Iterator[GraphError]:
        return owner_refusals(request)

    def awaits(self, request: Request) -> Iterator[str]:
        yield from request.inputs.get("owners") or []
        yield from request.inputs.get("members") or []

    def computed(self, request: Request) -> Properties:
        drawn = request.made("nickname").replace("-", "")[:_DRAWN]
        return {
            # Without owners in the request, the caller is one; without a nickname, azuread draws one, as the portal.
            "owners": request.inputs.get("owners") or [request.caller],
            "mailNickname": request.inputs.get("mailNickname") or f"{drawn[:-1]}-{drawn[-1]}",
            "mail": "",
            "onpremisesDomainName": "",
            "onpremisesNetbiosName": "",
            "onpremisesSamAccountName": "",
            "onpremisesSecurityIdentifier": "",
            "onpremisesSyncEnabled": False,
            "preferredLanguage": "",
            "proxyAddresses": [],
        }


BEHAVIOURS: Mapping[str, Behaviour] = {GROUP: Group()}
