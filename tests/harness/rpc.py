"""A provider whose answers a test sets, behind the real gRPC servicer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from offline.rpc.server import ProviderServicer

URN = "urn:pulumi:dev::p::toy:a:Thing::name"


class Aborted(Exception):
    """The handler ended the call with an error."""


class Context:
    """What gRPC gives a handler."""

    def __init__(self) -> None:
        self.metadata: Any = ()
        self.code: Any = None
        self.message = ""

    def abort(self, code: Any, message: str) -> None:
        self.code, self.message = code, message
        raise Aborted

    def set_trailing_metadata(self, metadata: Any) -> None:
        self.metadata = metadata


class Toy:
    """A provider whose every answer is set by the test."""

    name = "toy"
    replaced_by: Sequence[str] = ("subscriptionId", "tenantId")
    version = "1.0.0"

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def configure(self, variables: Mapping[str, str]) -> None:
        self.variables = variables

    def __getattr__(self, name: str) -> Any:
        def method(*_: Any, **__: Any) -> Any:
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

        return method


def call(method: str, request: Any, answer: Any) -> tuple[Any, Context]:
    context = Context()
    servicer = ProviderServicer(Toy(answer))
    return getattr(servicer, method)(request, context), context
