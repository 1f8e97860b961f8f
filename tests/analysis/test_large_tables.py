"""Tables of thousands of rules are analysed to the end, all checks together; worst cases stop and say so."""

from __future__ import annotations

import dataclasses
import resource
import time
from collections import Counter

import pytest

from decision_tables.analysis import analyse
from decision_tables.grammar import Condition
from decision_tables.model import HitPolicy, ModelDefinition
from decision_tables.problems import Problems
from decision_tables.regions import EVERYTHING, Members
from decision_tables.values import FieldType
from tests.support.large_tables import Shape, large_model

MEMORY_IN_KB = 1_000_000

SHORT = Shape(1_500, 6)
LONG = [
    (Shape(10_000, 6), 10.0),
    (Shape(10_000, 6, policy=HitPolicy.FIRST), 10.0),
    (Shape(30_000, 4), 30.0),
    (Shape(30_000, 4, policy=HitPolicy.FIRST), 30.0),
]


def codes(model: ModelDefinition) -> Counter[str]:
    problems = Problems()
    analyse(model, model.tables, problems)
    return Counter(problem.code for problem in problems)


def without(model: ModelDefinition, at: int) -> ModelDefinition:
    """The model without one rule of its table."""
    (table,) = model.tables
    rules = (*table.rules[:at], *table.rules[at + 1 :])
    return dataclasses.replace(model, tables=(dataclasses.replace(table, rules=rules),))


def test_a_table_that_parts_all_inputs_has_no_gap_and_no_overlap() -> None:
    found = codes(large_model(SHORT))
    assert not {code for code in found if code.startswith(("DT80", "DT81", "DT82", "DT89"))}


def test_one_rule_left_out_of_many_is_a_gap() -> None:
    found = codes(without(large_model(SHORT), 700))
    assert found["DT811"] == 1
    assert found["DT890"] == 0


def test_one_condition_left_out_of_many_rules_is_an_overlap() -> None:
    found = codes(large_model(dataclasses.replace(SHORT, opened=3)))
    assert found["DT801"] > 0
    assert found["DT890"] == 0


def test_rules_that_each_ask_a_few_of_many_questions_stop_at_the_bound_and_say_so() -> None:
    model = large_model(Shape(300, 24))
    (table,) = model.tables
    rules = []
    for n, rule in enumerate(table.rules):
        asked = {(7 * n) % 24, (11 * n + 3) % 24, (5 * n + 1) % 24, (13 * n + 2) % 24}
        conditions = [Condition(EVERYTHING, "")] * 24
        for at in asked:
            field = model.fields[table.conditions[at].field]
            if field.type is FieldType.BOOLEAN:
                conditions[at] = Condition(Members(frozenset({n % 2 == 0})), "")
            elif field.type is FieldType.ENUM:
                conditions[at] = Condition(Members(frozenset({f"v{n % 60}"})), "")
        rules.append(dataclasses.replace(rule, conditions=tuple(conditions)))
    table = dataclasses.replace(table, rules=tuple(rules), hit_policy=HitPolicy.FIRST)
    start = time.process_time()
    found = codes(dataclasses.replace(model, tables=(table,)))
    assert time.process_time() - start < 60
    assert found["DT890"] > 0


@pytest.mark.long
@pytest.mark.parametrize(("shape", "seconds"), LONG)
def test_a_table_of_ten_thousands_of_rules_is_analysed_in_time(shape: Shape, seconds: float) -> None:
    model = large_model(shape)
    start = time.process_time()
    found = codes(model)
    assert time.process_time() - start < seconds
    assert found["DT890"] == 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MEMORY_IN_KB
