"""Answers as columns: results in exact types, and beside them the rules, what is missing, and why a row was refused.

The columns of our own begin with ``_``, which no key does. Texts are dictionary-encoded, since few differ; the other
results are plain arrays: ``int64``, ``decimal128`` (money with two decimals), ``date32``, ``bool``, lists of these.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from decision_tables.evaluator.decision import Decision
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.model import HitPolicy
from decision_tables.values import FieldType

STATUS, RULES, DISSENT, MISSING = "_status", "_rules", "_dissent", "_missing"
REASON, MESSAGE_ZH, MESSAGE_EN = "_reason", "_message_zh", "_message_en"
SEPARATOR = "; "
REFUSED = "error"
"""The status of a row that was refused."""

_DIGITS, _WIDE_DIGITS = 38, 76
_TEXTS = (FieldType.TEXT, FieldType.ENUM)
_FIXED: dict[FieldType, pa.DataType] = {
    FieldType.TEXT: pa.string(),
    FieldType.ENUM: pa.string(),
    FieldType.INTEGER: pa.int64(),
    FieldType.DATE: pa.date32(),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.SET: pa.list_(pa.string()),
}


@dataclasses.dataclass(frozen=True, slots=True)
class ResultColumn:
    """A result of the asked tables: its key, its type, and whether every hit is answered."""

    key: str
    type: FieldType
    is_list: bool


def result_columns(index: ModelIndex, table: str | None) -> tuple[ResultColumn, ...]:
    """The results that the asked table gives, or all tables, in the order of the workbook."""
    key = None if table is None else index.table_keys.get(table)
    found: dict[str, ResultColumn] = {}
    for asked in index.model.tables:
        if key in (None, asked.key):
            for column in asked.results:
                type_ = _type(index.field(column.field).type, asked.hit_policy)
                found.setdefault(column.field, ResultColumn(column.field, type_, asked.hit_policy.gives_list))
    return tuple(found.values())


def _type(type_: FieldType, policy: HitPolicy) -> FieldType:
    """The type of the values; a count over anything is a number."""
    return FieldType.INTEGER if policy is HitPolicy.COUNT and not type_.is_number else type_


@dataclasses.dataclass(frozen=True, slots=True)
class Texts:
    """A text for each answer, as the position in the list of different ones; -1 for none."""

    positions: npt.NDArray[np.signedinteger[Any]]
    different: Any

    def taken(self, numbers: npt.NDArray[np.int32]) -> Any:
        """For each row the text of its answer, dictionary-encoded."""
        return pa.DictionaryArray.from_arrays(self._indices(numbers), self.different, safe=False)

    def _indices(self, numbers: npt.NDArray[np.int32]) -> Any:
        """The positions of all rows. Most columns say one thing, or none, of every row: nothing is looked up then."""
        lowest, highest = self.positions.min(initial=0), self.positions.max(initial=-1)
        if highest < 0:
            kind: Any = pa.from_numpy_dtype(self.positions.dtype)
            return pa.nulls(len(numbers), kind)
        if lowest == highest:
            return pa.array(np.zeros(len(numbers), self.positions.dtype))
        positions = self.positions.take(numbers)
        return pa.array(positions, mask=None if lowest >= 0 else positions < 0)


@dataclasses.dataclass(frozen=True, slots=True)
class AnswerTable:
    """The different answers as columns, to be taken by the rows of the population."""

    names: tuple[str, ...]
    columns: tuple[Any, ...]

    def taken(self, numbers: npt.NDArray[np.int32]) -> list[Any]:
        """For each row the values of its answer, as Arrow arrays."""
        rows = pa.array(numbers)
        return [c.taken(numbers) if isinstance(c, Texts) else c.take(rows) for c in self.columns]


def answer_table(answers: Sequence[Decision | Refusal], index: ModelIndex, table: str | None) -> AnswerTable:
    """The answers by column."""
    results = result_columns(index, table)
    asked = None if table is None else index.table_keys.get(table)
    columns: dict[str, Any] = {column.key: _results(column, answers) for column in results}
    columns[STATUS] = _texts(answers, lambda d: d.status.value, lambda _: REFUSED)
    columns[RULES] = _texts(answers, lambda d: _rules(d, asked, dissent=False))
    columns[DISSENT] = _texts(answers, lambda d: _rules(d, asked, dissent=True))
    columns[MISSING] = _texts(answers, lambda d: SEPARATOR.join(d.missing))
    columns[REASON] = _texts(answers, _nothing, lambda r: r.reason.value)
    columns[MESSAGE_ZH] = _texts(answers, _nothing, lambda r: r.message.zh)
    columns[MESSAGE_EN] = _texts(answers, _nothing, lambda r: r.message.en)
    return AnswerTable(tuple(columns), tuple(columns.values()))


def _nothing(_: Decision | Refusal) -> str | None:
    return None


def _texts(
    answers: Iterable[Decision | Refusal],
    of_decision: Callable[[Decision], str | None],
    of_refusal: Callable[[Refusal], str | None] = _nothing,
) -> Texts:
    """One text for each answer; None instead of an empty one."""
    found = (of_refusal(a) if isinstance(a, Refusal) else of_decision(a) for a in answers)
    return _encoded([text or None for text in found])


def _encoded(texts: Sequence[str | None]) -> Texts:
    different = {text: at for at, text in enumerate(dict.fromkeys(text for text in texts if text is not None))}
    positions = np.array([-1 if text is None else different[text] for text in texts], np.int32)
    narrow = next(t for t in (np.int8, np.int16, np.int32) if len(different) <= np.iinfo(t).max)
    return Texts(positions.astype(narrow), pa.array(list(different), pa.string()))


def _rules(decision: Decision, asked: str | None, *, dissent: bool) -> str:
    """The rules of the asked table by their id, those of other tables with the table before it."""
    matches = (match for match in decision.matched if match.dissent is dissent)
    return SEPARATOR.join(m.rule if m.table == asked else f"{m.table}:{m.rule}" for m in matches)


def _results(column: ResultColumn, answers: Sequence[Decision | Refusal]) -> Any:
    values: list[Any] = [None if isinstance(a, Refusal) else a.results.get(column.key) for a in answers]
    if column.type in _TEXTS and not column.is_list:
        return _encoded(values)
    kind = _arrow_type(column, values)
    plain = [_plain(value, column) for value in values]
    try:
        return pa.array(plain, kind)
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        # A count stands in a field that is no number, and a caller gave the field's own value instead.
        return _encoded([shown_in_text(value) for value in plain])


def _plain(value: Any, column: ResultColumn) -> Any:
    if isinstance(value, tuple):
        return [_item(item) for item in value]
    plain = _item(value)
    return [plain] if column.is_list and plain is not None else plain


def _item(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value


def _arrow_type(column: ResultColumn, values: Iterable[Any]) -> pa.DataType:
    kind = _FIXED.get(column.type) or _decimal_type(column.type, values)
    return pa.list_(kind) if column.is_list else kind


def _decimal_type(type_: FieldType, values: Iterable[Any]) -> pa.DataType:
    """Wide enough for every value, with all its decimals."""
    items = (item for value in values for item in (value if isinstance(value, tuple) else (value,)))
    whole, scale = 1, 2 if type_ is FieldType.MONEY else 0
    for item in items:
        if isinstance(item, int | Decimal):
            _, digits, exponent = Decimal(item).as_tuple()
            scale = max(scale, -int(exponent))
            whole = max(whole, len(digits) + int(exponent))
    return pa.decimal128(_DIGITS, scale) if whole + scale <= _DIGITS else pa.decimal256(_WIDE_DIGITS, scale)


def shown_in_text(value: Any) -> str | None:
    """A result as text, for files that have nothing else."""
    if isinstance(value, list):
        return SEPARATOR.join(filter(None, map(shown_in_text, value)))
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return None if value is None else str(value)
