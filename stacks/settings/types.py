"""The vocabulary of the settings: what each type allows, with an example for errors and a pattern for editors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from components.facts.durations import seconds
from components.facts.regions import GLOBAL, REGIONS

T = TypeVar("T")

VOCABULARY = "x-vocabulary"
"""Marks text in the JSON schema of a model whose words :mod:`stacks.pages.settings_schema` lists."""

DOCUMENTATION = tuple(IPv4Network(each) for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"))
"""Ranges for examples (RFC 5737), which Python counts as private: the committed settings use them as fictitious."""


def is_documentation(network: IPv4Network) -> bool:
    """Whether a range is one of those for examples."""
    return any(network.subnet_of(each) for each in DOCUMENTATION)


def texts(ranges: Iterable[IPv4Network]) -> tuple[str, ...]:
    """Ranges as Azure writes them."""
    return tuple(map(str, ranges))


@dataclass(frozen=True)
class _Hint:
    """What editors check of a type, since JSON schema cannot express what its validator decides."""

    pattern: str
    """The text as a whole, approximately: an editor's complaint must be right, its silence need not be."""
    wanted: str
    """What the text should have been."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "pattern": f"^{self.pattern}$", "patternErrorMessage": self.wanted}


def _parsed(parse: Callable[[str], T], wanted: str) -> BeforeValidator:
    """From text to a value; ``wanted`` describes the text."""

    def validate(value: object) -> T:
        try:
            if isinstance(value, str):
                return parse(value)
        except ValueError:
            pass
        raise ValueError(wanted)

    return BeforeValidator(validate)


def _matching(pattern: str, wanted: str) -> AfterValidator:
    """Text that ``pattern`` matches as a whole; ``wanted`` describes it."""

    def validate(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(wanted)
        return value

    return AfterValidator(validate)


def _private(value: IPv4Network) -> IPv4Network:
    if not value.is_private:
        raise ValueError("a private IPv4 range, for example 10.0.0.0/16")
    return value


def _region(value: str) -> str:
    if value not in REGION_NAMES:
        raise ValueError(", ".join(REGION_NAMES))
    return value


def _time_of_day(value: str) -> time:
    return datetime.strptime(value, "%H:%M").time()


def _moment(value: str) -> datetime:
    return datetime.strptime(value, "%Y-%m-%d %H:%M")


def _duration(value: str) -> str:
    try:
        seconds(value)
    except ValueError:
        raise ValueError(_DURATION) from None
    return value


def word(vocabulary: str) -> Any:
    """Text of which the plan knows the allowed words; the JSON schema lists them under the name ``vocabulary``."""
    return WithJsonSchema({"type": "string", VOCABULARY: vocabulary})


REGION_NAMES = tuple(sorted(REGIONS.keys() - {GLOBAL}))

_GUID = "a GUID, for example 10de18e7-0a1f-4b1c-9f43-0b8a1a2b3c4d"
_CIDR = "an IPv4 range without host bits, for example 10.0.8.0/22"
_ANY_CIDR = "an IPv4 or IPv6 range without host bits, for example 203.0.113.0/24"
_RECORD = "a lower-case name below the domain, for example www, or @ for the domain itself"
_DAY = 'a day in quotes, for example "2027-05-31"'
_TIME = 'a time of day in quotes, for example "18:30"'
_MOMENT = 'a minute in quotes, UTC, for example "2027-05-31 18:30"'
_DURATION = "an ISO 8601 duration, for example PT1M30S or P7D"
_EMAIL = "an e-mail address, for example platform@example.org"
_DOMAIN = "a lower-case domain, for example mystira.app"
_DIGEST = "an image digest: sha256: and 64 hexadecimal digits"
_LABEL = "one lower-case label of a host name, for example mystiradev"
_ISSUER = "an https URL without query or fragment, for example https://login.mystira.app"

_EMAIL_PATTERN = r"[^@\s]+@[^@\s]+\.[^@\s]+"
_DOMAIN_PATTERN = r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}"
_DIGEST_PATTERN = r"sha256:[0-9a-f]{64}"
_LABEL_PATTERN = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_RECORD_PATTERN = rf"@|{_LABEL_PATTERN}(\.{_LABEL_PATTERN})*"
_ISSUER_PATTERN = r"https://[^\s/?#@:]+(:\d{1,5})?(/[^\s?#]*)?"

Guid = Annotated[UUID, _parsed(UUID, _GUID), _Hint(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", _GUID)]
Cidr = Annotated[IPv4Network, _parsed(IPv4Network, _CIDR), _Hint(r"\d{1,3}(\.\d{1,3}){3}(/\d{1,2})?", _CIDR)]
AnyCidr = Annotated[
    IPv4Network | IPv6Network, _parsed(ip_network, _ANY_CIDR), _Hint(r"[0-9a-fA-F.:]+(/\d{1,3})?", _ANY_CIDR)
]
PrivateCidr = Annotated[Cidr, AfterValidator(_private)]
Day = Annotated[date, _parsed(date.fromisoformat, _DAY), _Hint(r"\d{4}-\d{2}-\d{2}", _DAY)]
Moment = Annotated[datetime, _parsed(_moment, _MOMENT), _Hint(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", _MOMENT)]
TimeOfDay = Annotated[time, _parsed(_time_of_day, _TIME), _Hint(r"([01]?\d|2[0-3]):[0-5]?\d", _TIME)]
Duration = Annotated[str, AfterValidator(_duration), _Hint(r"P[\dDTHMS.]+", _DURATION)]
Email = Annotated[str, _matching(_EMAIL_PATTERN, _EMAIL), _Hint(_EMAIL_PATTERN, _EMAIL)]
Domain = Annotated[str, _matching(_DOMAIN_PATTERN, _DOMAIN), _Hint(_DOMAIN_PATTERN, _DOMAIN)]
Digest = Annotated[str, _matching(_DIGEST_PATTERN, _DIGEST), _Hint(_DIGEST_PATTERN, _DIGEST)]
Label = Annotated[str, _matching(_LABEL_PATTERN, _LABEL), _Hint(_LABEL_PATTERN, _LABEL)]
RecordLabel = Annotated[str, _matching(_RECORD_PATTERN, _RECORD), _Hint(_RECORD_PATTERN, _RECORD)]
Issuer = Annotated[str, _matching(_ISSUER_PATTERN, _ISSUER), _Hint(_ISSUER_PATTERN, _ISSUER)]
Port = Annotated[int, Field(ge=1, le=65535)]
Text = Annotated[str, Field(min_length=1)]
TagValue = Annotated[str, Field(min_length=1, max_length=256)]
"""Azure takes no longer ones (Microsoft: Use tags to organize your Azure resources; Key Vault secrets too)."""

RegionName = Annotated[str, AfterValidator(_region), word("region")]
ServiceKey = Annotated[Text, word("service")]
EndpointKey = Annotated[Text, word("endpoint")]
QueueName = Annotated[str, word("queue")]
EventName = Annotated[str, word("event")]
SubnetRoleKey = Annotated[str, word("subnet")]
NodePoolKey = Annotated[str, word("node pool")]
RoleKey = Annotated[Text, word("role")]
RuleKey = Annotated[str, word("rule")]
PartKey = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_-]*|[*])$")]
"""The key of a part, or ``*`` for every other one."""

PhaseName = Literal["hold", "add", "done"]
"""How far a part has taken over what lives."""

ResourceKey = Annotated[str, Field(pattern=r"^[a-z0-9-]+/.+$")]

WeekDay = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
PrincipalType = Literal["Group", "ServicePrincipal", "User"]
Switch = Literal["on", "off"]
"""In quotes, because YAML reads on and off without them as true and false."""
