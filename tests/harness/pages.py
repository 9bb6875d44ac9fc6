"""The how-to pages and what they tell a reader to change."""

from __future__ import annotations

import re
from pathlib import Path

from offline.engine.home import PROJECT

PAGES = sorted((PROJECT / "docs" / "how-to").glob("*.md"))
DIFF = re.compile(r"^```diff\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def apply(page: Path, tree: Path) -> None:
    """Apply the diffs of a page. A hunk is found by its text, which must be there exactly once."""
    diff = "".join(DIFF.findall(page.read_text()))
    assert diff
    for file in re.split(r"^(?=--- \S)", diff, flags=re.MULTILINE)[1:]:
        header, *hunks = re.split(r"^@@\n", file, flags=re.MULTILINE)
        target = tree / header.partition("\n+++ b/")[2].strip()
        target.parent.mkdir(parents=True, exist_ok=True)
        text = target.read_text() if target.exists() else ""
        for hunk in hunks:
            lines = [(line[:1] or " ", line[1:]) for line in hunk.splitlines()]
            old, new = ("".join(f"{line}\n" for sign, line in lines if sign in keep) for keep in (" -", " +"))
            assert (text.count(old) if old else not text) == 1, f"{target.relative_to(tree)}:\n{old}"
            text = text.replace(old, new) if old else new
        target.write_text(text)
