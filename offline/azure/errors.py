"""Refusals, in Azure's own words and shape, with advice."""

from __future__ import annotations

from offline.azure.codes import known
from offline.rpc.protocol import ProviderError


class ArmError(ProviderError):
    """What Azure Resource Manager answers: a code, a message, an HTTP status. The advice is ours, on its own line.

    Raises ``KeyError`` for a code that ``offline.azure.codes`` does not know.
    """

    def __init__(self, code: str, message: str, advice: str, *, status: int = 400) -> None:
        self.code = known(code)
        self.status = status
        super().__init__(f'Status={status} Code="{code}" Message="{message}"\n  advice: {advice}')
