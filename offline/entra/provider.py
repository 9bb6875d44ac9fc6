"""The provider: Pulumi's verbs on the tenants of the offline cloud, as azuread sends them to Microsoft Graph.

azuread is a bridged Terraform provider: it replaces where its schema says so, tries again until Graph knows what a
request refers to, and looks for another object of the same name before it makes one, in a preview too.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from components.facts.model import DISPLAY_NAME, DirectoryType
from components.facts.types import DIRECTORY_TYPES
from offline.azure.behaviour import completed
from offline.azure.transport import Transport
from offline.entra.behaviour import TENANT, Behaviour, Request, of_tenant
from offline.entra.deletion import remove
from offline.entra.errors import name_taken, not_found
from offline.entra.login import Caller, caller, check_tenant, client_config
from offline.entra.objects import RECOVERING, drawn_for, id_for, is_known, replicated
from offline.entra.rights import check_read, check_write
from offline.entra.services.every import BEHAVIOURS, FUNCTIONS
from offline.entra.shape import without_zeros
from offline.rpc.protocol import UNKNOWN, CheckFailure, Created, Diff, Properties, ProviderError
from offline.schema.check import Schema
from offline.world.objects import CloudObject, Writer
from offline.world.store import World

CLIENT_CONFIG = "azuread:index/getClientConfig:getClientConfig"

TRIES = 60
DELAY_SECONDS = 0.02
"""How often, and after what time, a request is sent again while Graph does not know what it refers to."""

_BY_TOKEN = {row.token: row for row in DIRECTORY_TYPES.values()}


class EntraProvider:
    """azuread on one world. ``version`` is the SDK's; ``sleep`` waits (seconds)."""

    name = "azuread"
    replaced_by: Sequence[str] = ()
    """A bridged provider whose tenant changes is updated, and nothing below it is replaced."""

    def __init__(self, world: World, schema: Schema, version: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self.world = world
        self.schema = schema
        self.version = version
        self.transport = Transport(world)
        self._tenant = ""
        self._client = ""

    def configure(self, variables: Mapping[str, str]) -> None:
        if not variables.get("tenantId"):
            raise ProviderError("the explicit azuread provider needs tenantId")
        self._tenant, self._client = variables["tenantId"], variables.get("clientId", "")

    def check(
        self, urn: str, token: str, olds: Properties, news: Properties
    ) -> tuple[Properties, Sequence[CheckFailure]]:
        _row(token)
        inputs = _behaviour(token).shape.with_defaults(news)
        failures = self.schema.check(token, news)
        # azuread validates what its schema understands.
        return inputs, failures or [*_behaviour(token).failures(inputs)]

    def diff(
        self,
        token: str,
        id: str,
        old_inputs: Properties,
        old_outputs: Properties,
        news: Properties,
        ignore_changes: Sequence[str],
    ) -> Diff:
        row, shape = _row(token), _behaviour(token).shape
        before = self.schema.project(token, old_outputs) if old_outputs else self._complete(token, old_inputs)
        changes = shape.changes(before, self._complete(token, news))
        replacing = {each.path for each in row.creation_only if each.replaces}
        # Terraform replaces for a block that comes or goes, not for what changes in it.
        return Diff(changes, [path for path in changes if path in replacing])

    def create(self, urn: str, token: str, inputs: Properties, *, preview: bool, timeout: float) -> Created:
        row = _row(token)
        if preview:
            if _behaviour(token).seeks_name_at_preview:
                self._refuse_second(row, inputs, "")
            return Created("", self.schema.preview(token, self._complete(token, inputs)))
        self._logged_in()
        self._refuse_second(row, inputs, "")
        self._await(row, inputs)
        if seconds := self._seconds(row):
            self._sleep(seconds)
        id = self._next_id(row, inputs)
        sent = self.transport.send("create", token, id, lambda: self._put(row, id, inputs))
        if sent.failed is not None:
            raise ProviderError(sent.failed.message, partial=Created(id, sent.answer), reasons=[sent.failed.message])
        return Created(id, sent.answer)

    def read(self, urn: str, token: str, id: str, inputs: Properties, state: Properties) -> Created | None:
        row = _row(token)
        self._logged_in()
        found = self.transport.send("read", token, id, lambda: self._get(row, id)).answer
        if found is None:
            return None
        outputs = self._seen(found)
        now = self.schema.project(token, outputs)
        if inputs:
            shape = _behaviour(token).shape
            return Created(found.id, outputs, shape.refreshed(inputs, self.schema.project(token, state), now))
        return Created(found.id, outputs, without_zeros(now))

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
            return self._foreseen(token, olds, news)
        self._logged_in()
        self._refuse_second(row, news, id)
        if self.world.get(id) is None:
            raise not_found(id.rpartition("/")[2])
        return self.transport.send("update", token, id, lambda: self._put(row, id, news)).answer

    def delete(self, urn: str, token: str, id: str, state: Properties, *, timeout: float) -> None:
        row = _row(token)
        self._logged_in()
        self.transport.send("delete", token, id, lambda: self._remove(row, id))

    def invoke(self, token: str, args: Properties) -> Properties:
        if token == CLIENT_CONFIG:
            with self.world.reading() as cloud:
                return client_config(cloud, self._tenant, self._client)
        self._logged_in()
        if token in FUNCTIONS:
            with self.world.reading() as cloud:
                return FUNCTIONS[token](args, cloud, self._tenant)
        raise ProviderError(
            f"the offline tenants have no function {token}: add it to FUNCTIONS of its module in offline/entra/services"
        )

    def _get(self, row: DirectoryType, id: str) -> CloudObject | None:
        """The object as Graph returns it to this login; ``None`` where the tenant has none of the type."""
        with self.world.reading() as cloud:
            found = cloud.get(id)
            found = found if found and found.token == row.token and found.body.get(TENANT) == self._tenant else None
            with self._refused(row, id):
                check_read(cloud, self._tenant, self._caller(cloud), row, found.body if found else {})
        return found

    def _put(self, row: DirectoryType, id: str, inputs: Properties) -> Properties:
        """Create an object or update it."""
        behaviour = _behaviour(row.token)
        with self.world.writing("update" if self.world.get(id) else "create", row.token, id) as cloud:
            request = self._request(row, id, behaviour.shape.with_defaults(inputs), cloud)
            old = request.old.body if request.old else None
            check_write(cloud, self._tenant, self._caller(cloud), row, inputs, old)
            for who in behaviour.awaits(request):
                if not is_known(cloud, self._tenant, who):
                    raise behaviour.unknown(who)
            for refusal in behaviour.refusals(request):
                raise refusal
            kept = {name: old[name] for name in behaviour.shape.kept if old and name in old}
            body = {
                **completed(request.inputs, behaviour.fills_in),
                **behaviour.computed(request),
                **{name: value for name, value in kept.items() if request.inputs.get(name) is None},
                **({"objectId": request.drawn} if "objectId" in self.schema.outputs(row.token) else {}),
                TENANT: self._tenant,
            }
            cloud.put(id, row.token, body)
            behaviour.written(request, body)
        return self._seen(CloudObject(id, row.token, body))

    def _request(self, row: DirectoryType, id: str, inputs: Properties, cloud: Writer) -> Request:
        who = self._caller(cloud).object_id
        return Request(row, id, id.rpartition("/")[2], inputs, cloud, self._tenant, who, cloud.get(id))

    def _remove(self, row: DirectoryType, id: str) -> None:
        if self.world.get(id) is None:
            return
        with self.world.writing("delete", row.token, id) as cloud:
            old = cloud.get(id)
            if old is None:
                return
            check_write(cloud, self._tenant, self._caller(cloud), row, {}, old.body)
            for refusal in _behaviour(row.token).delete_refusals(self._request(row, id, {}, cloud)):
                raise refusal
            remove(cloud, old)

    def _refuse_second(self, row: DirectoryType, inputs: Properties, id: str) -> None:
        """What azuread says of an object that is there already: one of the same display name, where it is told to look
        for it, and one that would be made a second time."""
        if os.environ.get(RECOVERING):
            return
        with self.world.reading() as cloud:
            if row.unique_name and inputs.get("preventDuplicateNames"):
                with self._refused(row, id):
                    check_read(cloud, self._tenant, self._caller(cloud), row, {})
                for each in of_tenant(cloud, row.token, self._tenant):
                    if each.body.get(DISPLAY_NAME) == inputs.get(DISPLAY_NAME) and each.id != id:
                        advice = f"adopt it with an entry of mystira:adopt ({row.key}/<logical name>: {each.id}), or "
                        raise name_taken(row.key, each.body["objectId"], inputs[DISPLAY_NAME], f"{advice}delete it")
            if not id:
                request = self._request(row, id_for(row, "", inputs), inputs, cloud)
                found = None if UNKNOWN in inputs.values() else _behaviour(row.token).existing(request)
                if found is not None:
                    raise found

    def _await(self, row: DirectoryType, inputs: Properties) -> None:
        """Wait until Graph knows what a create refers to. Raises Graph's refusal after the last try."""
        for attempt in range(TRIES):
            with self.world.reading() as cloud:
                request = self._request(row, id_for(row, "", inputs), inputs, cloud)
                awaited = [
                    id
                    for id in _behaviour(row.token).awaits(request)
                    if not replicated(cloud, self._tenant, id, attempt)
                ]
                unknown = [id for id in awaited if not is_known(cloud, self._tenant, id)]
            if not awaited:
                return
            refusal = _behaviour(row.token).unknown(unknown[0]) if unknown else not_found(awaited[0])
            self.world.refuse(row.token, request.id, str(refusal))
            if unknown or attempt == TRIES - 1:
                raise refusal
            self._sleep(DELAY_SECONDS)

    def _next_id(self, row: DirectoryType, inputs: Properties) -> str:
        with self.world.reading() as cloud:
            return id_for(row, drawn_for(row, inputs, self._tenant, cloud), inputs)

    def _complete(self, token: str, inputs: Properties) -> Properties:
        """Inputs with azuread's defaults and with what Entra answers where they say nothing."""
        behaviour = _behaviour(token)
        whole = completed(behaviour.shape.with_defaults(inputs), behaviour.fills_in)
        return self.schema.project(token, whole)

    def _foreseen(self, token: str, olds: Properties, news: Properties) -> Properties:
        """What azuread knows of an update: the inputs, and the outputs that no changed input makes anew."""
        shape = _behaviour(token).shape
        inputs, changed = (
            set(self.schema.inputs(token)),
            {path.partition(".")[0].partition("[")[0] for path in self.diff(token, "", {}, olds, news, []).changes},
        )
        lasting = {name: value for name, value in olds.items() if name not in inputs or name in shape.kept}
        known = {name: value for name, value in self._complete(token, news).items() if value is not None}
        unknown = {output: UNKNOWN for input, output in shape.remade.items() if input in changed}
        return {**lasting, **{n: v for n, v in known.items() if news.get(n) is not None or n not in lasting}, **unknown}

    def _seconds(self, row: DirectoryType) -> float:
        with self.world.limits() as limits:
            return limits.pace() * row.duration.minutes

    @contextmanager
    def _refused(self, row: DirectoryType, id: str) -> Iterator[None]:
        """Record what is refused outside an operation."""
        try:
            yield
        except ProviderError as error:
            self.world.refuse(row.token, id, str(error))
            raise

    def _caller(self, cloud: Writer) -> Caller:
        return caller(cloud, self._tenant, self._client)

    def _logged_in(self) -> None:
        with self.world.reading() as cloud:
            check_tenant(cloud, self._tenant, self._client)

    def _seen(self, each: CloudObject) -> Properties:
        """The outputs of an object: what it holds, and what others add to it."""
        with self.world.reading() as cloud:
            body = {**each.body, **_behaviour(each.token).observed(each, cloud)}
        return {key: body[key] for key in self.schema.outputs(each.token) if body.get(key) is not None}


def _row(token: str) -> DirectoryType:
    if token not in _BY_TOKEN:
        raise ProviderError(
            f"the offline tenants do not know {token}: add its row to components/entra/facts.py and its behaviour to "
            "offline/entra/services"
        )
    return _BY_TOKEN[token]


def _behaviour(token: str) -> Behaviour:
    return BEHAVIOURS[token]
