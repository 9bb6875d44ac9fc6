"""What a vault holds of a store is what the store's own client library takes, with keys and without."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import HttpRequest, HttpTransport
from azure.cosmos import CosmosClient
from azure.monitor.opentelemetry.exporter._connection_string_parser import ConnectionStringParser
from azure.servicebus import ServiceBusClient, ServiceBusConnectionStringProperties, parse_connection_string
from azure.storage.blob import BlobServiceClient

from stacks.plan.model import StackPlan
from tests.harness.build import products
from tests.harness.compose import KEY

STACK_WITH_KEYS, STACK_WITHOUT = "dev", "prod"
REAL_KEY = base64.b64encode(KEY.encode()).decode()
"""Azure's keys are base64, and clients decode them; those of the mocks are words."""


class Sent(Exception):
    """Raised instead of sending a request."""


@dataclass
class Network(HttpTransport[Any, Any]):
    """A network that keeps the first request and sends none."""

    requests: list[HttpRequest] = field(default_factory=list)

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, request: HttpRequest, **_: Any) -> Any:
        self.requests.append(request)
        raise Sent


@dataclass
class Identity:
    """Stands for DefaultAzureCredential: a token for whatever is asked."""

    scopes: list[str] = field(default_factory=list)

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        self.scopes += scopes
        return AccessToken("a-token", int(time.time()) + 3600)


def first_request(act: Callable[[Network], object]) -> HttpRequest:
    """What a client sends first."""
    network = Network()
    with pytest.raises(Sent):
        act(network)
    return network.requests[0]


@pytest.fixture(scope="module")
def keyed(plans: Mapping[str, StackPlan]) -> Mapping[str, str]:
    """The values of an environment whose stores accept keys."""
    return {name: made.value.replace(KEY, REAL_KEY) for name, made in products(plans[STACK_WITH_KEYS]).items()}


@pytest.fixture(scope="module")
def keyless(plans: Mapping[str, StackPlan]) -> Mapping[str, str]:
    """The values of one whose stores do not."""
    return {name: made.value for name, made in products(plans[STACK_WITHOUT]).items()}


def test_cosmos_db_takes_the_connection_string(keyed: Mapping[str, str]) -> None:
    text = keyed["cosmos/connection-string"]
    request = first_request(lambda network: CosmosClient.from_connection_string(text, transport=network))
    assert request.url == keyed["cosmos/endpoint"]
    assert request.headers["authorization"].startswith("type%3Dmaster")


def test_cosmos_db_takes_the_endpoint_with_an_identity(keyless: Mapping[str, str]) -> None:
    assert "cosmos/connection-string" not in keyless
    endpoint = keyless["cosmos/endpoint"]
    request = first_request(lambda network: CosmosClient(endpoint, Identity(), transport=network))
    assert request.url == endpoint
    assert request.headers["authorization"] == "type=aad&ver=1.0&sig=a-token"


def test_cosmos_db_refuses_a_string_without_a_key(keyless: Mapping[str, str]) -> None:
    with pytest.raises(ValueError, match="missing setting 'AccountKey'"):
        CosmosClient.from_connection_string(f"AccountEndpoint={keyless['cosmos/endpoint']};")


def get_container(blobs: BlobServiceClient) -> object:
    return blobs.get_container_client("avatars").get_container_properties()


def test_blob_storage_takes_the_connection_string(keyed: Mapping[str, str]) -> None:
    text = keyed["storage/connection-string"]
    request = first_request(
        lambda network: get_container(BlobServiceClient.from_connection_string(text, transport=network))
    )
    assert request.url == f"{keyed['storage/endpoint']}avatars?restype=container"
    assert request.headers["Authorization"].startswith(f"SharedKey mys{STACK_WITH_KEYS}corestsan:")


def test_blob_storage_takes_the_endpoint_with_an_identity(keyless: Mapping[str, str]) -> None:
    assert "storage/connection-string" not in keyless
    endpoint, identity = keyless["storage/endpoint"], Identity()
    request = first_request(
        lambda network: get_container(BlobServiceClient(endpoint, credential=identity, transport=network))
    )
    assert request.url == f"{endpoint}avatars?restype=container"
    assert request.headers["Authorization"] == "Bearer a-token"
    assert identity.scopes == ["https://storage.azure.com/.default"]


def test_blob_storage_would_be_anonymous_with_a_string_without_a_key(keyless: Mapping[str, str]) -> None:
    text = f"BlobEndpoint={keyless['storage/endpoint']}"
    request = first_request(
        lambda network: get_container(BlobServiceClient.from_connection_string(text, transport=network))
    )
    assert "Authorization" not in request.headers


@pytest.mark.parametrize("service", ["app", "admin-api", "publisher", "chain"])
def test_service_bus_takes_the_connection_string(service: str, keyed: Mapping[str, str]) -> None:
    text = keyed[f"service-bus/connection-string/{service}"]
    parsed = parse_connection_string(text)
    assert isinstance(parsed, ServiceBusConnectionStringProperties)
    assert parsed.fully_qualified_namespace == keyed["service-bus/namespace"]
    assert (parsed.shared_access_key_name, parsed.shared_access_key) == (service, REAL_KEY)
    with ServiceBusClient.from_connection_string(text) as client:
        assert client.fully_qualified_namespace == keyed["service-bus/namespace"]


def test_service_bus_takes_the_namespace_with_an_identity(keyless: Mapping[str, str]) -> None:
    assert [name for name in keyless if name.startswith("service-bus/")] == ["service-bus/namespace"]
    namespace = keyless["service-bus/namespace"]
    with ServiceBusClient(namespace, Identity()) as client:
        assert client.fully_qualified_namespace == namespace
        assert client.get_queue_sender("app-events").fully_qualified_namespace == namespace


def test_service_bus_refuses_a_string_without_a_key(keyless: Mapping[str, str]) -> None:
    with pytest.raises(ValueError, match="At least one of the SharedAccessKey or SharedAccessSignature"):
        ServiceBusClient.from_connection_string(f"Endpoint=sb://{keyless['service-bus/namespace']}/")


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_application_insights_takes_the_connection_string(stack: str, plans: Mapping[str, StackPlan]) -> None:
    """Also without keys: it says where telemetry goes, and the instrumentation key is no secret then."""
    for text in {made.value for made in products(plans[stack], "telemetry/").values()}:
        parsed = ConnectionStringParser(text)
        assert parsed.endpoint == "https://southafricanorth-0.in.applicationinsights.azure.com/"
        assert parsed.instrumentation_key
