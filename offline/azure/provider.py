"""The provider: Pulumi's verbs on the offline cloud, with azure-native's own rules of comparing and replacing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from components.facts.ids import made_id, path_values, placeholders
from components.facts.model import ResourceType
from components.facts.resource_types import BY_TOKEN
from components.facts.waiting import EXCLUSIVE_PARENTS, PARENT_OF
from offline.azure import access, kubernetes, network, platform, surroundings, vaults  # noqa: F401  # they register their behaviours
from offline.azure.behaviour import BEHAVIOURS, Behaviour, Request, remove
from offline.azure.errors import ArmError
from offline.azure.inputs import differences, refreshed
from offline.azure.rules import delete_refusals, refusals
from offline.azure.string_sets import to_inputs, to_outputs
from offline.rpc.protocol import CheckFailure, Created, Diff, Properties, ProviderError
from offline.schema.check import Schema
from offline.world.store import World

STABLE = ("name", "location")
"""Outputs that azure-native knows at the preview of an update, because no update changes them."""

EXCLUSIVE = {rule.parent: rule for rule in EXCLUSIVE_PARENTS}
EXCLUSIVE_SECONDS = 0.02
"""How long an operation on an exclusive parent takes here: long enough for a second one to meet it."""

CLIENT_CONFIG = "azure-native:authorization:getClientConfig"
CLIENT_ID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""The Azure CLI's own application id: what a person's login shows."""


class AzureProvider:
    """azure-native on one world. ``version`` is the SDK's."""

    name = "azure-native"

    def __init__(self, world: World, schema: Schema, version: str) -> None:
        self.world = world
        self.schema = schema
        self.version = version
        self._subscription = ""
        self._tenant = ""

    def configure(self, variables: Mapping[str, str]) -> None:
        missing = [key for key in ("subscriptionId", "tenantId") if not variables.get(key)]
        if missing:
            raise ProviderError(f"the explicit azure-native provider needs {' and '.join(missing)}")
        self._subscription, self._tenant = variables["subscriptionId"], variables["tenantId"]

    def check(
        self, urn: str, token: str, olds: Properties, news: Properties
    ) -> tuple[Properties, Sequence[CheckFailure]]:
        row = _row(token)
        failures = self.schema.check(token, news)
        if news.get(row.name_input) is None and not any(each.property == row.name_input for each in failures):
            reason = "missing: azure-native would make a name and append a random suffix; give the name"
            failures.append(CheckFailure(row.name_input, reason))
        return news, failures

    def diff(
        self,
        token: str,
        id: str,
        old_inputs: Properties,
        old_outputs: Properties,
        news: Properties,
        ignore_changes: Sequence[str],
    ) -> Diff:
        path_inputs = set(placeholders(_row(token)))
        changes = dict(differences(old_inputs, news))
        replaces = [path for path in changes if path in path_inputs or path == "location"]
        # azure-native creates before it deletes only where it made the name itself, which the guard refuses.
        return Diff(changes, replaces, delete_before_replace=bool(replaces))

    def create(self, urn: str, token: str, inputs: Properties, *, preview: bool, timeout: float) -> Created:
        row = _row(token)
        if preview:
            return Created("", self.schema.preview(token, inputs))
        id = self._id(row, inputs)
        with self._alone(row, id), self.world.writing("create", token, id) as cloud:
            if cloud.get(id) is not None:
                raise ProviderError(f"cannot create already existing resource '{id}'")
            request = Request(row, id, inputs, cloud, self._tenant, None)
            gone = cloud.kept(request.name, token)
            refusal = _behaviour(token).kept_refusal(request, gone) if gone else None
            if refusal is not None:
                raise refusal
            body = self._accepted(request)
            cloud.put(id, token, body)
            _behaviour(token).written(request, body)
            cloud.forget(request.name, token)
        return Created(id, self._outputs(token, body))

    def read(self, urn: str, token: str, id: str, inputs: Properties, state: Properties) -> Created | None:
        row = _row(token)
        found = self.world.get(id)
        if found is None or found.token != token:
            return None
        outputs = self._outputs(token, found.body)
        now = self.schema.project(token, to_inputs(outputs))
        if inputs:
            before = self.schema.project(token, to_inputs(state))
            return Created(found.id, outputs, refreshed(inputs, before, now))
        return Created(found.id, outputs, {**now, **self._path_inputs(row, found.id)})

    def update(
        self,
        urn: str,
        token: str,
        id: str,
        olds: Properties,
        news: Properties,
        *,
        preview: bool,
        timeout: float,
        ignore_changes: Sequence[str],
    ) -> Properties:
        row = _row(token)
        if preview:
            return {**self.schema.preview(token, news), **{key: olds[key] for key in STABLE if key in olds}}
        with self._alone(row, id), self.world.writing("update", token, id) as cloud:
            old = cloud.get(id)
            if old is None:
                raise ArmError(
                    "ResourceNotFound", f"The Resource '{id}' was not found.", "run `pulumi refresh` first", status=404
                )
            request = Request(row, old.id, news, cloud, self._tenant, old)
            body = self._accepted(request)
            cloud.put(old.id, token, body)
            _behaviour(token).written(request, body)
        return self._outputs(token, body)

    def delete(self, urn: str, token: str, id: str, state: Properties, *, timeout: float) -> None:
        row = _row(token)
        with self._alone(row, id), self.world.writing("delete", token, id) as cloud:
            old = cloud.get(id)
            if old is None:
                return
            request = Request(row, old.id, {}, cloud, self._tenant, old)
            for refusal in delete_refusals(request, _behaviour(token)):
                raise refusal
            remove(cloud, old)
            _behaviour(token).deleted(request)

    def invoke(self, token: str, args: Properties) -> Properties:
        if token == CLIENT_CONFIG:
            return {
                "clientId": CLIENT_ID,
                "objectId": "00000000-0000-4000-8000-0000000000aa",
                "subscriptionId": self._subscription,
                "tenantId": self._tenant,
            }
        raise ProviderError(f"the offline cloud has no function {token}; add it to offline/azure/provider.py")

    @contextmanager
    def _alone(self, row: ResourceType, id: str) -> Iterator[None]:
        """One operation at a time below an exclusive parent, the parent's own included, as Azure has it."""
        rule = PARENT_OF.get(row.key) or EXCLUSIVE.get(row.key)
        if rule is None:
            yield
            return
        parent = id.rsplit("/", 2)[0] if row.key in PARENT_OF else id
        with self.world.exclusively(parent) as mine:
            if not mine:
                message = f"Another operation on {parent} is in progress."
                error = ArmError(rule.code, message, f"one after another: {rule.source}", status=409)
                self.world.refuse(row.token, id, str(error))
                raise error
            time.sleep(EXCLUSIVE_SECONDS)
            yield

    def _accepted(self, request: Request) -> Properties:
        """The body that Azure keeps, or its first refusal."""
        behaviour = _behaviour(request.row.token)
        for refusal in refusals(request, behaviour):
            raise refusal
        known = set(self.schema.outputs(request.row.token))
        common = {"name": request.name, "type": request.row.arm, "provisioningState": "Succeeded"}

        def who(id: str) -> Properties:
            identity = request.cloud.get(id)
            return {key: identity.body[key] for key in ("clientId", "principalId")} if identity else {}

        return {
            **to_outputs(request.inputs, who),
            **{key: value for key, value in common.items() if key in known},
            **behaviour.computed(request),
        }

    def _outputs(self, token: str, body: Properties) -> Properties:
        return {key: body[key] for key in self.schema.outputs(token) if body.get(key) is not None}

    @staticmethod
    def _path_inputs(row: ResourceType, id: str) -> Properties:
        return {key: value for key, value in path_values(row, id).items() if key != "subscriptionId"}

    def _id(self, row: ResourceType, inputs: Properties) -> str:
        return made_id(row, {**inputs, "subscriptionId": self._subscription})


def _row(token: str) -> ResourceType:
    if token not in BY_TOKEN:
        raise ProviderError(
            f"the offline cloud does not know {token}: add its row to components/facts/resource_types "
            "and its behaviour to offline/azure"
        )
    return BY_TOKEN[token]


def _behaviour(token: str) -> Behaviour:
    if token not in BEHAVIOURS:
        raise ProviderError(f"the offline cloud has no behaviour for {token}: add one to a module of offline/azure")
    return BEHAVIOURS[token]
