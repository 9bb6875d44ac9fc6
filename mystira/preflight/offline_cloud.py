"""The offline cloud in Azure's place: the login of its world, and a transport that asks it instead of the network."""

from __future__ import annotations

import time
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.core.pipeline.transport import RequestsTransport

from mystira.preflight.arm import Arm
from offline.azure.subscription import access_token, check_account, check_identity
from offline.rest.azure import session
from offline.rpc.protocol import ProviderError
from offline.world.store import World

VALID_SECONDS = 3600


class OfflineLogin:
    """The login of a world, as the Azure CLI would hand out its token."""

    def __init__(self, world: World, tenant_id: str, subscription_id: str) -> None:
        self._world = world
        self._tenant_id = tenant_id
        self._subscription_id = subscription_id

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        """A token. Raises as azure-identity does where the login has none."""
        with self._world.reading() as cloud:
            login = cloud.limits.login()
            try:
                check_account(login, self._subscription_id)
                check_identity(cloud, login, self._tenant_id)
            except ProviderError as error:
                raise ClientAuthenticationError(str(error)) from error
        return AccessToken(access_token(login.tenant or self._tenant_id, login), int(time.time()) + VALID_SECONDS)


def offline_arm(world: World, tenant_id: str, subscription_id: str) -> Arm:
    """Azure Resource Manager in ``world``."""
    transport = RequestsTransport(session=session(world, tenant_id), session_owner=False)
    return Arm(OfflineLogin(world, tenant_id, subscription_id), transport)
