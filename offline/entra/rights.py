"""What the login may do in a tenant: a person everything, an identity what its permissions at Graph say."""

from __future__ import annotations

from http import HTTPStatus

from components.entra.facts import OWNED, POLICIES
from components.entra.graph import INCLUDED_IN
from components.facts.model import DirectoryType
from offline.azure.behaviour import at
from offline.entra.errors import GraphError
from offline.entra.graph import PRINCIPAL, permissions
from offline.entra.login import Caller
from offline.entra.objects import FICTITIOUS, application
from offline.rpc.protocol import Properties
from offline.world.objects import Writer

READ = "docs/roles.md"
CREATES_GROUPS = "Group.Create"
"""Creates groups, and writes those of which the caller is an owner."""


def check_read(cloud: Writer, tenant: str, who: Caller, row: DirectoryType, body: Properties) -> None:
    """Raise Graph's refusal where the login may not read an object. What it owns, it may read."""
    has = frozenset() if who.person else permissions(cloud, tenant, who.object_id)
    own = bool(body) and OWNED in row.write and OWNED in has and _owns(cloud, tenant, who, row, body)
    if not who.person and not own:
        _check(has, row.read)


def check_write(
    cloud: Writer, tenant: str, who: Caller, row: DirectoryType, inputs: Properties, old: Properties | None
) -> None:
    """Raise Graph's refusal where the login may not create an object (``inputs``), or change or delete ``old``."""
    if who.person:
        return
    has = permissions(cloud, tenant, who.object_id)
    _check(has, row.write)
    if OWNED in row.write and not has & INCLUDED_IN[OWNED]:
        _check_own(cloud, tenant, who, row, inputs, old)
    if CREATES_GROUPS in row.write and not has & INCLUDED_IN[CREATES_GROUPS]:
        if old is not None and not _is_owner(who, old):
            raise denied(f"{CREATES_GROUPS} writes only groups of which the caller is an owner")
        _check(has, _to_read_owners(who, inputs))


def _check_own(
    cloud: Writer, tenant: str, who: Caller, row: DirectoryType, inputs: Properties, old: Properties | None
) -> None:
    if old is not None and not _owns(cloud, tenant, who, row, old):
        raise denied(f"{OWNED} writes only what the caller owns: list it among the owners")
    if old is None and row.token == PRINCIPAL and not _is_owner(who, _application_of(cloud, tenant, inputs)):
        raise GraphError(
            "Authorization_RequestDenied",
            "When using this permission, the backing application of the service principal being created must in the "
            "local tenant",
            f"{OWNED} takes the caller among the owners of the application too; read {READ}",
            status=HTTPStatus.FORBIDDEN,
        )
    if old is None and "applicationId" in inputs and not _is_owner(who, _application_of(cloud, tenant, inputs)):
        raise denied(f"{OWNED} writes only applications of which the caller is an owner")


def _owns(cloud: Writer, tenant: str, who: Caller, row: DirectoryType, body: Properties) -> bool:
    """Whether the caller owns an object, and the application behind it."""
    behind = _application_of(cloud, tenant, body)
    own = _is_owner(who, body) if "owners" in body else True
    return own and (not behind or _is_owner(who, behind))


def _application_of(cloud: Writer, tenant: str, body: Properties) -> Properties:
    """The application of a service principal, of a credential, of a pre-authorised client; none for an application."""
    if "applicationId" in body:
        found = cloud.get(str(body["applicationId"]))
    else:
        found = application(cloud, tenant, str(body.get("clientId", "")))
    return found.body if found else {}


def _is_owner(who: Caller, body: Properties) -> bool:
    return who.object_id in (at(body, "owners") or [])


def _to_read_owners(who: Caller, inputs: Properties) -> tuple[str, ...]:
    """What it takes to read the other owners of a group, as azuread does before it creates one."""
    others = [str(each) for each in inputs.get("owners") or [] if each != who.object_id]
    needed = {"User.Read.All" if each.startswith(FICTITIOUS) else "Application.Read.All" for each in others}
    return tuple(sorted(needed))


def _check(has: frozenset[str], needed: tuple[str, ...]) -> None:
    missing = [each for each in needed if each not in has]
    if not missing:
        return
    if set(needed) & set(POLICIES):
        raise GraphError(
            "AccessDenied",
            "You cannot perform the requested operation, required scopes are missing in the token.",
            f"the login lacks {', '.join(missing)}; read {READ}",
            status=HTTPStatus.FORBIDDEN,
        )
    raise denied(f"the login lacks {', '.join(missing)}")


def denied(why: str) -> GraphError:
    """How Graph refuses a request without the permission that it takes."""
    message = "Insufficient privileges to complete the operation."
    return GraphError("Authorization_RequestDenied", message, f"{why}; read {READ}", status=HTTPStatus.FORBIDDEN)
