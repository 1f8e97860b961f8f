"""Puts every row of a file to both models, whole columns at a time, and counts."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from decision_tables.bulk.files import AS_FOUND, Reading, open_rows
from decision_tables.bulk.frames import BatchDecider, Question
from decision_tables.bulk.headings import Wanted, match_headings
from decision_tables.bulk.refused import refused
from decision_tables.bulk.rows import Batch, Column, ObjectColumn, RowFile
from decision_tables.evaluator import messages
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Reason, Refusal
from decision_tables.impact.counting import Answer, Counting
from decision_tables.impact.figures import Impact
from decision_tables.lookup.columns import ColumnEvaluator
from decision_tables.text import Bilingual, nearest, normalise

Progress = Callable[[int, int], None]
"""Told how far the file is read, and how long it is."""


@dataclasses.dataclass(frozen=True)
class Measured:
    """One model with an evaluator of its own, and the day on which it is asked."""

    index: ModelIndex
    evaluator: ColumnEvaluator
    day: datetime.date


def measure(
    path: Path,
    old: Measured,
    new: Measured,
    table: str,
    by: str | None = None,
    reading: Reading = AS_FOUND,
    progress: Progress = lambda done, size: None,
) -> Impact:
    """Count over a file what changes in one table.

    Raises ``FileRefused`` and ``OSError`` for the file, ``Refusal`` for a table that is not there or not in force.
    """
    with open_rows(path, reading) as file:
        sides = [_Side(side, file, table, (old.index, new.index)) for side in (old, new)]
        counting = Counting(table, old.index, new.index)
        group = _position(by, file, (old.index, new.index)) if by is not None else None
        for batch in file.batches():
            _count(batch, sides, counting, group)
            progress(file.done, file.size)
        notes = (*file.notes, *_notes(sides))
        return counting.impact(notes, by, (old.day, new.day))


def _count(batch: Batch, sides: Sequence[_Side], counting: Counting, group: int | None) -> None:
    """Take in one batch: each pair of answers once, with the number of its rows."""
    counting.blank += batch.blank
    for broken in batch.broken:
        counting.add_broken(broken.number, broken.message)
    if not len(batch):
        return
    numbers = [side.decide(batch) for side in sides]
    codes, names = _groups(batch.columns[group]) if group is not None else (np.zeros(len(batch), np.int64), [""])
    answers = [side.answers for side in sides]
    widths = len(answers[1]), len(names)
    keys = (numbers[0].astype(np.int64) * widths[0] + numbers[1]) * widths[1] + codes
    pairs, first, counts = np.unique(keys, return_index=True, return_counts=True)
    rows = batch.numbers[first].tolist()
    for pair, count, row in zip(pairs.tolist(), counts.tolist(), rows, strict=True):
        both, code = divmod(pair, widths[1])
        a, b = divmod(both, widths[0])
        counting.add(answers[0][a], answers[1][b], count, row, names[code])
    for side in sides:
        side.measured.evaluator.forget()


class _Side:
    """One model over the columns of a file."""

    def __init__(self, measured: Measured, file: RowFile, table: str, indexes: tuple[ModelIndex, ModelIndex]) -> None:
        self.measured = measured
        index = measured.index
        names = [_common_name(name, indexes) for name in file.names]
        self.headings = match_headings(names, index, table, measured.day, Wanted(keep_all=True))
        question = Question(table, measured.day)
        self._decider = BatchDecider(measured.evaluator, index, self.headings, question)

    def decide(self, batch: Batch) -> Any:
        """The numbers of the answers."""
        return self._decider.decide(batch.columns, len(batch)).numbers

    @property
    def answers(self) -> Sequence[Answer]:
        """The answers by number."""
        return self.measured.evaluator.answers


def _common_name(name: str, indexes: tuple[ModelIndex, ModelIndex]) -> str:
    """The key of the field that a column is named after in either model, so that a new label is no new column."""
    plain = normalise(name)
    for index in reversed(indexes):
        key = index.field_keys.get(name) or index.field_keys.get(plain)
        if key is not None:
            return key
    return name


def _position(name: str, file: RowFile, indexes: tuple[ModelIndex, ModelIndex]) -> int:
    """The column by which rows are broken down, by its heading, or by the key or label of its field."""
    headings = [normalise(heading) for heading in file.names]
    keys = [_common_name(heading, indexes) for heading in file.names]
    for wanted, known in ((normalise(name), headings), (_common_name(name, indexes), keys)):
        if wanted in known:
            return known.index(wanted)
    near = nearest(name, file.names)
    guess = Bilingual(f"是否想写“{near[0]}”？", f" Did you mean “{near[0]}”?") if near else Bilingual("", "")
    raise refused(f"文件里没有“{name}”这一列。{guess.zh}", f"The file has no column “{name}”.{guess.en}")


def _notes(sides: Sequence[_Side]) -> Iterator[Bilingual]:
    """What was noticed about the columns, on which side if not on both."""
    both = [note for note in sides[0].headings.notes if note in sides[1].headings.notes]
    yield from both
    for side, name in zip(sides, (Bilingual("旧", "old"), Bilingual("新", "new")), strict=True):
        for note in side.headings.notes:
            if note not in both:
                yield Bilingual(f"{name.zh}：{note.zh}", f"{name.en}: {note.en}")


def _groups(column: Column) -> tuple[Any, list[str]]:
    """The values of a column as numbers, and what they are called."""
    values = column.values if isinstance(column, ObjectColumn) else _texts(column)
    names: dict[str, int] = {}
    codes = [names.setdefault("" if value is None else str(value), len(names)) for value in values]
    return np.array(codes, np.int64), list(names)


def _texts(column: Any) -> Sequence[object]:
    if hasattr(column, "as_text"):
        column = column.as_text()
    found: Sequence[object] = column.to_pylist()
    return found


def chosen_table(old: ModelIndex, new: ModelIndex, name: str | None) -> str:
    """The key of the table to measure: the one named, or the only one that no other table uses.

    Raises ``Refusal`` where that is not one table of both models.
    """
    both = {key: key for key in new.versions if key in old.versions}
    if name is not None:
        key = new.table_keys.get(name) or old.table_keys.get(name)
        if key not in both:
            raise messages.unknown_table(name, {n: k for n, k in new.table_keys.items() if k in both})
        return both[key]
    last = [key for key in both if not _is_used(key, new)]
    if len(last) == 1:
        return last[0]
    names = "、".join(last or both)
    raise Refusal(
        Reason.INVALID_REQUEST,
        Bilingual(f"请用 --table 指明一张表：{names}。", f"Name a table with --table: {names}."),
    )


def _is_used(key: str, index: ModelIndex) -> bool:
    results = {column.field for table in index.versions[key] for column in table.results}
    others = (table for table in index.model.tables if table.key != key)
    return any(column.field in results for table in others for column in table.conditions)
