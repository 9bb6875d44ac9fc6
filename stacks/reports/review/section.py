"""Sections of the comment, and how a comment that is too long is shortened: from its end, whole lines at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST = 60_000
"""Characters of a comment. GitHub takes 65,536 (REST API: issue comments); what posts it adds a line or two."""

FENCE = "```"
ADDED, REMOVED = "new", "gone"
"""What a row says in a table of differences."""


@dataclass(frozen=True)
class Section:
    """A heading and what is below it, line by line."""

    title: str
    """Empty: no heading."""
    lines: tuple[str, ...]
    folded: bool = False
    """Whether the lines are shown only when the reader asks for them."""

    @property
    def whole(self) -> bool:
        """Whether it cannot be cut: half a picture is none."""
        return any(FENCE in line for line in self.lines)

    def text(self, lines: int | None = None) -> str:
        """The Markdown of the section, with its first ``lines`` lines only."""
        heading = f"### {self.title}\n\n" if self.title else ""
        body = "\n".join(self.lines[:lines])
        return (
            f"{heading}<details><summary>show</summary>\n\n{body}\n\n</details>\n"
            if self.folded
            else f"{heading}{body}\n"
        )


def comment(sections: Iterable[Section], most: int = MOST) -> str:
    """The sections one after another, in at most ``most`` characters. What had to go is named at the end."""
    shown = [each for each in sections if each.lines]
    whole = "\n".join(each.text() for each in shown)
    if len(whole) <= most:
        return whole
    texts: list[str] = []
    for number, each in enumerate(shown):
        room = most - sum(len(text) + 1 for text in texts) - len(_cut(shown[number:], 10**6))
        if len(each.text()) <= room:
            texts.append(each.text())
            continue
        kept = 0 if each.whole else _fitting(each, room)
        if kept:
            texts.append(each.text(kept))
        left = shown[number:] if not kept else shown[number + 1 :]
        texts.append(_cut(left, len(each.lines) - kept if kept else 0, each.title))
        break
    return "\n".join(texts)


def _fitting(section: Section, room: int) -> int:
    """How many lines of a section fit, found by halving."""
    low, high = 0, len(section.lines)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(section.text(middle)) <= room else (low, middle - 1)
    return low


def _cut(left: Sequence[Section], lines: int, title: str = "") -> str:
    """The line about what is missing."""
    parts = [f"{lines} lines of “{title}”"] if lines else []
    parts += [f"“{each.title}”" for each in left]
    return f"> Too long for a comment; left out: {', '.join(parts)}. The preview itself is in the log of the run.\n"


def rows(heading: Sequence[str], found: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """A table of Markdown, line by line; nothing for no rows."""
    lines = [f"| {' | '.join(map(_cell, row))} |" for row in found]
    if not lines:
        return ()
    return (f"| {' | '.join(heading)} |", f"|{' --- |' * len(heading)}", *lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
