"""The comment, put together: the order of its sections is the order in which a reviewer asks."""

from __future__ import annotations

from collections.abc import Iterator

from stacks.reports.picture import picture
from stacks.reports.review.compared import capacity, ends, person_first, tables, waivers
from stacks.reports.review.money import money
from stacks.reports.review.preview import changes, errors, fixed, policies, replaced, verdict, warnings
from stacks.reports.review.section import MOST, Section, comment
from stacks.reports.review.subject import Subject
from stacks.reports.tables import compare


def report(subject: Subject, most: int = MOST) -> str:
    """The comment in Markdown, at most ``most`` characters."""
    return comment(sections(subject), most)


def sections(subject: Subject) -> Iterator[Section]:
    """Every section, the most important first: a comment that is too long loses the last ones."""
    yield verdict(subject)
    yield errors(subject)
    yield replaced(subject)
    yield fixed(subject)
    yield changes(subject)
    yield policies(subject)
    yield from tables(subject)
    yield capacity(subject)
    yield ends(subject)
    yield waivers(subject)
    yield person_first(subject)
    yield money(subject)
    yield _picture(subject)
    yield warnings(subject)


def _picture(subject: Subject) -> Section:
    new = compare(subject.base, subject.head, "paths").added if subject.base and subject.head else ()
    return Section("Picture", tuple(picture(subject.run.changes if subject.run else (), new).splitlines()))
