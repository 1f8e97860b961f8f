"""Inputs as a caller writes them → values by field, remembered by name, type and value as ``front`` does."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.inputs import read_inputs, read_value
from decision_tables.evaluator.refusal import Refusal
from decision_tables.values import Value

MAX_SEEN: Final = 4096
"""How many values of one type are remembered for one field; beyond, they are forgotten and read again."""

MAX_TEXT: Final = 100
"""The longest text that is remembered, and the most members of a set."""

Seen: TypeAlias = dict[Any, dict[Any, tuple[str, Value]]]
"""For one field: type → value → the field's key and the value as the field has it."""


class Readings:
    """What inputs were read as, on days on which the same values of lists are in force.

    Only the names that the model itself uses are remembered, and only values that were not refused.
    """

    def __init__(self, index: ModelIndex) -> None:
        self._index = index
        by_key: dict[str, Seen] = {key: _remembering() for key in index.model.fields}
        self._seen = {name: by_key[key] for name, key in index.field_keys.items()}

    def read(self, inputs: Mapping[str, object], day: datetime.date) -> dict[str, Value]:
        """As ``evaluator.inputs.read_inputs`` reads them. Raises ``Refusal``."""
        seen = self._seen
        values: dict[str, Value] = {}
        for name, value in inputs.items():
            type_ = type(value)
            try:
                key, read = seen[name][type_][str(value) if type_ is Decimal else value]
            except (KeyError, TypeError):
                found = self._read(name, value, day)
                if found is None:
                    return read_inputs(inputs, self._index, day)
                key, read = found
            values[key] = read
        if len(values) < len(inputs):
            return read_inputs(inputs, self._index, day)
        return {key: value for key, value in values.items() if value is not None} if None in values.values() else values

    def _read(self, name: object, value: object, day: datetime.date) -> tuple[str, Value] | None:
        """What one input is read as; None for whatever is unusual or refused."""
        seen = self._seen.get(name) if isinstance(name, str) else None
        if seen is None:
            return None
        form = _form(value)
        known = seen.get(type(value), {}).get(form) if form is not None else None
        if known is not None:
            return known
        key = self._index.field_keys[str(name)]
        try:
            found = key, read_value(self._index.field(key), value, self._index, day)
        except Refusal:
            return None
        if form is not None:
            _remember(seen[type(value)], form, found)
        return found


def _remembering() -> Seen:
    types = (str, int, bool, float, datetime.date, Decimal, list, tuple, set, frozenset, type(None))
    return {type_: {} for type_ in types}


def _form(value: object) -> object:
    """What a value is remembered by: a decimal by its digits, names of members by themselves; None if by nothing."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        is_short = len(value) <= MAX_TEXT and all(type(m) is str and len(m) <= MAX_TEXT for m in value)
        return (frozenset(value) if isinstance(value, set | frozenset) else tuple(value)) if is_short else None
    if type(value) in (str, int, bool, float, datetime.date):
        return None if isinstance(value, str) and len(value) > MAX_TEXT else value
    return None


def _remember(known: dict[Any, tuple[str, Value]], form: object, found: tuple[str, Value]) -> None:
    if len(known) >= MAX_SEEN:
        known.clear()
    known[form] = found
