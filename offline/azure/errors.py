"""Refusals in Azure's own wording and shape, with our advice."""

from __future__ import annotations

from offline.azure.codes.table import known
from offline.rpc.protocol import ProviderError


class ArmError(ProviderError):
    """A refusal of Azure Resource Manager: code, message, HTTP status. Our advice follows on its own line.

    Raises ``KeyError`` for a code without a row in ``offline.azure.codes``.
    """

    def __init__(self, code: str, message: str, advice: str, *, status: int = 400) -> None:
        self.code = known(code)
        self.message = message
        self.status = status
        super().__init__(f'Status={status} Code="{code}" Message="{message}"\n  advice: {advice}')
