"""What two models work out alike: derived fields and results of tables that are the same for the same inputs.

Such a field can stand for everything behind it. A fee that rose for one class of persons is then told of that class,
and not of each way of belonging to it.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Hashable

from decision_tables.comparison.fields import domain_of
from decision_tables.evaluator.index import ModelIndex
from decision_tables.expressions import Expression, lookup_calls, reads_as_of, references
from decision_tables.model import Computed, Field, Result, Table


@dataclasses.dataclass(frozen=True)
class Asked:
    """A table of one model on one day."""

    index: ModelIndex
    table: Table
    day: datetime.date


ChangedColumns = Callable[[Asked, Asked], frozenset[str] | None]
"""The results in which two tables may differ for the same inputs; None where that could not be found out."""


class Shared:
    """Answers, for one day of each model, whether a field comes to the same in both. ``on_own_days`` are the fields
    of which that holds only as each side counts from its own day.
    """

    def __init__(
        self, old: ModelIndex, new: ModelIndex, days: tuple[datetime.date, datetime.date], compare: ChangedColumns
    ) -> None:
        self._indexes = (old, new)
        self._days = days
        self._compare = compare
        self._known: dict[str, bool] = {}
        self._tables: dict[tuple[str, str], frozenset[str]] = {}
        self.on_own_days: set[str] = set()

    def is_shared(self, key: str) -> bool:
        """Whether both models have the field and give it the same value wherever the inputs are the same."""
        if key not in self._known:
            self._known[key] = False
            self._known[key] = all(key in index.model.fields for index in self._indexes) and self._is_same(key)
        return self._known[key]

    def _is_same_input(self, key: str) -> bool:
        """Whether an input may be the same values in both models, and stands for the same if it is not given."""
        old, new = (index.field(key) for index in self._indexes)
        lists = [
            i.model.lists[f.value_list] if f.value_list else None
            for i, f in zip(self._indexes, (old, new), strict=True)
        ]
        usable = [set(v.usable_on(day)) if v else set() for v, day in zip(lists, self._days, strict=True)]
        return old.default == new.default and usable[0] == usable[1]

    def _is_same(self, key: str) -> bool:
        old, new = (index.field(key) for index in self._indexes)
        if not _same_field(old, new):
            return False
        produced = [index.is_produced(key) for index in self._indexes]
        if all(produced):
            return self._is_same_result(key)
        if any(produced) or (old.formula is None) != (new.formula is None):
            return False
        return self._is_same_input(key) if old.formula is None else self._is_same_formula(key, old.formula, new.formula)

    def _is_same_formula(self, key: str, old: Expression, new: Expression | None) -> bool:
        if old != new or not self.reads_alike(old):
            return False
        moves = reads_as_of(old) and self._days[0] != self._days[1]
        if moves or references(old) & self.on_own_days:
            self.on_own_days.add(key)
        return True

    def means_the_same(self, formula: Expression) -> bool:
        """Whether a formula gives the same for the same operands: the as-of date and other tables may enter it."""
        calls = lookup_calls(formula)
        if any(call.result not in self.columns(call.table, call.table) for call in calls):
            return False
        return not reads_as_of(formula) or self._days[0] == self._days[1]

    def reads_alike(self, formula: Expression) -> bool:
        """Whether everything that a formula reads is the same on both sides."""
        if not all(self.is_shared(operand) for operand in references(formula)):
            return False
        return all(call.result in self.columns(call.table, call.table) for call in lookup_calls(formula))

    def _is_same_result(self, key: str) -> bool:
        tables = [index.producer(key, day) for index, day in zip(self._indexes, self._days, strict=True)]
        if tables[0] is None or tables[1] is None:
            return tables[0] is tables[1]
        return key in self.columns(tables[0].key, tables[1].key)

    def columns(self, old: str, new: str) -> frozenset[str]:
        """The results of two tables that are the same on both sides."""
        if (old, new) not in self._tables:
            self._tables[old, new] = frozenset()
            self._tables[old, new] = self._same_columns(old, new)
        return self._tables[old, new]

    def says_the_same(self, old: Asked, new: Asked) -> bool:
        """Whether two tables are the same, row by row, over fields that are the same."""
        return self._is_same_text(old.table, new.table)

    def _same_columns(self, old: str, new: str) -> frozenset[str]:
        keys = (old, new)
        if any(key not in index.versions for key, index in zip(keys, self._indexes, strict=True)):
            return frozenset()
        tables = [index.version(k, day) for k, index, day in zip(keys, self._indexes, self._days, strict=True)]
        if tables[0] is None or tables[1] is None:
            return frozenset()
        results = [{column.field for column in table.results} for table in tables if table is not None]
        both = frozenset(results[0] & results[1])
        if self._is_same_text(tables[0], tables[1]):
            return both
        asked = [Asked(i, t, d) for i, t, d in zip(self._indexes, (tables[0], tables[1]), self._days, strict=True)]
        changed = self._compare(asked[0], asked[1])
        return frozenset() if changed is None else both - changed

    def _is_same_text(self, old: Table, new: Table) -> bool:
        """Whether two tables say the same, row by row, over fields that are the same."""
        forms = [_form(table, day) for table, day in zip((old, new), self._days, strict=True)]
        if forms[0] != forms[1]:
            return False
        formulas = [r.expression for rule in old.rules for r in rule.results if isinstance(r, Computed)]
        if any(reads_as_of(formula) for formula in formulas) and self._days[0] != self._days[1]:
            return False
        left = {column.field for column in old.results}
        read = {column.field for column in old.conditions} | {
            operand for formula in formulas for operand in references(formula) if operand not in left
        }
        if not all(self.is_shared(key) for key in read) or read & self.on_own_days:
            return False
        fields = (self._indexes[0].field(key) for key in left)
        same = all(key in self._indexes[1].model.fields for key in left)
        return same and all(
            self._lists_alike(field) and _same_field(field, self._indexes[1].field(field.key)) for field in fields
        )

    def _lists_alike(self, field: Field) -> bool:
        """Whether the order of a result's value list, which may rank results, is the same."""
        lists = [index.model.lists.get(field.value_list or "") for index in self._indexes]
        keys = [list(values.by_key) if values is not None else [] for values in lists]
        return keys[0] == keys[1]


def _same_field(one: Field, other: Field) -> bool:
    alike = one.type is other.type and domain_of(one) == domain_of(other)
    return alike and one.required == other.required


def _form(table: Table, day: datetime.date) -> Hashable:
    """What a table says on a day, without names and places."""
    rules = tuple(
        (
            rule.is_default,
            rule.priority,
            rule.status,
            tuple(condition.region for condition in rule.conditions),
            tuple(_content(result) for result in rule.results),
        )
        for rule in table.rules
        if rule.period.includes(day)
    )
    columns = tuple(tuple(column.field for column in columns) for columns in (table.conditions, table.results))
    has_priorities = any(rule.priority is not None for rule in table.rules)
    return columns, rules, table.hit_policy, table.preference, has_priorities


def _content(result: Result) -> Hashable:
    return result.expression if isinstance(result, Computed) else (result.value,)
