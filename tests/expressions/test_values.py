"""What formulas come to: every case of values.csv."""

from __future__ import annotations

import csv
import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from decision_tables.expressions import CalculationError, assign, evaluate
from decision_tables.values import FieldType, Value, plain
from tests.expressions.glossary import GLOSSARY, LISTS, Values, parsed, target_of

CASES = [
    row
    for row in csv.DictReader(Path(__file__).with_name("values.csv").read_text(encoding="utf-8").splitlines())
    if not row["expression"].startswith("#")
]


def inputs_of(text: str) -> dict[str, Value]:
    pairs = (item.split("=", 1) for item in text.split(";") if item)
    return dict(_input(name, value) for name, value in pairs)


def _input(name: str, text: str) -> tuple[str, Value]:
    field = GLOSSARY.field(name)
    assert field is not None, name
    return field.key, _value(text, field.type, field.value_list or "")


def _value(text: str, type_: FieldType, value_list: str) -> Value:
    match type_:
        case FieldType.INTEGER:
            return int(text)
        case FieldType.DATE:
            return datetime.date.fromisoformat(text)
        case FieldType.BOOLEAN:
            return text == "是"
        case FieldType.ENUM:
            return GLOSSARY.value(value_list, text)
        case FieldType.SET:
            return frozenset(key for key in text.split() if key in LISTS[value_list])
        case FieldType.TEXT:
            return text
        case _:
            return Decimal(text)


def _shown(value: Value) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case frozenset():
            return " ".join(sorted(value)) or "empty"
        case int() | Decimal():
            return plain(value)
        case _:
            return str(value)


def _result(case: dict[str, str]) -> str:
    expression = parsed(case["expression"], case["target"])
    try:
        value = evaluate(expression, Values(inputs_of(case["inputs"])))
        return _shown(assign(value, target_of(case["target"])))
    except CalculationError:
        return "refused"


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case['expression']} | {case['inputs']}: {case['behaviour']}"
)
def test_a_formula_comes_to(case: dict[str, str]) -> None:
    assert _result(case) == case["expected"]
