"""The firewall's own rules, and what Azure's rules and limits are: tables, from which specs are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from components.cdn.spec import CustomRuleSpec, MatchSpec

READ = "MicrosoftDocs/azure-docs: includes/front-door-limits.md"

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
"""What APIs and pages are asked with (estate-services 7.6); all others are refused."""
AGENTS = ("sqlmap", "nikto", "scanner", "masscan")
"""Words in the names of tools that look for holes (estate-services 7.6)."""
URL_BYTES = 4096
"""A longer URL is refused. A body's size is for the app to judge: the firewall reads its first 128 KB only (READ)."""
QUERY_BYTES = 2048
"""A longer query is refused."""

_THREATS = tuple(f"MS-ThreatIntel-{each}" for each in ("WebShells", "AppSec", "SQLI", "CVEs"))
_CORE = ("General", "METHOD-ENFORCEMENT", "PROTOCOL-ENFORCEMENT", "PROTOCOL-ATTACK", "LFI", "RFI", "RCE", "PHP")
_REST = ("NODEJS", "XSS", "SQLI", "FIX", "JAVA")

RULE_GROUPS: Mapping[str, tuple[str, ...]] = {
    "2.1": (*_CORE, *_REST, *_THREATS),
    "2.2": (*_CORE, *_REST, *_THREATS, "MS-ThreatIntel-XSS"),
}
"""By version of Microsoft's default rules: their groups (Azure/azure-powershell:
Get-AzFrontDoorWafManagedRuleSetDefinition.Recording.json of 2025-10-16; Microsoft: Web Application Firewall DRS rule
groups and rules)."""

SCRUBBED: tuple[tuple[str, str], ...] = (
    ("RequestHeaderNames", "Authorization"),
    ("RequestCookieNames", ""),
    ("QueryStringArgNames", ""),
    *(
        (part, name)
        for part in ("RequestBodyPostArgNames", "RequestBodyJsonArgNames")
        for name in ("password", "token", "access_token", "refresh_token", "id_token", "client_secret")
    ),
)
"""What logs do not repeat: the part of a request, and the one name that is meant; empty: all names."""

_CODES = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ZZ
"""
COUNTRIES = frozenset(_CODES.split())
"""The codes that a rule about countries takes: ISO 3166-1, and ZZ for an address of no known country (Microsoft:
Geo-filtering on a domain for Azure Front Door)."""

_HOST = "Host"
_ADDRESS = "SocketAddr"
"""The address of the connection. ``RemoteAddr`` would be what a header claims."""

FIXED: tuple[CustomRuleSpec, ...] = (
    CustomRuleSpec("Methods", 10, (MatchSpec("RequestMethod", "Equal", METHODS, negate=True),), ""),
    CustomRuleSpec(
        "Agents", 20, (MatchSpec("RequestHeader", "Contains", AGENTS, selector="User-Agent", lower=True),), ""
    ),
    CustomRuleSpec("Url", 30, (MatchSpec("RequestUri", "GreaterThan", (str(URL_BYTES),)),), ""),
    CustomRuleSpec("Query", 40, (MatchSpec("QueryString", "GreaterThan", (str(QUERY_BYTES),)),), ""),
)
"""The rules that every edge has."""


def countries_rules(allow: Iterable[str], block: Iterable[str], setting: str) -> list[CustomRuleSpec]:
    """Only these countries, or all but those."""
    found = []
    if allowed := tuple(allow):
        matched = MatchSpec(_ADDRESS, "GeoMatch", allowed, negate=True)
        found.append(CustomRuleSpec("CountriesAllowed", 50, (matched,), f"{setting}.allow"))
    if blocked := tuple(block):
        matched = MatchSpec(_ADDRESS, "GeoMatch", blocked)
        found.append(CustomRuleSpec("CountriesBlocked", 60, (matched,), f"{setting}.block"))
    return found


def range_rule(endpoint: str, priority: int, host: str, ranges: Iterable[str], setting: str) -> CustomRuleSpec:
    """Nobody else reaches the host of an endpoint."""
    conditions = (_hosts((host,)), MatchSpec(_ADDRESS, "IPMatch", tuple(ranges), negate=True))
    return CustomRuleSpec(f"Ranges{camel(endpoint)}", priority, conditions, setting)


def rate_limit_rule(
    name: str, priority: int, hosts: tuple[str, ...], paths: Iterable[str], requests: int, minutes: int, setting: str
) -> CustomRuleSpec:
    """So many requests of one address. What is for every host matches a Host header that is there at all: a range of
    addresses would forget IPv6 (Microsoft: What is rate limiting for Azure Front Door?)."""
    host = _hosts(hosts) if hosts else MatchSpec("RequestHeader", "GreaterThan", ("0",), selector=_HOST)
    patterns = tuple(_path(each) for each in paths)
    path = (MatchSpec("RequestUri", "RegEx", patterns),) if patterns else ()
    return CustomRuleSpec(f"Rate{camel(name)}", priority, (host, *path), setting, requests, minutes)


def camel(name: str) -> str:
    """A name as part of a rule's, which has letters and digits only: ``sign-in`` becomes ``SignIn``."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("-"))


def _hosts(hosts: tuple[str, ...]) -> MatchSpec:
    return MatchSpec("RequestHeader", "Equal", hosts, selector=_HOST, lower=True)


def _path(beginning: str) -> str:
    """What the URI of a request for a path matches: the firewall sees it with scheme, host and port (Microsoft: Custom
    rules for Azure Web Application Firewall on Azure Front Door)."""
    escaped = "".join(f"\\{each}" if each in r"\.^$|?*+()[]{}" else each for each in beginning)
    return rf"^(?:[a-z]+://[^/]+)?{escaped}(?:[/?]|$)"
