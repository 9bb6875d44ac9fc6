"""The entry of the policy pack: the engine starts this file wherever the project lies."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from policies.server import serve

serve()
