"""What a mutant changes, and that a mutation which finds nothing is a mistake and no success."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.harness.build import every, one
from tests.harness.compose import Composition
from tools.mutants.__main__ import mutants
from tools.mutants.mutation import HITS, Idle, Mutation, with_values


def mutated(composition: Composition, mutation: Mutation) -> Composition:
    return replace(composition, resources=mutation.of(composition.resources))


def test_a_dropped_resource_is_gone_and_the_others_stay(composed: Mapping[str, Composition]) -> None:
    found = mutated(composed["dev"], Mutation(drop="service-bus-topic/account-*"))
    names = {each.name for each in every(found, "service-bus-topic")}
    assert names == {"profile-updated", "session-completed", "scenario-purchased"}
    assert len(found.resources) == len(composed["dev"].resources) - 1


def test_a_changed_resource_has_other_inputs_and_options(composed: Mapping[str, Composition]) -> None:
    mutation = Mutation(change="redis", set={"minimumTlsVersion": "1.0", "sku.name": "Flash"}, meta={"protect": True})
    found = one(mutated(composed["dev"], mutation), "redis")
    assert (found.inputs["minimumTlsVersion"], found.inputs["sku"], found.protect) == ("1.0", {"name": "Flash"}, True)
    assert one(composed["dev"], "redis").inputs["minimumTlsVersion"] == "1.2", "the original stays as it is"


def test_a_copied_resource_is_one_more(composed: Mapping[str, Composition]) -> None:
    found = mutated(composed["dev"], Mutation(copy="redis", meta={"name": "second"}))
    assert {each.name for each in every(found, "redis")} == {"core", "second"}


def test_only_one_stack_is_broken_where_the_mutation_says_so(composed: Mapping[str, Composition]) -> None:
    mutation = Mutation(drop="redis", only="prod")
    assert {stack: len(every(mutated(composed[stack], mutation), "redis")) for stack in ("dev", "prod")} == {
        "dev": 1,
        "prod": 0,
    }


def test_what_finds_nothing_is_counted_as_nothing(composed: Mapping[str, Composition]) -> None:
    before = HITS[0]
    mutated(composed["dev"], Mutation(drop="redis/ghost"))
    assert HITS[0] == before


@pytest.mark.parametrize(
    "mutation",
    [Mutation(need="chain/Database", set={"name": "x"}), Mutation(file="Makefile", old="no such text", new="")],
    ids=["need", "file"],
)
def test_what_is_not_there_cannot_be_broken(mutation: Mutation) -> None:
    with pytest.raises(Idle):
        mutation.apply()


def test_values_are_set_by_path_and_left_out() -> None:
    assert with_values({"a": {"b": 1, "c": 2}, "d": 3}, {"a.b": 4, "d": "GONE"}) == {"a": {"b": 4, "c": 2}}


def test_the_table_can_be_read() -> None:
    some = list(mutants(frozenset({"S0-04"})))
    assert {each.id for each in some} == {"S0-04"}
    assert all(str(each.mutation) for each in mutants(frozenset()))
