"""Turns what a caller gave into typed values, or refuses it by name."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal

from decision_tables.cells import Cell, Place
from decision_tables.evaluator import messages
from decision_tables.evaluator.index import ModelIndex
from decision_tables.grammar import parse_literal
from decision_tables.model import Field, ListValue
from decision_tables.problems import Problem, message_of
from decision_tables.text import Bilingual, normalise
from decision_tables.values import EXACT, MAX_DIGITS, MAX_INTEGER, MONEY_STEP, FieldType, Value

FLOAT_DIGITS = 15
"""The decimal digits that a binary float keeps."""

MAX_TEXT = 10_000
"""The longest text that an input may hold."""


def read_inputs(raw: Mapping[str, object], index: ModelIndex, as_of: datetime.date) -> dict[str, Value]:
    """Inputs by key or label → values by key; None and blank texts are as if not given.

    Raises ``Refusal`` for a name that is unknown or given twice, and for a value that is not one of the field.
    """
    values: dict[str, Value] = {}
    seen: set[str] = set()
    for name, value in raw.items():
        key = index.field_keys.get(name) or index.field_keys.get(normalise(str(name)))
        if key is None:
            raise messages.unknown_input(str(name), index.field_keys)
        field = index.field(key)
        if key in seen:
            raise messages.duplicate_input(field)
        seen.add(key)
        read = read_value(field, value, index, as_of)
        if read is not None:
            values[key] = read
    return values


def read_value(field: Field, value: object, index: ModelIndex, as_of: datetime.date) -> Value:
    """One value as the field's type has it; None if it is missing."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise messages.invalid_input(field, value, Bilingual("文字太长。", "the text is too long."))
    if field.type is FieldType.ENUM:
        return _member(field, value, index, as_of).key
    if field.type is FieldType.SET:
        return _set(field, value, index, as_of)
    read = _scalar(field, value, index)
    if read is not None and field.domain is not None and not field.domain.admits(read):
        raise messages.out_of_domain(field, value)
    return read


def _member(field: Field, value: object, index: ModelIndex, as_of: datetime.date) -> ListValue:
    names = index.value_names[field.value_list or ""]
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise messages.invalid_input(field, value)
    text = value if isinstance(value, str) else str(Decimal(value))
    found = names.get(text) or names.get(normalise(text).strip('"'))
    if found is None:
        raise messages.unknown_value(field, text, _possible(names))
    if found.group_only:
        below = index.model.lists[field.value_list or ""].below[found.key]
        labels = [v.label for v in index.model.lists[field.value_list or ""].values if v.key in below - {found.key}]
        raise messages.group_value(field, found.label, labels)
    if not found.period.includes(as_of):
        raise messages.value_not_in_force(field, found.label, as_of)
    return found


def _possible(names: Mapping[str, ListValue]) -> list[str]:
    """The names of values that can be inputs."""
    return [name for name, value in names.items() if not value.group_only]


def _set(field: Field, value: object, index: ModelIndex, as_of: datetime.date) -> Value:
    if isinstance(value, str):
        names = index.value_names[field.value_list or ""]
        if value not in names and normalise(value) not in names:
            return _set(field, _split_set(field, value, index), index, as_of)
        value = [value]
    if not isinstance(value, Iterable) or isinstance(value, Mapping | bytes):
        raise messages.invalid_input(field, value)
    members = frozenset(_member(field, item, index, as_of).key for item in value)
    return members or None


def _split_set(field: Field, text: str, index: ModelIndex) -> frozenset[str]:
    literal = parse_literal(Cell(Place(), text), index.subjects[field.key])
    if literal.ok:
        return literal.value if isinstance(literal.value, frozenset) else frozenset()
    parts = [part.strip() for part in normalise(text).replace(";", "、").replace("，", "、").split("、")]
    names = index.value_names[field.value_list or ""]
    raise messages.unknown_value(field, next((p for p in parts if p not in names), text), _possible(names))


def _scalar(field: Field, value: object, index: ModelIndex) -> Value:
    if isinstance(value, str):
        return normalise(value) if field.type is FieldType.TEXT else _from_text(field, value, index)
    if field.type is FieldType.BOOLEAN and isinstance(value, bool):
        return value
    if field.type is FieldType.DATE and isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    if field.type.is_number and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _number(field, Decimal(value))
    if field.type.is_number and isinstance(value, float):
        return _number(field, _as_written(field, value))
    raise messages.invalid_input(field, value)


def _from_text(field: Field, text: str, index: ModelIndex) -> Value:
    literal = parse_literal(Cell(Place(), text), index.subjects[field.key])
    if not literal.ok:
        finding = next(iter(literal.findings))
        problem = Problem(finding.code, Place(), finding.arguments)
        why = Bilingual(message_of(problem, "zh"), message_of(problem, "en"))
        raise messages.invalid_input(field, text, why)
    if literal.value is None:
        raise messages.invalid_input(field, text)
    return literal.value


def _as_written(field: Field, value: float) -> Decimal:
    """The decimal that a float was read from: its shortest text, if that has at most 15 digits, which floats keep."""
    number = Decimal(repr(value))
    if number.is_finite() and len(number.normalize().as_tuple().digits) > FLOAT_DIGITS:
        why = Bilingual(
            "二进制浮点数不精确，请用十进制数或文字。", "a binary float is not exact; give a Decimal or a text."
        )
        raise messages.invalid_input(field, value, why)
    return number


def _number(field: Field, number: Decimal) -> Value:
    if not number.is_finite() or len(number.as_tuple().digits) > MAX_DIGITS or abs(number.adjusted()) > MAX_DIGITS:
        raise messages.invalid_input(
            field, number, Bilingual("数字过大或过细。", "the number is too large or too fine.")
        )
    if field.type is FieldType.INTEGER:
        return _integer(field, number)
    if field.type is FieldType.PERCENT and number > 1 and field.domain is None:
        why = Bilingual("比例大于 1；70% 请写 0.7。", "a percent above 1; write 0.7 for 70%.")
        raise messages.invalid_input(field, number, why)
    if field.type is FieldType.MONEY and EXACT.remainder(number, MONEY_STEP) != 0:
        why = Bilingual("金额最多两位小数。", "an amount has at most two decimals.")
        raise messages.invalid_input(field, number, why)
    return number


def _integer(field: Field, number: Decimal) -> int:
    if number != number.to_integral_value():
        raise messages.invalid_input(field, number, Bilingual("应为整数。", "a whole number is wanted."))
    if not -MAX_INTEGER - 1 <= number <= MAX_INTEGER:
        raise messages.invalid_input(field, number, Bilingual("整数过大。", "the integer is too large."))
    return int(number)
