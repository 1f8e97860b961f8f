"""Answers to whole columns as columns: each different answer is turned into values once, and the rows take them."""

from __future__ import annotations

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from decisiontables.v1 import column_pb2, evaluation_service_pb2
from google.rpc.status_pb2 import Status

from decision_tables.evaluator.decision import Decision, Match, ResultValue
from decision_tables.evaluator.refusal import Reason, Refusal
from decision_tables.model import Field, ModelDefinition
from decision_tables.text import Bilingual
from decision_tables.values import FieldType, plain
from decision_tables_server.convert.columns import MAX_SCALE
from decision_tables_server.convert.decisions import STATUSES
from decision_tables_server.convert.values import date_message
from decision_tables_server.errors import Fault, fault_of, status_of
from decision_tables_server.selection import Selected

SEPARATOR: Final = "; "
MAX_ERRORS: Final = 200
"""So many different errors of rows are told in full; of the others, only how many there are for each reason."""

_LARGEST = 1 << 63
_EPOCH = datetime.date(1970, 1, 1).toordinal()
_Numbers: TypeAlias = npt.NDArray[np.intp]


@dataclasses.dataclass(frozen=True, slots=True)
class Answered:
    """The different answers to the rows of a call, and for each row which of them."""

    answers: Sequence[Decision | Refusal]
    numbers: _Numbers
    table: str | None
    """The key of the table that was asked; None for all."""
    as_of: datetime.date


def columns_message(
    found: Answered, selected: Selected, *, buffers: bool
) -> evaluation_service_pb2.EvaluateColumnsResponse:
    """The answers as columns."""
    definition, decisions = selected.model.definition, [_decision(answer) for answer in found.answers]
    statuses = np.array([STATUSES[each.status] if each else 0 for each in decisions], np.int64)
    return evaluation_service_pb2.EvaluateColumnsResponse(
        statuses=statuses.take(found.numbers).tolist(),
        results=[
            _result(field, [each.results.get(field.key) if each else None for each in decisions], found, buffers)
            for field in _result_fields(definition, found.table)
        ],
        rules=_texts([_rules(each, found.table, dissent=False) for each in decisions], found.numbers),
        dissents=_texts([_rules(each, found.table, dissent=True) for each in decisions], found.numbers),
        missing=_texts([SEPARATOR.join(each.missing) if each else "" for each in decisions], found.numbers),
        errors=_errors(found),
        as_of=date_message(found.as_of),
        model=definition.key,
        model_digest=definition.digest,
        release=selected.release,
        semantics=selected.semantics,
    )


def _decision(answer: Decision | Refusal) -> Decision | None:
    return answer if isinstance(answer, Decision) else None


def _result_fields(definition: ModelDefinition, table: str | None) -> list[Field]:
    """The fields that the asked tables yield, in the order of the workbook."""
    asked = (each for each in definition.tables if table in (None, each.key))
    keys = dict.fromkeys(column.field for each in asked for column in each.results)
    return [definition.fields[key] for key in keys]


def _rules(decision: Decision | None, asked: str | None, *, dissent: bool) -> str:
    matched = [match for match in decision.matched if match.dissent is dissent] if decision else []
    return SEPARATOR.join(_rule(match, asked) for match in matched)


def _rule(match: Match, asked: str | None) -> str:
    return match.rule if match.table == asked else f"{match.table}:{match.rule}"


def _texts(texts: Sequence[str], numbers: _Numbers) -> column_pb2.DictionaryColumn:
    places: dict[str, int] = {}
    positions = np.array([places.setdefault(text, len(places)) for text in texts], np.int64)
    return column_pb2.DictionaryColumn(values=list(places), indices=positions.take(numbers).tolist())


# Results


def _result(field: Field, values: Sequence[ResultValue], found: Answered, buffers: bool) -> column_pb2.Column:
    column = column_pb2.Column(field=field.key)
    is_present = np.array([value is not None for value in values], np.bool_)
    if not is_present.all():
        column.present = np.packbits(is_present.take(found.numbers), bitorder="little").tobytes()
    given = [value for value in values if value is not None]
    fill = next(write for fits, write in _WRITERS if fits(field, given))
    fill(column, values, found.numbers, field, buffers)
    return column


_Write: TypeAlias = Callable[[column_pb2.Column, Sequence[Any], _Numbers, Field, bool], None]


def _all_booleans(field: Field, given: Sequence[Any]) -> bool:
    return bool(given) and all(type(value) is bool for value in given)


def _all_integers(field: Field, given: Sequence[Any]) -> bool:
    return bool(given) and field.type in (FieldType.INTEGER, *_NO_NUMBERS) and all(type(v) is int for v in given)


def _all_decimals(field: Field, given: Sequence[Any]) -> bool:
    """Whether all are numbers that fit into 64 bits at one scale."""
    if not given or not all(type(value) in (int, Decimal) for value in given):
        return False
    scale = _scale(field, given)
    return scale <= MAX_SCALE and all(abs(_unscaled(value, scale)) < _LARGEST for value in given)


def _all_dates(field: Field, given: Sequence[Any]) -> bool:
    return bool(given) and all(type(value) is datetime.date for value in given)


def _booleans(column: column_pb2.Column, values: Sequence[Any], numbers: _Numbers, field: Field, raw: bool) -> None:
    truths = np.array([bool(value) for value in values], np.uint8).take(numbers)
    if raw:
        column.buffer.type, column.buffer.data = column_pb2.BUFFER_TYPE_BOOL8, truths.tobytes()
    else:
        column.booleans.values.extend(truths.view(np.bool_).tolist())


def _integers(column: column_pb2.Column, values: Sequence[Any], numbers: _Numbers, field: Field, raw: bool) -> None:
    whole = np.array([value or 0 for value in values], "<i8").take(numbers)
    if raw:
        column.buffer.type, column.buffer.data = column_pb2.BUFFER_TYPE_INT64, whole.tobytes()
    else:
        column.integers.values.extend(whole.tolist())


def _decimals(column: column_pb2.Column, values: Sequence[Any], numbers: _Numbers, field: Field, raw: bool) -> None:
    scale = _scale(field, [value for value in values if value is not None])
    whole = np.array([_unscaled(value or 0, scale) for value in values], "<i8").take(numbers)
    if raw:
        column.buffer.type, column.buffer.data = column_pb2.BUFFER_TYPE_DECIMAL64, whole.tobytes()
        column.buffer.scale = scale
    else:
        column.decimals.unscaled.extend(whole.tolist())
        column.decimals.scale = scale


def _dates(column: column_pb2.Column, values: Sequence[Any], numbers: _Numbers, field: Field, raw: bool) -> None:
    days = np.array([value.toordinal() - _EPOCH if value else 0 for value in values], "<i4").take(numbers)
    if raw:
        column.buffer.type, column.buffer.data = column_pb2.BUFFER_TYPE_DATE32, days.tobytes()
    else:
        column.dates.days.extend(days.tolist())


def _written(column: column_pb2.Column, values: Sequence[Any], numbers: _Numbers, field: Field, raw: bool) -> None:
    places: dict[str, int] = {}
    positions = [places.setdefault(_text(value), len(places)) if value is not None else 0 for value in values]
    indices = np.array(positions, "<u4").take(numbers)
    if raw:
        column.buffer.type, column.buffer.data = column_pb2.BUFFER_TYPE_DICTIONARY32, indices.tobytes()
        column.buffer.dictionary.extend(places)
    else:
        column.dictionary.values.extend(places)
        column.dictionary.indices.extend(indices.tolist())


_NO_NUMBERS: Final = tuple(type_ for type_ in FieldType if not type_.is_number)
"""A count over anything is a whole number, whatever the field."""

_WRITERS: Final[Sequence[tuple[Callable[[Field, Sequence[Any]], bool], _Write]]] = (
    (_all_booleans, _booleans),
    (_all_integers, _integers),
    (_all_decimals, _decimals),
    (_all_dates, _dates),
    (lambda field, given: True, _written),
)
"""The first form that holds all values exactly; every value has a written form."""


def _scale(field: Field, given: Sequence[Any]) -> int:
    """The fewest decimals that hold all numbers; amounts have two at least."""
    exponents = (int(Decimal(value).as_tuple().exponent) for value in given)
    return max(2 if field.type is FieldType.MONEY else 0, *(-exponent for exponent in exponents))


def _unscaled(value: Any, scale: int) -> int:
    return int(Decimal(value).scaleb(scale)) if scale else int(value)


def _text(value: Any) -> str:
    match value:
        case tuple():
            return SEPARATOR.join("" if item is None else _text(item) for item in value)
        case frozenset():
            return SEPARATOR.join(sorted(value))
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return plain(value)
        case datetime.date():
            return value.isoformat()
    return str(value)


# Errors


def _errors(found: Answered) -> Iterator[evaluation_service_pb2.RowError]:
    """The rows that were refused, put together by what they were refused with."""
    refused = {n: answer for n, answer in enumerate(found.answers) if isinstance(answer, Refusal)}
    if not refused:
        return
    order = np.argsort(found.numbers, kind="stable")
    starts = np.searchsorted(found.numbers[order], np.arange(len(found.answers) + 1))
    untold: defaultdict[Reason, list[int]] = defaultdict(list)
    for told, (number, refusal) in enumerate(refused.items()):
        rows = order[starts[number] : starts[number + 1]].tolist()
        if told < MAX_ERRORS:
            yield evaluation_service_pb2.RowError(rows=rows, error=status_of(fault_of(refusal)))
        else:
            untold[refusal.reason] += rows
    for reason, rows in untold.items():
        yield evaluation_service_pb2.RowError(rows=sorted(rows), error=_brief(reason))


def _brief(reason: Reason) -> Status:
    zh = f"这些行因 {reason.value} 被拒绝；不同的错误超过 {MAX_ERRORS} 种，其余不再逐一说明。"
    en = f"Rows refused with {reason.value}; beyond {MAX_ERRORS} different errors, the others are not told one by one."
    return status_of(Fault(reason, Bilingual(zh, en)))
