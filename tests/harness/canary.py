"""Search for values that must not appear in clear text, in any form in which they may have been written."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

OWN_STORE = ("objects", "kept")
"""Tables of the offline cloud that play Azure's own storage, which holds what it was sent."""


def forms(value: str) -> frozenset[str]:
    """The forms of a value: verbatim, escaped once and twice, URL-encoded, hexadecimal, base64 at any offset."""
    once = json.dumps(value)[1:-1]
    found = {value, once, json.dumps(once)[1:-1], repr(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    found |= {quote(value), quote(value, safe=""), value.encode().hex()}
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + value.encode()).decode().rstrip("=")
        # Characters that also depend on neighbouring bytes are left out.
        inside = encoded[(offset * 4 + 2) // 3 : -1]
        found |= {inside, inside.replace("+", "-").replace("/", "_")}
    return frozenset(each for each in found if len(each) >= 6)


def leaks(places: Iterable[tuple[str, str]], values: Mapping[str, str]) -> list[str]:
    """One line for each place (a title and its text) and each value (by name) that appears there in any form.

    White space is ignored, so that a line break hides nothing. A value that contains another one is found through it.
    """
    texts = set(values.values())
    values = {name: text for name, text in values.items() if not any(each in text for each in texts if each != text)}
    wanted = {name: [re.sub(r"\s+", "", form).lower() for form in forms(value)] for name, value in values.items()}
    found: list[str] = []
    for title, text in places:
        squeezed = re.sub(r"\s+", "", text).lower()
        found += [f"{name} in {title}" for name, each in wanted.items() if any(form in squeezed for form in each)]
    return found


def left_behind(root: Path) -> Iterator[tuple[str, str]]:
    """Every file in ``root``, and every table of its offline cloud except Azure's own storage."""
    for file in sorted(root.rglob("*")):
        if file.is_file() and not file.name.startswith("cloud.db"):
            # Most of what etcd keeps is room for more.
            yield str(file.relative_to(root)), file.read_bytes().replace(b"\0", b"").decode(errors="replace")
    connection = sqlite3.connect(root / "cloud.db")
    tables = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
    for table in tables:
        if table not in OWN_STORE:
            yield f"cloud.db: {table}", json.dumps(connection.execute(f"select * from {table}").fetchall())
    connection.close()
