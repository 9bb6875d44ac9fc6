"""The provider: Pulumi's verbs on the offline cloud, comparing and replacing by azure-native's own rules."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from components.facts.actions import NEVER_DELETED
from components.facts.ids import made_id, path_values, placeholders
from components.facts.model import ResourceType
from components.facts.types import BY_TOKEN, PARENT_OF
from offline.azure.behaviour import FAILED, Behaviour, Request, completed
from offline.azure.deletion import remove
from offline.azure.errors import ArmError
from offline.azure.inputs import differences, refreshed, unchanged
from offline.azure.replacement import replaces
from offline.azure.rights import check_function, check_listed, check_right, may_register
from offline.azure.rules import delete_refusals, refusals
from offline.azure.services.every import BEHAVIOURS, FUNCTIONS
from offline.azure.services.surroundings import connected
from offline.azure.string_sets import to_inputs, to_outputs
from offline.azure.subscription import access_token, check_account, check_identity, check_login, ensure_registered
from offline.azure.transport import Transport
from offline.kubernetes.servers.stores import sweep
from offline.rpc.protocol import CheckFailure, Created, Diff, Properties, ProviderError
from offline.schema.check import Schema
from offline.world.faults import FaultKind
from offline.world.objects import CloudObject, Writer
from offline.world.store import World

STABLE = ("name", "location")
"""Outputs that azure-native knows when it previews an update, because no update changes them."""

EXCLUSIVE_SECONDS = 0.02
"""How long an operation on an exclusive parent takes here: long enough for a second one to collide with it."""

CLIENT_TOKEN = "azure-native:authorization:getClientToken"
TAGS = "azure-native:resources:getTagAtScope"


class AzureProvider:
    """azure-native on one world. ``version`` is the SDK's; ``sleep`` waits for slow operations (seconds)."""

    name = "azure-native"
    replaced_by: Sequence[str] = ("subscriptionId", "tenantId")

    def __init__(self, world: World, schema: Schema, version: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self.world = world
        self.schema = schema
        self.version = version
        self.transport = Transport(world)
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
        failures = [each for each in self.schema.check(token, news) if not unchanged(olds, news, each.property)]
        if news.get(row.name_input) is None and not any(each.property == row.name_input for each in failures):
            reason = "missing: azure-native would choose a name with a random suffix; set the name"
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
        row = _row(token)
        path_inputs = set(placeholders(row))
        changes = dict(differences(old_inputs, news))
        replaced = [path for path, what in changes.items() if path in path_inputs or replaces(row.key, path, what)]
        # azure-native creates before it deletes only where it chose the name itself, which the guard refuses.
        return Diff(changes, replaced, delete_before_replace=bool(replaced))

    def create(self, urn: str, token: str, inputs: Properties, *, preview: bool, timeout: float) -> Created:
        row = _row(token)
        if preview:
            return Created("", self.schema.preview(token, inputs))
        id = self._id(row, inputs)
        self._logged_in()
        ensure_registered(self.world, row, self._subscription, self._may_register)
        if self.transport.send("read", token, id, lambda: self.world.get(id)).answer is not None:
            message = f"cannot create already existing resource '{id}'"
            self.world.refuse(token, id, message)
            raise ProviderError(message)
        sent = self.transport.send("create", token, id, lambda: self._put(row, id, inputs))
        if sent.failed is not None and sent.failed.ruins:
            self._ruin(token, id)
        return self._ended(Created(id, sent.answer), sent.failed)

    def _ruin(self, token: str, id: str) -> None:
        """Leave a resource behind that Azure could not finish."""
        with self.world.writing("update", token, id) as cloud:
            made = cloud.get(id)
            if made is not None:
                cloud.put(made.id, token, {**made.body, "provisioningState": FAILED})

    def _put(self, row: ResourceType, id: str, inputs: Properties) -> Properties:
        """Azure's PUT: create the resource or update it."""
        self._allowed(row, id, "write", inputs)
        verb = "update" if self.world.get(id) else "create"
        behaviour, seconds = _behaviour(row.token), self._seconds(row, verb)
        with self._alone(row, id, seconds):
            if seconds and self._would_pass(row, id, inputs):
                self._sleep(seconds)
            with self.world.writing(verb, row.token, id) as cloud:
                request = self._request(row, id, inputs, cloud)
                body = self._accepted(request)
                cloud.put(request.id, row.token, body)
                behaviour.written(request, body)
                if request.old is None:
                    cloud.forget(request.name, row.token)
                return self._seen(CloudObject(request.id, row.token, body), cloud)

    def _request(self, row: ResourceType, id: str, inputs: Properties, cloud: Writer) -> Request:
        old = cloud.get(id)
        return Request(row, old.id if old else id, inputs, cloud, self._tenant, old)

    def _seconds(self, row: ResourceType, verb: str) -> float:
        """How long an operation takes in this world: only creates take time, and only where a pace is set."""
        if verb != "create":
            return 0.0
        with self.world.limits() as limits:
            return limits.pace() * row.duration.minutes

    def _would_pass(self, row: ResourceType, id: str, inputs: Properties) -> bool:
        """Whether Azure accepts a request: a refusal takes no time."""
        with self.world.reading() as cloud:
            try:
                self._accepted(self._request(row, id, inputs, cloud))
            except ProviderError:
                return False
        return True

    @staticmethod
    def _ended(created: Created, failed: FaultKind | None) -> Created:
        """Keep a resource that exists although its operation failed in the state: the next run writes it again."""
        if failed is not None:
            what = (
                "delete it first (docs/runbooks/limits.md)"
                if failed.ruins
                else "run the same command again to finish it"
            )
            message = f"{failed.message}\n  advice: the resource exists; {what}"
            raise ProviderError(message, partial=created, reasons=[message])
        return created

    def read(self, urn: str, token: str, id: str, inputs: Properties, state: Properties) -> Created | None:
        row = _row(token)
        self._logged_in()
        self._allowed(row, id, "read", {})
        found = self.transport.send("read", token, id, lambda: self.world.get(id)).answer
        if found is None or found.token != token:
            return None
        with self.world.reading() as cloud:
            outputs = completed(self._seen(found, cloud), _behaviour(token).settled(found, cloud))
        now = self._as_inputs(row, outputs)
        if inputs:
            before = self._as_inputs(row, state)
            return Created(found.id, outputs, refreshed(inputs, before, now))
        return Created(found.id, outputs, {**now, **self._path_inputs(row, found.id)})

    def _as_inputs(self, row: ResourceType, outputs: Properties) -> Properties:
        """The outputs that are inputs too. An input `type`, such as the kind of an agent pool, is not the type of the
        resource, which is the output of that name."""
        found = self.schema.project(row.token, to_inputs(outputs))
        return {name: value for name, value in found.items() if (name, value) != ("type", row.arm)}

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
        self._logged_in()
        sent = self.transport.send("update", token, id, lambda: self._put(row, id, news))
        return self._ended(Created(id, sent.answer), sent.failed).properties

    def delete(self, urn: str, token: str, id: str, state: Properties, *, timeout: float) -> None:
        row = _row(token)
        self._logged_in()
        self.transport.send("delete", token, id, lambda: self._remove(row, id))

    def _remove(self, row: ResourceType, id: str) -> None:
        found = self.world.get(id)
        if found is None:
            return
        self._allowed(row, id, "delete", found.body)
        with self._alone(row, id), self.world.writing("delete", row.token, id) as cloud:
            old = cloud.get(id)
            if old is None:
                return
            behaviour = _behaviour(row.token)
            request = Request(row, old.id, {}, cloud, self._tenant, old)
            for refusal in delete_refusals(request, behaviour):
                raise refusal
            remove(cloud, old)
            behaviour.deleted(request)
        sweep(self.world)

    def invoke(self, token: str, args: Properties) -> Properties:
        if token == CLIENT_TOKEN:
            # Nothing asks Azure Resource Manager for it: the token may be useless for the subscription.
            with self.world.reading() as cloud:
                login = cloud.limits.login()
                check_account(login, self._subscription)
                check_identity(cloud, login, self._tenant)
            return {"token": access_token(login.tenant or self._tenant, login)}
        self._logged_in()
        with self.world.reading() as cloud:
            check_function(cloud, token, args, self._subscription)
        if token == TAGS:
            return {"name": "default", "properties": {"tags": {}}}
        if token in FUNCTIONS:
            return FUNCTIONS[token](args, self.world, self._subscription)
        raise ProviderError(
            f"the offline cloud has no function {token}: add it to FUNCTIONS of its product in offline/azure/services"
        )

    def _allowed(self, row: ResourceType, id: str, verb: str, body: Properties) -> None:
        """Refuse what no role of the login allows."""
        if row.key in NEVER_DELETED and verb == "delete":
            return
        try:
            with self.world.reading() as cloud:
                check_right(cloud, id, verb, body)
                if verb == "read":
                    check_listed(cloud, row, id)
        except ArmError as error:
            self.world.refuse(row.token, id, str(error))
            raise

    def _may_register(self, namespace: str) -> bool:
        with self.world.reading() as cloud:
            return may_register(cloud, namespace, self._subscription)

    def _logged_in(self) -> None:
        """Raise the refusal of a login that cannot use the subscription."""
        with self.world.reading() as cloud:
            login = cloud.limits.login()
            check_login(login, self._subscription, self._tenant)
            check_identity(cloud, login, self._tenant)

    @contextmanager
    def _alone(self, row: ResourceType, id: str, seconds: float = 0) -> Iterator[None]:
        """One operation at a time on an exclusive parent and its children, as at Azure."""
        rule = PARENT_OF.get(row.key, row).one_at_a_time
        if rule is None:
            yield
            return
        parent = id.rsplit("/", 2)[0] if row.key in PARENT_OF else id
        with self.world.exclusively(parent, seconds) as mine:
            if not mine:
                message = rule.message.format(parent=parent)
                error = ArmError(rule.code, message, f"run them one after another ({rule.source})", status=rule.status)
                self.world.refuse(row.token, id, str(error))
                raise error
            time.sleep(EXCLUSIVE_SECONDS)
            yield

    def _accepted(self, request: Request) -> Properties:
        """The body that Azure keeps. Raises its first refusal."""
        behaviour = _behaviour(request.row.token)
        gone = None if request.old else request.cloud.kept(request.name, request.row.token)
        refusal = behaviour.kept_refusal(request, gone) if gone else None
        if refusal is not None:
            raise refusal
        for refusal in refusals(request, behaviour):
            raise refusal
        known = set(self.schema.outputs(request.row.token))
        common = {"name": request.name, "type": request.row.arm, "provisioningState": "Succeeded"}

        def who(id: str) -> Properties:
            identity = request.cloud.get(id)
            return {key: identity.body[key] for key in ("clientId", "principalId")} if identity else {}

        return {
            **completed(to_outputs(request.inputs, who), behaviour.fills_in),
            **{key: value for key, value in common.items() if key in known},
            **behaviour.computed(request),
        }

    def _seen(self, each: CloudObject, cloud: Writer) -> Properties:
        """The outputs of a resource: what it holds, and what others add to it."""
        body = {**each.body, **connected(each, cloud), **_behaviour(each.token).observed(each, cloud)}
        return {key: body[key] for key in self.schema.outputs(each.token) if body.get(key) is not None}

    @staticmethod
    def _path_inputs(row: ResourceType, id: str) -> Properties:
        return {key: value for key, value in path_values(row, id).items() if key != "subscriptionId"}

    def _id(self, row: ResourceType, inputs: Properties) -> str:
        return made_id(row, {**inputs, "subscriptionId": self._subscription})


def _row(token: str) -> ResourceType:
    if token not in BY_TOKEN:
        raise ProviderError(
            f"the offline cloud does not know {token}: add its row to the facts of its product in components "
            "and its behaviour to offline/azure/services"
        )
    return BY_TOKEN[token]


def _behaviour(token: str) -> Behaviour:
    if token not in BEHAVIOURS:
        raise ProviderError(
            f"the offline cloud has no behaviour for {token}: add it to its product in offline/azure/services"
        )
    return BEHAVIOURS[token]
