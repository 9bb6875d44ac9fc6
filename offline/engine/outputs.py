"""The outputs of a stack as a person reads them after `make up`: what is to be done first, then the values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from components.facts.wire import SIGNATURE_KEY
from offline.secrecy import PLACEHOLDER

STEPS = "manual_steps"
"""The output that lists what only a person can do."""

SHOWN = 12
"""How many entries of an output are printed; of a longer one their number, and the command that prints them."""


def output_lines(stack: str, outputs: Mapping[str, Any]) -> Iterator[str]:
    """Every output of a stack by its name, :data:`STEPS` first. Secrets are not shown."""
    rest = {name: value for name, value in sorted(outputs.items()) if name != STEPS}
    if STEPS in outputs:
        yield f"What only a person can do ({STEPS}):"
        yield from _steps(outputs[STEPS])
    if rest:
        yield "Outputs:"
    for name, value in rest.items():
        yield from _output(stack, name, value)


def _steps(steps: Any) -> Iterator[str]:
    if not isinstance(steps, Mapping) or _secret(steps):
        yield f"  {_text(steps)}"
        return
    for key, step in sorted(steps.items()):
        yield from _step(key, step)


def _step(key: str, step: Any) -> Iterator[str]:
    if not isinstance(step, Mapping) or _secret(step):
        yield f"  {key}: {_text(step)}"
        return
    yield f"  {key}: {step.get('do', '')}"
    for what in ("check", "read"):
        if step.get(what):
            yield f"    {what}: {step[what]}"


def _output(stack: str, name: str, value: Any) -> Iterator[str]:
    entries = _entries(value)
    if not entries:
        yield f"  {name}: {_text(value)}"
    elif len(entries) > SHOWN:
        command = f".venv/bin/mystira offline pulumi stack output {name} -s {stack}"
        yield f"  {name}: {len(entries)} entries; all of them: {command}"
    else:
        yield f"  {name}:"
        yield from (f"    {entry}" for entry in entries)


def _entries(value: Any) -> list[str]:
    """The entries of a mapping, or of a list of something else than words; empty for what is one value."""
    if isinstance(value, Mapping) and not _secret(value):
        return [f"{key}: {_text(each)}" for key, each in sorted(value.items())]
    if isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value):
        return [f"- {_text(each)}" for each in value]
    return []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(_without_secrets(value), ensure_ascii=False)


def _without_secrets(value: Any) -> Any:
    if _secret(value):
        return PLACEHOLDER
    if isinstance(value, Mapping):
        return {key: _without_secrets(each) for key, each in value.items()}
    return [_without_secrets(each) for each in value] if isinstance(value, list) else value


def _secret(value: Any) -> bool:
    """Whether the state holds the value encrypted."""
    return isinstance(value, Mapping) and SIGNATURE_KEY in value
