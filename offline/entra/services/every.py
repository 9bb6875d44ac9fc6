"""The behaviours and functions of every kind of object, in one table each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from offline.entra.behaviour import Behaviour
from offline.entra.services import applications, assignments, credentials, grants, groups, policies, principals
from offline.rpc.protocol import Properties
from offline.world.objects import Writer

Function = Callable[[Properties, Writer, str], Properties]
"""A function of the SDK. Takes its arguments, the cloud and the tenant."""

KINDS = (applications, principals, credentials, groups, assignments, grants, policies)
"""The modules, one a kind of object."""

BEHAVIOURS: Mapping[str, Behaviour] = {token: each for kind in KINDS for token, each in kind.BEHAVIOURS.items()}
"""By Pulumi's type token."""

FUNCTIONS: Mapping[str, Function] = {**principals.FUNCTIONS}
"""By the token of the SDK's function."""
