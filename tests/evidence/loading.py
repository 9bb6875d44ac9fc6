"""Reads what Azure has been seen to do: one file a resource type, and the tables of create-only properties and of
enumerations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from components.problems import InvalidInput, Problem

FOLDER = Path(__file__).parent
CREATE_ONLY = "create_only.yaml"
"""The table of create-only properties."""
ENUMERATIONS = "enumerations.yaml"
"""The table of enumerations."""
REST = "rest.yaml"
"""What the reads of `mystira preflight` are answered with."""

ACTIONS = "actions.yaml"
"""The actions that Azure publishes, by type."""

TABLES = frozenset({CREATE_ONLY, ENUMERATIONS, REST, ACTIONS})
"""The files in the folder that are no resource type's."""

READ = "tests/evidence/loading.py"

Body: TypeAlias = dict[str, Any]
"""JSON as Azure takes or returns it, without times and etags. Braces stand for names and generated values."""

_Model = TypeVar("_Model", bound=BaseModel)


class _Record(BaseModel):
    """Closed: a field that nothing reads is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="after")
    @classmethod
    def _says_something(cls, value: Any) -> Any:
        """An empty text is a missing one."""
        if value == "":
            raise ValueError("empty")
        return value


class Source(_Record):
    """Where the facts of a file come from."""

    kind: Literal["recording", "example", "document"]
    """``recording``: Azure's own answers. ``example``: one that the API specification gives. ``document``: prose."""
    where: str
    """Repository and path, or the title of the document."""
    read_in: str = ""
    """The copy, or the commit, that was read; empty where ``where`` says it."""
    api_version: str
    recorded: date | None = None
    """The day of the recording; none where the answers carry no date, and for examples."""
    read_on: date
    note: str = ""
    """What keeps the facts from being Azure's usual answer."""


class Request(_Record):
    """One request that Azure accepted."""

    verb: Literal["PUT", "PATCH", "POST", "DELETE"]
    url: str
    """The path of the resource, from ``/subscriptions`` on."""
    body: Body
    """As it was sent. A null is sent as null."""
    status: int = Field(ge=200, lt=300)
    """Of the first answer; 202 where Azure continues in the background."""
    answer: Body
    """The resource once it was provisioned."""
    where: str = ""
    """Another source than the file's."""


class Effect(_Record):
    """What a request changed on another resource, or left alone where one might expect a change."""

    on: str
    """Key of the other resource's type."""
    property: str
    """Dotted path; ``[]`` is any item of a list."""
    value: Any
    note: str = ""
    where: str = ""


class Refusal(_Record):
    """One request that Azure refused."""

    verb: Literal["PUT", "PATCH", "POST", "DELETE"]
    url: str = ""
    status: int = Field(ge=200, lt=600)
    """Of the first answer."""
    later: bool = False
    """Whether Azure accepted the request (202) and failed it afterwards."""
    code: str
    message: str
    """Its beginning, with placeholders."""
    why: str
    where: str = ""

    @model_validator(mode="after")
    def _refused(self) -> Refusal:
        if (self.status < 400) != self.later:
            raise ValueError("a refusal has a status from 400 on, or is marked `later`")
        return self


class Evidence(_Record):
    """What is known of one resource type.

    ``{name}`` is the resource itself, ``{group}`` its resource group, the key of a type in braces another resource;
    ``{guid}``, ``{generated}`` and ``{ip-address}`` are values that Azure drew.
    """

    type: str
    """Key of :data:`components.facts.types.RESOURCE_TYPES`."""
    source: Source
    requests: tuple[Request, ...] = Field(min_length=1)
    effects: tuple[Effect, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    properties_returned: int
    """Leaves of all answers together; see :func:`leaves`."""


class CreateOnly(_Record):
    """The properties of one type that no update changes."""

    api_version: str
    """The version that the SDK uses."""
    specification: Literal["read", "azure-native's schema", "older version"]
    """What was read. ``read``: the definition of the type's properties in that version; what that refers to only
    where ``properties`` or ``note`` name them, and location as the shared definition of a tracked resource has it.
    ``azure-native's schema``: what azure-native made of that version. ``older version``: the same of an older one."""
    read_from: str
    """File and commit, or version, of what was read."""
    properties: tuple[str, ...] = ()
    """Marked in the specification with ``x-ms-mutability`` (in TypeSpec ``@visibility``) without ``update``. Dotted,
    below ``properties`` from there on."""
    replaced_by_list: tuple[str, ...] = ()
    """Those for which azure-native's own list asks for a replacement, marked or not."""
    not_replaced_by_list: tuple[str, ...] = ()
    """Those for which azure-native's own list forbids one, whatever the mark."""
    note: str = ""


class CreateOnlyTable(_Record):
    """The whole table."""

    sdk: str
    read_on: date
    rule: str
    """How azure-native reads the marks."""
    list_source: str
    """Where azure-native's own list was read."""
    types: dict[str, CreateOnly]


class Enumeration(_Record):
    """Enumerations of one type, as one source lists them."""

    api_version: str
    """The version that was read: the SDK's, or an older one, whose values later ones keep."""
    read_from: str
    """File and commit."""
    values: dict[str, tuple[str, ...]]
    """Input of the SDK (dotted; ``[]`` is any item of a list) → every value that the API lists, in its case."""


class EnumerationTable(_Record):
    """The enumerations of which the program sends a value, by key of their type."""

    read_on: date
    types: dict[str, tuple[Enumeration, ...]]


def evidence(folder: Path = FOLDER) -> Mapping[str, Evidence]:
    """Every type's evidence, by key. Raises :class:`~components.problems.InvalidInput`."""
    return {file.stem: evidence_in(file) for file in sorted(folder.glob("*.yaml")) if file.name not in TABLES}


def evidence_in(file: Path) -> Evidence:
    """The evidence of one file. Raises :class:`~components.problems.InvalidInput` with the first wrong place."""
    found = _read(Evidence, file)
    if found.type != file.stem:
        raise InvalidInput([Problem(f"{file.name}: type", "not the name of the file", found.type, file.stem, READ)])
    return found


def create_only(folder: Path = FOLDER) -> CreateOnlyTable:
    """The create-only properties of every type. Raises :class:`~components.problems.InvalidInput`."""
    return _read(CreateOnlyTable, folder / CREATE_ONLY)


def enumerations(folder: Path = FOLDER) -> EnumerationTable:
    """The enumerations of every type in it. Raises :class:`~components.problems.InvalidInput`."""
    return _read(EnumerationTable, folder / ENUMERATIONS)


def leaves(value: object) -> int:
    """How many scalars JSON holds. An empty object or list counts as one."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(leaves(item) for item in items) or 1


def _read(model: type[_Model], file: Path) -> _Model:
    try:
        return model.model_validate(yaml.load(file.read_text(), Loader=yaml.CSafeLoader))  # a safe loader
    except OSError as error:
        raise InvalidInput([Problem(file.name, "the file cannot be read", str(error.strerror), "", READ)]) from error
    except yaml.YAMLError as error:
        raise InvalidInput([Problem(file.name, "not YAML", " ".join(str(error).split()), "", READ)]) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole file"
        raise InvalidInput(
            [Problem(f"{file.name}: {place}", first["msg"], repr(first["input"])[:120], "", READ)]
        ) from error
