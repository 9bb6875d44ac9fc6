"""What the edge does with requests and answers: headers, what it keeps, where it redirects. Data for rule sets."""

from __future__ import annotations

from collections.abc import Mapping

from components.cdn.spec import RuleSetSpec, RuleSpec, WireRule

HEADERS, STATIC, REDIRECTS = "headers", "static", "redirects"

SECURITY_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # A site renews a login in a frame of its own.
    "X-Frame-Options": "SAMEORIGIN",
}
"""What every answer says besides how long browsers use HTTPS alone."""

REMOVED_HEADERS = ("Server",)
"""What no answer says, since it only helps an attacker."""

HASH = r"[.-][A-Za-z0-9_]{8,}\."
"""A part of a file's name that looks like the hash of its content: ``main.3f2a9c1b.js``."""
DIGIT = r"[0-9][A-Za-z0-9_]*\."
"""A digit in the last part before the ending, which a hash has and a word (``blazor.webassembly.js``) has not. Two
conditions, because the expressions of rules know no assertions (Microsoft: Server variables and match conditions)."""
ENDINGS = r"(?:css|js|mjs|wasm|dat|woff|woff2|png|jpg|jpeg|gif|svg|webp|avif|ico)$"
"""What pages load by a name that changes with the content. No HTML and no list of a service worker is among it."""


def headers(hsts_seconds: int) -> RuleSetSpec:
    """The headers of every answer: an origin's own value is replaced."""
    said = {"Strict-Transport-Security": f"max-age={hsts_seconds}", **SECURITY_HEADERS}
    return RuleSetSpec(
        HEADERS,
        (
            RuleSpec("security", 1, (), tuple(_header("Overwrite", name, value) for name, value in said.items())),
            RuleSpec("silence", 2, (), tuple(_header("Delete", name) for name in REMOVED_HEADERS)),
        ),
    )


def static(cache_days: int) -> RuleSetSpec:
    """What the edge keeps of a site: files whose names change with their content. Nothing else is kept, because routes
    have no cache and a rule's overrides the route's (Microsoft: Caching with Azure Front Door). The other way round, a
    cache of the route that a rule turns off, would need a null that azure-native does not send."""
    kept = {
        "cacheBehavior": "OverrideAlways",
        "cacheDuration": f"{cache_days}.00:00:00",
        "isCompressionEnabled": "Enabled",
        "queryStringCachingBehavior": "IgnoreQueryString",
    }
    action = {
        "name": "RouteConfigurationOverride",
        "parameters": {
            "typeName": "DeliveryRuleRouteConfigurationOverrideActionParameters",
            "cacheConfiguration": kept,
        },
    }
    return RuleSetSpec(STATIC, (RuleSpec("hashed", 1, (_file_name(HASH), _file_name(DIGIT)), (action,)),))


def redirects(hosts: Mapping[str, tuple[str, str]]) -> RuleSetSpec:
    """By label: the host that is redirected, and where to. Path and query stay, and so does the method."""
    return RuleSetSpec(
        REDIRECTS,
        tuple(
            RuleSpec(
                f"from{_letters(label)}",
                order,
                (
                    {
                        "name": "HostName",
                        "parameters": {
                            "typeName": "DeliveryRuleHostNameConditionParameters",
                            "operator": "Equal",
                            "matchValues": [host],
                        },
                    },
                ),
                (
                    {
                        "name": "UrlRedirect",
                        "parameters": {
                            "typeName": "DeliveryRuleUrlRedirectActionParameters",
                            "redirectType": "PermanentRedirect",
                            "destinationProtocol": "Https",
                            "customHostname": target,
                        },
                    },
                ),
            )
            for order, (label, (host, target)) in enumerate(sorted(hosts.items()), start=1)
        ),
    )


def _letters(label: str) -> str:
    """A label as part of a rule's name, which has letters and digits only. No two labels become one: labels are in
    lower case."""
    return label.replace("@", "Apex").replace("-", "Dash").replace(".", "Dot")


def _header(action: str, name: str, value: str = "") -> WireRule:
    said = {"value": value} if value else {}
    parameters = {"typeName": "DeliveryRuleHeaderActionParameters", "headerAction": action, "headerName": name, **said}
    return {"name": "ModifyResponseHeader", "parameters": parameters}


def _file_name(pattern: str) -> WireRule:
    return {
        "name": "UrlFileName",
        "parameters": {
            "typeName": "DeliveryRuleUrlFilenameConditionParameters",
            "operator": "RegEx",
            "matchValues": [pattern + ENDINGS],
        },
    }
