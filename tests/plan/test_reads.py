"""Which settings each part reads."""

from __future__ import annotations

import pytest

from stacks.plan.make import make_plan
from stacks.plan.reads import covers, reads
from tests.harness.settings import context, every_stack


@pytest.mark.parametrize(
    ("part", "path", "expected"),
    [
        ("redis", "redis.sku", True),
        ("redis", "redis.persistence.aof", True),
        ("redis", "postgresql.sku", False),
        ("postgresql", "postgresql.parameters.azure.extensions", True),
        ("network", "network.subnets.aks-nodes", True),
        ("aks", "aks.pools.system.vm_size", True),
        ("people", "people.platform", True),
        ("identity", "redis.sku", False),
    ],
)
def test_a_part_reads_its_own_settings(part: str, path: str, expected: bool) -> None:
    assert covers(path, reads(context("dev"))[part]) is expected


def test_sections_and_mappings_of_sections_are_no_reads() -> None:
    found = {path for paths in reads(context("dev")).values() for path in paths}
    assert found.isdisjoint({"redis", "aks", "aks.pools", "aks.pools.system", "services", "service_bus.queues"})


@every_stack
def test_watching_changes_nothing(stack: str) -> None:
    before = context(stack)
    plan = make_plan(before)
    assert reads(before).keys() >= plan.parts.keys()
    assert make_plan(before) == plan
    assert type(before.settings) is type(context(stack).settings)


def test_a_path_is_covered_by_itself_and_what_it_is_in() -> None:
    assert covers("a.b", frozenset({"a.b"}))
    assert covers("a.b.c", frozenset({"a.b"}))
    assert not covers("a.bc", frozenset({"a.b"}))
    assert not covers("a", frozenset({"a.b"}))
