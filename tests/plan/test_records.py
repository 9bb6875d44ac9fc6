"""The records that parts ask for, as record sets: on plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from stacks.context import Context
from stacks.parts.part import Part
from stacks.parts.records import Record
from stacks.plan.model import StackPlan
from stacks.plan.records import record_problems, record_sets, record_wishes
from tests.harness.settings import context, plan


class Asking(Part[Any, None]):
    """A part that asks for records."""

    key = "asking"

    def __init__(self, *wanted: Record) -> None:
        self.wanted = wanted

    def records(self, context: Context[Any]) -> Iterator[Record]:
        return iter(self.wanted)


@pytest.fixture(scope="module")
def shared() -> Context[Any]:
    return context("shared")


def text(name: str, value: str = "", reference: str = "", ttl: int = 3600) -> Record:
    return Record(name, "TXT", ttl, value, reference)


def test_records_of_one_name_and_type_are_one_set_whoever_asks_for_them(shared: Context[Any]) -> None:
    mail, edge = (
        Asking(text("mail", reference="mail/verification/SPF")),
        Asking(text("mail", "v=else"), text("www", "w")),
    )
    found = record_sets(shared, [mail, edge])
    assert [(each.spec.key, [record.value or record.reference for record in each.records]) for each in found] == [
        ("txt-mail", ["mail/verification/SPF", "v=else"]),
        ("txt-www", ["w"]),
    ]
    assert list(record_problems(shared, [mail, edge])) == []


def test_a_reference_is_wanted_from_whichever_part_makes_it(shared: Context[Any]) -> None:
    asking = Asking(text("mail", reference="mail/verification/SPF"), text("www", "w"))
    assert [(wish.product, wish.path) for wish in record_wishes(shared, [asking])] == [
        ("mail/verification/SPF", "plan: asking: record mail TXT")
    ]


@pytest.mark.parametrize(
    ("records", "what"),
    [
        ((text("mail", "a"), text("mail", "b", ttl=60)), "one set, several lifetimes"),
        ((text("mail", "a"), text("mail", "a")), "a value occurs twice"),
        ((Record("www", "CNAME", 60, "a.example"), Record("www", "CNAME", 60, "b.example")), "a CNAME has one value"),
        ((Record("www", "CNAME", 60, "a.example"), text("www", "a")), "the name has a CNAME"),
        ((Record("@", "CNAME", 60, "a.example"),), "a zone itself cannot have a CNAME"),
        ((Record("www", "MX", 60, "a.example"),), "unknown type"),
        ((text("no spaces", "a"),), "has characters that Azure refuses"),
        ((text("mail"),), "a record has a value or a reference"),
        ((text("mail", "a", "b"),), "a record has a value or a reference"),
        ((text("mail", "a" * 256),), "the text is too long"),
    ],
)
def test_what_dns_does_not_take_is_refused(shared: Context[Any], records: tuple[Record, ...], what: str) -> None:
    (problem,) = record_problems(shared, [Asking(*records)])
    assert what in problem.what
    assert problem.allowed


def test_spf_and_the_proof_of_the_domain_share_a_set() -> None:
    found = {each.spec.key: [record.reference or record.value for record in each.records] for each in _plan().records}
    assert found == {
        "txt-mail": ["mail/verification/Domain", "mail/verification/SPF"],
        "caa-@": ["0 issue digicert.com", "0 issuewild ;", "0 iodef mailto:certificates@mystira.example"],
        "txt-_dmarc.mail": ["v=DMARC1; p=quarantine; rua=mailto:dmarc@mystira.example"],
        "cname-selector1-azurecomm-prod-net._domainkey.mail": ["mail/verification/DKIM"],
        "cname-selector2-azurecomm-prod-net._domainkey.mail": ["mail/verification/DKIM2"],
    }


def _plan() -> StackPlan:
    return plan("shared")
