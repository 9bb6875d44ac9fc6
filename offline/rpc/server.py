"""Pulumi's provider protocol on top of a :class:`~offline.rpc.protocol.Provider`."""

from __future__ import annotations

import functools
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import any_pb2, empty_pb2
from google.rpc import code_pb2, status_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from offline.rpc.lifetime import serve
from offline.rpc.protocol import Change, CheckFailure, Created, Diff, Properties, Provider, ProviderError
from offline.rpc.values import Path, SecretPaths, above_lists, from_struct, to_struct
from offline.secrecy import hidden, hiding

STRUCT = "google.protobuf.Struct"
THREADS = 32
"""Operations in flight at once; the engine asks for at most four per processor by default."""

_KINDS = provider_pb2.PropertyDiff
_KIND_OF: Mapping[tuple[Change, bool], Any] = {
    (Change.ADD, False): _KINDS.ADD,
    (Change.ADD, True): _KINDS.ADD_REPLACE,
    (Change.UPDATE, False): _KINDS.UPDATE,
    (Change.UPDATE, True): _KINDS.UPDATE_REPLACE,
    (Change.DELETE, False): _KINDS.DELETE,
    (Change.DELETE, True): _KINDS.DELETE_REPLACE,
}

Handler = TypeVar("Handler", bound=Callable[..., Any])


def _reported(handler: Handler) -> Handler:
    """Turn a failed operation into the status that the engine understands; a bug also prints its traceback.

    Neither contains a secret of the request.
    """

    @functools.wraps(handler)
    def wrapper(self: ProviderServicer, request: Any, context: grpc.ServicerContext) -> Any:
        with hiding(_secrets_of(request)):
            try:
                return handler(self, request, context)
            except ProviderError as error:
                _fail(context, error)
            except Exception as error:
                print(hidden(traceback.format_exc()), file=sys.stderr, end="")
                message = f"the offline {self.provider.name} provider failed in {handler.__name__}: {error!r}"
                context.abort(grpc.StatusCode.INTERNAL, hidden(message))

    return wrapper  # pyrefly: ignore[bad-return]  # functools.wraps keeps the signature, the checker cannot see it


class ProviderServicer(provider_pb2_grpc.ResourceProviderServicer):
    """Serve one provider. Outputs are secret wherever the inputs of the same path were."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version=self.provider.version)

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        return provider_pb2.GetSchemaResponse(schema="{}")

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """A change of what says which cloud it is replaces the provider and all its resources."""
        olds, _ = from_struct(request.olds)
        news, _ = from_struct(request.news)
        replaces = self.config_replaces(olds, news)
        changed = {key for key in olds.keys() | news.keys() if olds.get(key) != news.get(key)}
        return provider_pb2.DiffResponse(
            replaces=replaces, diffs=sorted(changed), changes=_changes(bool(changed)), deleteBeforeReplace=False
        )

    def config_replaces(self, olds: Properties, news: Properties) -> list[str]:
        """The provider's own inputs that changed and replace it."""
        return [key for key in self.provider.replaced_by if key in olds and olds[key] != news.get(key)]

    def marked(self, secrets: Iterable[Path]) -> SecretPaths:
        """Where outputs are secret whose inputs are secret at ``secrets``."""
        return above_lists(secrets)

    def checked(self, request: Any, olds: Properties, news: Properties) -> tuple[Properties, Sequence[CheckFailure]]:
        """The provider's answer to a check."""
        return self.provider.check(request.urn, _token(request), olds, news)

    @_reported
    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        arguments, _ = from_struct(request.args)
        variables = {key.rpartition(":")[2]: value for key, value in request.variables.items()}
        variables |= {key: value for key, value in arguments.items() if isinstance(value, str)}
        self.provider.configure(variables)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @_reported
    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        olds, _ = from_struct(request.olds)
        news, secrets = from_struct(request.news)
        inputs, failures = self.checked(request, olds, news)
        return provider_pb2.CheckResponse(inputs=to_struct(inputs, secrets), failures=_failures(failures, secrets))

    @_reported
    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        old_inputs, _ = from_struct(request.old_inputs)
        old_outputs, _ = from_struct(request.olds)
        news, _ = from_struct(request.news)
        diff = self.provider.diff(
            _token(request), request.id, old_inputs, old_outputs, news, list(request.ignoreChanges)
        )
        return _diff_response(diff)

    @_reported
    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        inputs, secrets = from_struct(request.properties)
        with _kept_secret(self.marked(secrets)):
            created = self.provider.create(
                request.urn, _token(request), inputs, preview=request.preview, timeout=request.timeout
            )
        return provider_pb2.CreateResponse(
            id=created.id, properties=to_struct(created.properties, self.marked(secrets))
        )

    @_reported
    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        state, state_secrets = from_struct(request.properties)
        inputs, input_secrets = from_struct(request.inputs)
        secrets = self.marked(state_secrets | input_secrets)
        with _kept_secret(secrets):
            found = self.provider.read(request.urn, _token(request), request.id, inputs, state)
        if found is None:
            return provider_pb2.ReadResponse(id="")
        return provider_pb2.ReadResponse(
            id=found.id,
            properties=to_struct(found.properties, secrets),
            inputs=to_struct(found.inputs if found.inputs is not None else inputs, secrets),
        )

    @_reported
    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        olds, _ = from_struct(request.olds)
        news, secrets = from_struct(request.news)
        with _kept_secret(self.marked(secrets)):
            properties = self.provider.update(
                request.urn,
                _token(request),
                request.id,
                olds,
                news,
                preview=request.preview,
                timeout=request.timeout,
                ignore_changes=list(request.ignoreChanges),
            )
        return provider_pb2.UpdateResponse(properties=to_struct(properties, self.marked(secrets)))

    @_reported
    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        state, _ = from_struct(request.properties)
        self.provider.delete(request.urn, _token(request), request.id, state, timeout=request.timeout)
        return empty_pb2.Empty()

    @_reported
    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        arguments, secrets = from_struct(request.args)
        result = self.provider.invoke(request.tok, arguments)
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(to_struct(result, secrets))
        return response

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        return empty_pb2.Empty()


def serve_provider(servicer: ProviderServicer, on_stop: Callable[[], None] = lambda: None) -> None:
    """Serve a provider as the plug-in of this process until the engine ends."""

    def register(server: grpc.Server) -> None:
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)

    serve(register, threads=THREADS, on_stop=on_stop)


def _secrets_of(request: Any) -> Iterator[Any]:
    """Every secret value of a request, at any depth."""
    for field, message in request.ListFields():
        if field.message_type is not None and field.message_type.full_name == STRUCT:
            plain, paths = from_struct(message)
            yield from (_at(plain, path) for path in paths)


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


def _token(request: Any) -> str:
    """The resource type. Requests of engines before 3.150 carry it only inside the URN."""
    return request.type or request.urn.split("::")[2].rpartition("$")[2]


def _failures(failures: Iterable[CheckFailure], secrets: Iterable[Path]) -> list[Any]:
    """The engine prints the value of the property that a failure names, be it secret or not (pulumi/pulumi#19465).

    So a failure of a property that holds a secret names it in its reason.
    """
    secret = {path[0] for path in secrets}
    return [
        provider_pb2.CheckFailure(reason=f"{each.property}: {hidden(each.reason)}")
        if each.property.split(".")[0].split("[")[0] in secret
        else provider_pb2.CheckFailure(property=each.property, reason=hidden(each.reason))
        for each in failures
    ]


def _changes(changed: bool) -> Any:
    return provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE


def _diff_response(diff: Diff) -> Any:
    replaces = set(diff.replaces)
    detailed = {
        path: provider_pb2.PropertyDiff(kind=_KIND_OF[change, path in replaces], inputDiff=True)
        for path, change in diff.changes.items()
    }
    return provider_pb2.DiffResponse(
        changes=_changes(bool(diff.changes)),
        replaces=sorted(replaces),
        diffs=sorted({path.split(".")[0].split("[")[0] for path in diff.changes}),
        detailedDiff=detailed,
        hasDetailedDiff=True,
        deleteBeforeReplace=diff.delete_before_replace,
    )


@contextmanager
def _kept_secret(secrets: SecretPaths) -> Iterator[None]:
    """Keep secret, at these paths, what a resource holds that exists although its operation failed."""
    try:
        yield
    except ProviderError as error:
        if error.partial is None:
            raise
        marked = to_struct(error.partial.properties, secrets)
        inputs = None if error.partial.inputs is None else to_struct(error.partial.inputs, secrets)
        raise _PartialError(
            str(error), partial=error.partial, reasons=error.reasons, properties=marked, inputs=inputs
        ) from error


class _PartialError(ProviderError):
    def __init__(self, message: str, *, partial: Created, reasons: Iterable[str], properties: Any, inputs: Any) -> None:
        super().__init__(message, partial=partial, reasons=tuple(reasons))
        self.properties = properties
        self.inputs = inputs


def _fail(context: grpc.ServicerContext, error: ProviderError) -> NoReturn:
    if error.partial is not None:
        properties = error.properties if isinstance(error, _PartialError) else to_struct(error.partial.properties)
        detail = any_pb2.Any()
        detail.Pack(
            provider_pb2.ErrorResourceInitFailed(
                id=error.partial.id,
                properties=properties,
                reasons=list(error.reasons) or [str(error)],
                inputs=error.inputs if isinstance(error, _PartialError) else None,
            )
        )
        status = status_pb2.Status(code=code_pb2.UNKNOWN, message=str(error), details=[detail])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, str(error))
