"""Values to try for each field: enough to tell all conditions of the model apart, those at bounds among them."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable
from decimal import Decimal

from decision_tables.coverage.goals import Goal
from decision_tables.evaluator.index import ModelIndex
from decision_tables.expressions import functions_in, references
from decision_tables.expressions.functions.identity import example_number
from decision_tables.model import Field
from decision_tables.regions import Region
from decision_tables.regions.order import some_value
from decision_tables.regions.region import Ordered
from decision_tables.regions.representatives import OTHER_TEXT, pieces
from decision_tables.values import FieldType, Value

YEARS_BACK = 30
"""How long before the as-of date a day lies that only enters formulas."""


class Candidates:
    """The values to try on one as-of date, by field, a present value first; found when they are asked for."""

    def __init__(self, index: ModelIndex, day: datetime.date, goals: Iterable[Goal]) -> None:
        self._index = index
        self._day = day
        self._found: dict[str, tuple[Value, ...]] = {}
        self._examples: dict[str, list[Value]] = {}
        for goal in goals:
            self._examples.setdefault(goal.field, []).append(goal.example)

    def of(self, key: str) -> tuple[Value, ...]:
        """The values of a field; None among them where it may be missing."""
        if key not in self._found:
            self._found[key] = self._find(self._index.field(key))
        return self._found[key]

    @functools.cached_property
    def identities(self) -> frozenset[str]:
        """The texts that formulas read as citizen identity numbers."""
        fields = self._index.model.fields
        formulas = (field.formula for field in fields.values() if field.formula is not None)
        read = (references(formula) for formula in formulas if functions_in(formula) & _OF_IDENTITIES)
        keys = frozenset[str]().union(*read)
        return frozenset(key for key in keys if fields[key].type is FieldType.TEXT and fields[key].formula is None)

    def _find(self, field: Field) -> tuple[Value, ...]:
        present = dict.fromkeys(value for value in self._present(field) if self.is_possible(field, value))
        can_lack = not field.required and (field.default is None or self._index.is_produced(field.key))
        return (*present, *([None] if can_lack else []))

    def _present(self, field: Field) -> Iterable[Value]:
        if field.key in self.identities:
            yield from identity_numbers(self._day - datetime.timedelta(days=365 * YEARS_BACK))
        yield from (value for value in self._examples.get(field.key, ()) if value is not None)
        regions = self._regions(field.key)
        universe = self._universe(field)
        for piece in pieces(regions, field.type, field.domain, universe):
            if not (isinstance(piece.value, str) and OTHER_TEXT in piece.value) and piece.value != frozenset():
                yield piece.value
        if not regions and field.key not in self.identities:
            yield self.sample(field)

    def _regions(self, key: str) -> list[Region]:
        found = (
            rule.conditions[at].region
            for table in self._index.model.tables
            for at, column in enumerate(table.conditions)
            if column.field == key
            for rule in table.rules
        )
        return list(dict.fromkeys(found))

    def _universe(self, field: Field) -> list[Value]:
        return list(self._index.model.lists[field.value_list].usable_on(self._day)) if field.value_list else []

    def is_possible(self, field: Field, value: Value) -> bool:
        """Whether the field can have a value on the as-of date."""
        if field.value_list is not None:
            members = value if isinstance(value, frozenset) else frozenset({value})
            return members <= frozenset(self._universe(field))
        return field.domain is None or field.domain.admits(value)

    def sample(self, field: Field) -> Value:
        """An everyday value of a field that no condition tests."""
        if field.type is FieldType.DATE:
            return self._day - datetime.timedelta(days=365 * YEARS_BACK)
        if isinstance(field.domain, Ordered) and field.domain.intervals:
            value: Value = some_value(field.domain.intervals[-1], field.type)
            return value
        if field.type.has_list:
            usable = [str(key) for key in self._universe(field)]
            return frozenset(usable[:1]) if field.type is FieldType.SET else usable[0] if usable else None
        return _SAMPLES[field.type]


def identity_numbers(birth: datetime.date) -> tuple[str, str, str]:
    """Made-up citizen identity numbers: of a man, of a woman, and one that is not valid."""
    man, woman = (example_number(birth, is_male=is_male) for is_male in (True, False))
    return man, woman, man[:-1] + ("1" if man[-1] == "0" else "0")


_OF_IDENTITIES = frozenset({"IDBIRTH", "IDSEX", "IDVALID"})
_SAMPLES: dict[FieldType, Value] = {
    FieldType.INTEGER: 1,
    FieldType.DECIMAL: Decimal(1),
    FieldType.MONEY: Decimal(100),
    FieldType.PERCENT: Decimal("0.1"),
    FieldType.BOOLEAN: False,
    FieldType.TEXT: "某",
}
