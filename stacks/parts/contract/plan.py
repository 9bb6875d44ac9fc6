"""What environments read of ``shared``: one typed contract (S3-017)."""

from __future__ import annotations

from stacks.context import Context
from stacks.parts.part import Part
from stacks.settings.loading import SHARED
from stacks.settings.models import EnvironmentSettings, SharedSettings


class SharedContract(Part[SharedSettings, bool]):
    """The contract, written once everything that it names exists."""

    key = "contract"

    def plan(self, context: Context[SharedSettings]) -> bool:
        return True


class ReadContract(Part[EnvironmentSettings, str]):
    """The contract, read before anything else. The plan is the stack that writes it."""

    key = "contract"

    def plan(self, context: Context[EnvironmentSettings]) -> str:
        return SHARED


CONTRACT = SharedContract()
READ_CONTRACT = ReadContract()
