"""Formulas as functions come to what evaluation comes to: the same value, or the same failure, asking in one order."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decision_tables.expressions import CalculationError, Environment, Expression, evaluate, parse_expression
from decision_tables.expressions.closures import closure_of
from decision_tables.values import Value
from tests.expressions.glossary import GLOSSARY, Values, parsed, target_of
from tests.expressions.test_trees import FORMULAS, KNOWN
from tests.expressions.test_values import CASES, inputs_of

DATES = st.none() | st.dates(datetime.date(1999, 12, 30), datetime.date(2000, 3, 2))
MORE: st.SearchStrategy[dict[str, Value]] = st.fixed_dictionaries(
    {},
    optional={
        "birth_date": DATES,
        "identity": st.sampled_from([None, frozenset(), frozenset({"low_income"}), frozenset({"disabled", "veteran"})]),
        "note": st.sampled_from([None, "", "甲", " 甲 ", "Ａ"]),
    },
)


def told(compute: Callable[[Environment], Value], known: dict[str, Value]) -> str:
    """The value with its type and digits, or the failure in both languages, and the tables that were asked."""
    around = Values(known)
    try:
        found = repr(compute(around))
    except CalculationError as error:
        found = repr(error.message)
    return f"{found} {around.asked}"


def by_evaluation(expression: Expression) -> Callable[[Environment], Value]:
    return lambda around: evaluate(expression, around)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['expression']} | {case['inputs']}")
def test_every_case_of_a_formula(case: dict[str, str]) -> None:
    expression = parsed(case["expression"], case["target"])
    known = inputs_of(case["inputs"])
    assert told(closure_of(expression), known) == told(by_evaluation(expression), known)


@given(FORMULAS, KNOWN, MORE)
def test_random_formulas(case: tuple[str, str], known: dict[str, Value], more: dict[str, Value]) -> None:
    text, target = case
    expression, _ = parse_expression(text, GLOSSARY, target_of(target))
    if expression is not None:
        assert told(closure_of(expression), known | more) == told(by_evaluation(expression), known | more)


@pytest.mark.parametrize("text", ["IF(年龄>1," * 62 + "1" + ")" * 62, "+".join(["年龄"] * 128), "-" * 127 + "1"])
def test_the_deepest_formulas_need_little_stack(text: str) -> None:
    expression = parsed(text)

    def far_down(depth: int) -> Value:
        return closure_of(expression)(Values({"age": 2})) if depth == 0 else far_down(depth - 1)

    assert far_down(sys.getrecursionlimit() - 500) is not None
