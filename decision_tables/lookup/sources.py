"""Where a field of a graph gets its value (the caller, a table, its formula, its default), settled beforehand.

What a formula came to is remembered by the values of its operands, where all of them are read in any case.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, TypeAlias

from decision_tables.evaluator import messages
from decision_tables.evaluator.linear import Evaluation
from decision_tables.evaluator.refusal import Refusal
from decision_tables.expressions import operands_of
from decision_tables.model import Computed, Field, Rule, Table
from decision_tables.text import normalise
from decision_tables.values import FieldType, Value

MAX_WORKED_OUT: Final = 1 << 15
"""How many values of derived fields and results of rules are remembered for one model; beyond, they are forgotten."""

MAX_TEXT: Final = 100
"""The longest text by which something is remembered."""

Source: TypeAlias = Callable[[Any], Value]
"""Gives the value of one field in an evaluation, as ``Evaluation`` finds it. Raises ``Refusal``."""


def source_of(field: Field, producer: Table | None, worked_out: WorkedOut, *, is_produced: bool) -> Source:
    """The source of a field that is not given; ``producer`` is the table in force that yields it, if any ever does."""
    if is_produced:
        found = _from_table(field, producer) if producer is not None else _nothing
    elif field.formula is not None:
        found = _derived(field, worked_out)
    else:
        default = field.default
        found = _nothing if default is None else lambda _: default
    return _required(field, found) if field.required else found


def _nothing(evaluation: Evaluation) -> Value:
    return None


def _required(field: Field, source: Source) -> Source:
    def find(evaluation: Evaluation) -> Value:
        value = source(evaluation)
        if value is None:
            raise messages.required_missing(field)
        return value

    return find


def _from_table(field: Field, table: Table) -> Source:
    key = field.key

    def find(evaluation: Evaluation) -> Value:
        value = evaluation.outcome(table).values[key]
        return None if isinstance(value, tuple) else value

    def find_text(evaluation: Evaluation) -> Value:
        value = find(evaluation)
        return normalise(value) if isinstance(value, str) else value

    return find_text if field.type is FieldType.TEXT else find


# Formulas


def _derived(field: Field, worked_out: WorkedOut) -> Source:
    keys = operands_of(field.formula) if field.formula is not None else None
    if keys is None:
        return lambda evaluation: evaluation.derived(field)
    return worked_out.of(keys, lambda evaluation: evaluation.derived(field))


class WorkedOut:
    """What formulas came to, by the values of their operands; failures are not remembered. Bounded."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[tuple[object, ...], Any] = {}

    def of(self, keys: tuple[str, ...], work_out: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """The function that gives what ``work_out`` gives, which rests on the fields of these keys alone."""
        known, most, name = self._known, self._most, object()

        def find(evaluation: Evaluation) -> Any:
            values = evaluation.values
            question: list[object] = [name]
            try:
                for key in keys:
                    value = values[key] if key in values else evaluation.value(key)
                    question.append(str(value) if isinstance(value, Decimal) else value)
            except Refusal:
                return work_out(evaluation)  # which may fail for another reason before it comes to this operand
            asked = tuple(question)
            found = known.get(asked, known)
            if found is known:
                found = work_out(evaluation)
                if len(known) >= most:
                    known.clear()
                if not any(isinstance(value, str) and len(value) > MAX_TEXT for value in asked):
                    known[asked] = found
            return found

        return find


def operands_of_rule(table: Table, rule: Rule) -> tuple[str, ...] | None:
    """The fields that the results of a rule rest on, in the order in which they are read; None as ``operands_of``.

    A result may use those to its left, but one that uses itself or those to its right is left to the definition.
    """
    found: dict[str, None] = {}
    results = [column.field for column in table.results]
    for at, result in enumerate(rule.results):
        keys = operands_of(result.expression) if isinstance(result, Computed) else ()
        if keys is None or not set(results[at:]).isdisjoint(keys):
            return None
        found |= dict.fromkeys(key for key in keys if key not in results)
    return tuple(found)
