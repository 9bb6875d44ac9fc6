"""The lines of a settings file: where to find the setting that a problem is about.

Looked up only once there are problems, with the parser that read the values, so that both see the same keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import yaml

from components.problems import InvalidInput, Problem


@contextmanager
def with_lines(folder: Path) -> Iterator[None]:
    """Whatever :class:`~components.problems.InvalidInput` leaves this block knows the lines of the files in
    ``folder``."""
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput(placed(error.problems, folder)) from None


def placed(problems: Iterable[Problem], folder: Path) -> Iterator[Problem]:
    """``problems`` with the line of their setting, where they are about a file in ``folder``."""
    documents: dict[str, yaml.Node | None] = {}
    for problem in problems:
        file, _, setting = problem.path.partition(": ")
        if problem.line is not None or not setting:
            yield problem
            continue
        if file not in documents:
            documents[file] = _document(folder / file)
        yield replace(problem, line=_line(documents[file], setting))


def _document(file: Path) -> yaml.Node | None:
    """The nodes of a file; nothing for one that is not there or not YAML."""
    try:
        return yaml.compose(file.read_text(), Loader=yaml.CSafeLoader)  # a safe loader
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None


def _line(document: yaml.Node | None, setting: str) -> int | None:
    """The line of a setting such as ``mystira:aks.pools.chain``: of what exists of it, when not all of it does."""
    line, node, rest = None, _children(document).get("config", (None, None))[1], setting
    while rest:
        # Keys may hold dots: parameters of PostgreSQL do.
        children = _children(node)
        key = max((key for key in children if f"{rest}.".startswith(f"{key}.")), key=len, default=None)
        if key is None:
            break
        line, node = children[key]
        rest = rest[len(key) + 1 :]
    return line


def _children(node: yaml.Node | None) -> Mapping[str, tuple[int | None, yaml.Node | None]]:
    """What a mapping or a list holds: by key or number, its line and its node."""
    if isinstance(node, yaml.MappingNode):
        pairs = [(str(key.value), key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        pairs = [(str(number), value, value) for number, value in enumerate(node.value)]
    else:
        pairs = []
    return {key: (place.start_mark.line + 1, value) for key, place, value in pairs}
