"""Turns body cells into conditions and results."""

from __future__ import annotations

import dataclasses

from decision_tables.cells import Cell, Place
from decision_tables.expressions import Expression, Scope, Target, parse_expression
from decision_tables.grammar import ANYTHING, Condition, missing_condition, parse_condition, parse_literal
from decision_tables.model import words
from decision_tables.model.glossary import Glossary, add_findings
from decision_tables.model.model import Computed, Literal, Result
from decision_tables.problems import Finding, Problems
from decision_tables.text import folded, normalise
from decision_tables.values import FieldType, Value


@dataclasses.dataclass(frozen=True, slots=True)
class ResultReading:
    """What a result cell says, wherever it stands."""

    value: Value = None
    expression: Expression | None = None

    def at(self, place: Place) -> Result:
        """The result of the cell at ``place``."""
        return Literal(self.value, place) if self.expression is None else Computed(self.expression, place)


class BodyReader:
    """Reads the cells of one table; equal cells of one column are parsed once."""

    def __init__(self, glossary: Glossary, scope: Scope, problems: Problems) -> None:
        self.glossary = glossary
        self.problems = problems
        self._scope = scope
        self._conditions: dict[tuple[object, ...], tuple[Condition | None, tuple[Finding, ...]]] = {}

    def condition(self, cell: Cell, field: str, blank_is_null: bool, problems: Problems) -> Condition:
        """What a condition cell says; one at fault admits everything, so that reading can go on."""
        subject = self.glossary.subjects[field]
        if cell.is_blank:
            return missing_condition(subject) if blank_is_null else ANYTHING
        key = (field, type(cell.value), cell.value, cell.shown, cell.precision, cell.is_percent)
        parsed = self._conditions.get(key)
        if parsed is None:
            parsed = self._conditions[key] = parse_condition(cell, subject)
        add_findings(parsed[1], cell.place, problems)
        return parsed[0] or ANYTHING

    def result(self, cell: Cell, field: str, problems: Problems) -> ResultReading:
        """What a result cell says: a literal, or an expression after 计算：."""
        if self._is_to_be_filled_in(cell, field):
            problems.add("DT249", cell.place, field=self.glossary.fields[field].label)
            return ResultReading()
        source = expression_source(cell)
        if source is None:
            literal = parse_literal(cell, self.glossary.subjects[field])
            add_findings(literal.findings, cell.place, problems)
            self._check_possible(literal.value, field, cell, problems)
            return ResultReading(as_typed(literal.value, cell))
        return ResultReading(expression=self._expression(source, cell, field, problems))

    def _is_to_be_filled_in(self, cell: Cell, field: str) -> bool:
        """Whether the cell says 待填; in a text field that is a text, and a value of the list comes first."""
        if not isinstance(cell.value, str) or folded(cell.value) not in words.TO_BE_FILLED_IN:
            return False
        subject = self.glossary.subjects[field]
        is_value = subject.vocabulary is not None and normalise(cell.value) in subject.vocabulary.names
        return subject.type is not FieldType.TEXT and not is_value

    def _check_possible(self, value: Value, key: str, cell: Cell, problems: Problems) -> None:
        """A result must be a value that its own field can have."""
        field = self.glossary.fields[key]
        if value is None:
            return
        if field.domain is not None and not field.domain.admits(value):
            problems.add("DT247", cell.place, field=field.label, domain=field.domain_reading)
        if field.value_list is not None:
            values = self.glossary.lists[field.value_list].by_key
            for name in sorted(value) if isinstance(value, frozenset) else [str(value)]:
                if values[name].group_only:
                    problems.add("DT248", cell.place, field=field.label, value=values[name].label)

    def _expression(self, source: str, cell: Cell, field: str, problems: Problems) -> Expression | None:
        """The expression in ``source``, typed for ``field``; None if it is at fault."""
        known = self.glossary.fields[field]
        expression, findings = parse_expression(source, self._scope, Target(known.type, known.value_list))
        add_findings(findings, cell.place, problems)
        return expression


def as_typed(value: Value, cell: Cell) -> Value:
    """A text result as the clerk typed it; normal forms are for comparing only."""
    if isinstance(value, str) and isinstance(cell.value, str) and normalise(cell.value) == value:
        return cell.value.strip()
    return value


def expression_source(cell: Cell) -> str | None:
    """The text after 计算： or calc:, or None if the cell does not start so."""
    if not isinstance(cell.value, str):
        return None
    text = normalise(cell.value)
    for start in words.CALCULATION_STARTS:
        if folded(text).startswith(start):
            return text[len(start) :]
    return None
