"""Inputs as a caller writes them → a decision that was prepared, for one table.

An input is looked up by its name, the type of its value and the value itself; what is found there says at once that the
value may be used and what it adds to the code of the question. Values that were not met before are read the usual way.
Whatever is unusual (a name in another form, a refusal) is left to the usual way too: then there is no decision here.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from decision_tables.compiler.compiled import Dense
from decision_tables.evaluator.decision import Decision
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.inputs import read_value
from decision_tables.evaluator.refusal import Refusal
from decision_tables.lookup.code import Layout
from decision_tables.lookup.graph import Day
from decision_tables.lookup.prepared import Prepared, prepared_from
from decision_tables.lookup.table import TableLookup

MAX_SEEN = 4096
"""How many values of one type are remembered for one input; beyond, they are forgotten and read again."""

MAX_TEXT = 100
"""The longest text that is remembered."""

MAX_ANSWERS = 4096
"""How many answers to questions with missing inputs, or by bits, are remembered; beyond, they are forgotten."""

_new = Decision.__new__
_SLOTS: list[Any] = [getattr(Decision, field.name) for field in dataclasses.fields(Decision)]
(
    _set_status,
    _set_results,
    _set_tables,
    _set_matched,
    _set_missing,
    _set_overridden,
    _set_unused,
    _set_as_of,
    _set_model,
    _set_digest,
) = (slot.__set__ for slot in _SLOTS)

Seen: TypeAlias = dict[type, dict[object, int]]
"""For one input: type → value → what it adds to the code."""


def _remembering() -> Seen:
    """Room for values of the types whose equal values are read alike.

    Decimals are remembered by their digits: 1 equals 1.00…0, which may have too many of them.
    """
    return {str: {}, int: {}, bool: {}, float: {}, datetime.date: {}, Decimal: {}}


class Names:
    """What each input adds to the code, on days on which the same values of lists are in force."""

    def __init__(self, layout: Layout, index: ModelIndex) -> None:
        self.layout = layout
        self._index = index
        self.fields = index.field_keys
        by_key = {key: _remembering() for key in index.model.fields}
        self.seen: dict[str, Seen] = {name: by_key[key] for name, key in index.field_keys.items()}

    def read(self, name: object, value: object, day: datetime.date) -> int | None:
        """What an input adds that was not found; None if it cannot be used as it is."""
        seen = self.seen.get(name) if isinstance(name, str) else None
        if seen is None:
            return None
        is_decimal = type(value) is Decimal
        known = seen[Decimal].get(str(value)) if is_decimal else None
        if known is not None:
            return known
        added = self._added(str(name), value, day)
        if added is not None:
            _remember(seen, str(value) if is_decimal else value, type(value), added)
        return added

    def _added(self, name: str, value: object, day: datetime.date) -> int | None:
        field = self._index.field(self.fields[name])
        try:
            read = read_value(field, value, self._index, day)
        except Refusal:
            return None
        entry = self.layout.entries.get(field.key)
        if read is None:
            return 0 if entry is not None else None
        return entry.adds(read) if entry is not None else self.layout.unused


def _remember(seen: Seen, value: object, type_: type, added: int) -> None:
    known = seen.get(type_)
    if known is None or (isinstance(value, str) and len(value) > MAX_TEXT):
        return
    if len(known) >= MAX_SEEN:
        known.clear()
    known[value] = added


class Front:
    """One table on one day. What it remembers is bounded, and may be used by several threads at once."""

    def __init__(self, names: Names, lookup: TableLookup, index: ModelIndex, day: Day) -> None:
        plan = lookup.compiled.plan
        self._names = names
        self._seen = names.seen
        self._layout = names.layout
        self._lookup = lookup
        self._index = index
        self._usually = day
        self._day = day.day
        self._key, self._digest = index.model.key, index.model.digest
        self._base = names.layout.base(day.day) - names.layout.full
        self._size = names.layout.size
        self._cells = plan.cells.data if isinstance(plan, Dense) else None
        self._prepared = lookup.prepared
        self._answers: dict[int, Prepared] = {}

    def decide(self, inputs: Mapping[str, object]) -> Decision:
        """The decision. Raises ``Refusal``."""
        seen, code = self._seen, self._base
        for name, value in inputs.items():
            try:
                code += seen[name][type(value)][value]
            except (KeyError, TypeError):
                added = self._names.read(name, value, self._day)
                if added is None:
                    return self._usual(inputs)
                code += added
        if 0 <= code < self._size:
            prepared = self._prepared[self._cells[code]] if self._cells is not None else self._answers.get(code)
            if prepared is None:
                prepared = self._worked_out(code)
            if prepared is not None:
                return self._decision(prepared, ())
        return self._rarely(inputs, code + self._layout.full)

    def _decision(self, prepared: Prepared, unused: tuple[str, ...]) -> Decision:
        """A decision filled slot by slot: the constructor of a frozen record takes twice the time."""
        decision = _new(Decision)
        _set_status(decision, prepared.status)
        _set_results(decision, prepared.results.copy())
        _set_tables(decision, prepared.tables.copy())
        _set_matched(decision, prepared.matched)
        _set_missing(decision, prepared.missing)
        _set_overridden(decision, ())
        _set_unused(decision, unused)
        _set_as_of(decision, self._day)
        _set_model(decision, self._key)
        _set_digest(decision, self._digest)
        return decision

    def _usual(self, inputs: Mapping[str, object]) -> Decision:
        return self._usually.decide(inputs, self._lookup.compiled.table.key)

    def _rarely(self, inputs: Mapping[str, object], code: int) -> Decision:
        """Where the answer is asked for the first time, inputs are missing, given twice, or not needed."""
        layout = self._layout
        unneeded, raised = divmod(code + self._size, layout.unused)
        keys = self._unused(inputs) if unneeded else ()
        if raised & layout.twice or len(set(keys)) < len(keys):
            return self._usual(inputs)
        given = raised - self._size
        prepared = self._answers.get(given - layout.full)
        if prepared is None and not ~given & layout.needed:
            prepared = self._worked_out(given & (self._size - 1))
        if prepared is not None:
            return self._decision(prepared, keys)
        decision = self._usual(inputs)
        if not self._index.has_formulas(self._lookup.compiled.table):
            self._remember(given - layout.full, prepared_from(decision))
        return decision

    def _unused(self, inputs: Mapping[str, object]) -> tuple[str, ...]:
        keys = (self._names.fields[name] for name in inputs)
        return tuple(key for key in keys if key not in self._layout.entries)

    def _worked_out(self, place: int) -> Prepared | None:
        """The answer of the classes themselves; None if it is not the same for all values in them."""
        if self._cells is not None:
            return self._lookup.prepare_cell(place)
        prepared = self._lookup.prepare_bits(place, self._layout.widths)
        if prepared is not None:
            self._remember(place, prepared)
        return prepared

    def _remember(self, code: int, prepared: Prepared) -> None:
        if len(self._answers) >= MAX_ANSWERS:
            self._answers.clear()
        self._answers[code] = prepared
