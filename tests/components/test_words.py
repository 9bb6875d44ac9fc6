"""What a person calls each type."""

from __future__ import annotations

from collections import Counter

import pytest

from components.facts.types import REGISTERED_TYPES
from components.facts.words import WORDS, by_product, word_of


def test_every_type_has_a_word_and_no_word_is_left_over() -> None:
    assert WORDS.keys() == REGISTERED_TYPES.keys()


def test_no_two_types_are_called_alike() -> None:
    assert [word for word, count in Counter(WORDS.values()).items() if count > 1] == []
    assert [key for key, word in WORDS.items() if not (word.product and word.one)] == []


@pytest.mark.parametrize(
    ("key", "one", "several"),
    [
        ("postgresql-configuration", "parameter", "3 parameters"),
        ("key-vault", "vault", "3 vaults"),
        ("user-assigned-identity", "identity", "3 identities"),
        ("service-bus-queue-authorization-rule", "key of a queue", "3 keys of queues"),
    ],
)
def test_one_and_several(key: str, one: str, several: str) -> None:
    word = WORDS[key]
    assert (word.counted(1), word.counted(3)) == (one, several)


def test_types_are_counted_by_product_in_the_order_of_the_table() -> None:
    tokens = {key: row.token for key, row in REGISTERED_TYPES.items()}
    server, parameter = tokens["postgresql-server"], tokens["postgresql-configuration"]
    found = by_product([parameter, tokens["key-vault"], parameter, server, tokens["resource-group"], "aws:s3:Bucket"])
    assert list(found.items()) == [
        ("Resource groups", "group"),
        ("PostgreSQL", "server, 2 parameters"),
        ("Key Vault", "vault"),
        ("aws", "Bucket"),
    ]


def test_a_type_of_somebody_else_keeps_its_own_name() -> None:
    assert (word_of("aws:s3/bucket:Bucket").product, word_of("aws:s3/bucket:Bucket").one) == ("aws", "Bucket")
    assert word_of("azure-native:storage:Unheard").one == "Unheard"
