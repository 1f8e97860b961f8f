"""A file of rows decided into a file of results; rows that cannot be decided go into a file of their own.

Every row that is read is either answered, set aside, or blank, and is counted once.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime
import itertools
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from decision_tables.bulk.answers import (
    MESSAGE_EN,
    MESSAGE_ZH,
    REASON,
    STATUS,
    AnswerTable,
    answer_table,
    result_columns,
)
from decision_tables.bulk.checkpoint import ANSWERS, REJECTED, Checkpoint, digest_of_file
from decision_tables.bulk.files import AS_FOUND, Reading, kind_of, open_rows
from decision_tables.bulk.frames import BatchDecider, Question
from decision_tables.bulk.headings import NOTHING_KEPT, Headings, Wanted, match_headings
from decision_tables.bulk.refused import refused
from decision_tables.bulk.rows import Batch, CellColumn, Column, ObjectColumn
from decision_tables.bulk.writing import refuse_too_many, widest, write_tables
from decision_tables.cells import column_letters
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.lookup.column_keys import Codes
from decision_tables.lookup.columns import ColumnEvaluator
from decision_tables.text import Bilingual

ROW, LINE = "_row", "_line"
MALFORMED = "MALFORMED_ROW"
"""Stands for a reason where a row cannot be taken apart into columns."""

MANY_ANSWERS = 20_000

OnProgress = Callable[[int, int], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """Which file is decided into which, and how."""

    source: Path
    target: Path
    rejected: Path
    question: Question
    reading: Reading = AS_FOUND
    wanted: Wanted = NOTHING_KEPT
    restart: bool = False
    force: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """How many rows were read, and what became of them; ``reasons`` counts those set aside by reason."""

    read: int
    matched: int
    no_match: int
    set_aside: int
    blank: int
    reasons: dict[str, int]
    notes: tuple[Bilingual, ...]
    as_of: datetime.date
    continued: int = 0
    """The rows that an earlier run, stopped before its end, had done."""


def decide_file(job: Job, evaluator: ColumnEvaluator, index: ModelIndex, on_progress: OnProgress) -> Summary:
    """Decide every row of the file. Goes on with a run that was stopped, if nothing has changed since.

    Raises ``FileRefused`` and ``Refusal`` for what cannot be done at all, and ``OSError``.
    """
    checkpoint = Checkpoint(job.target.with_name(job.target.name + ".partial"), _description(job, index))
    if job.restart:
        checkpoint.remove()
    checkpoint.refuse_changes()
    _refuse_paths(job, checkpoint)
    with open_rows(job.source, job.reading) as file, checkpoint.held():
        headings = match_headings(file.names, index, job.question.table, job.question.as_of, job.wanted)
        names = [name or column_letters(n) for n, name in enumerate(file.names, start=1)]
        _refuse_names(names, headings, index, job.question.table)
        decider = BatchDecider(evaluator, index, headings, job.question)
        batcher = _Batches(decider, evaluator, index, names, headings, job.question.table)
        counts = checkpoint.done()
        earlier = sum(count["read"] for count in counts)
        for batch in itertools.islice(file.batches(), len(counts), None):
            tables, count = batcher.decided(batch)
            checkpoint.add(len(counts), tables, count)
            counts.append(count)
            refuse_too_many(job.target, sum(c["matched"] + c["no_match"] for c in counts))
            on_progress(file.done, file.size)
        if not counts:
            tables, count = batcher.decided(_no_rows(len(names)))
            checkpoint.add(0, tables, count)
            counts.append(count)
        _assemble(job, checkpoint, counts)
        notes = (*file.notes, *headings.notes)
    checkpoint.remove()
    return _summary(counts, notes, job.question.as_of, earlier)


def begun_on(target: Path) -> datetime.date | None:
    """The as-of date of a run that was stopped; its rest is decided on the same date."""
    day = Checkpoint(target.with_name(target.name + ".partial"), {}).earlier().get("as_of")
    return datetime.date.fromisoformat(day) if isinstance(day, str) else None


def _description(job: Job, index: ModelIndex) -> dict[str, Any]:
    return {
        "format": 1,
        "input": digest_of_file(job.source),
        "model": index.model.digest,
        "table": job.question.table,
        "as_of": job.question.as_of.isoformat(),
        "reading": dataclasses.asdict(job.reading),
        "columns": {**dataclasses.asdict(job.wanted), "keep": list(job.wanted.keep)},
    }


def _refuse_paths(job: Job, checkpoint: Checkpoint) -> None:
    for path in (job.target, job.rejected):
        kind_of(path)
        if path.exists() and path.samefile(job.source):
            raise refused(f"{path} 是要读的文件，不能覆盖。", f"{path} is the file to read and is not written over.")
        if path.exists() and not job.force and not checkpoint.exists:
            raise refused(
                f"{path} 已经存在。要覆盖它，请加 --force。", f"{path} is there already; --force writes over it."
            )
    if job.target.resolve() == job.rejected.resolve():
        raise refused("结果和退回的行不能写进同一个文件。", "Results and rows set aside cannot go into one file.")


def _refuse_names(names: Sequence[str], headings: Headings, index: ModelIndex, table: str | None) -> None:
    results = {column.key for column in result_columns(index, table)}
    for name in (names[n] for n in headings.kept):
        if name in results or name.startswith("_"):
            raise refused(
                f"要带出的列“{name}”与结果的列同名，请改名。",
                f"The column “{name}” to be kept has the name of a column of the results; rename it.",
            )


def _no_rows(width: int) -> Batch:
    return Batch(np.empty(0, np.int64), tuple(pa.array([], pa.string()) for _ in range(width)))


@dataclasses.dataclass(frozen=True, slots=True)
class _Batches:
    """Turns a batch into the tables of its answers and of its rows set aside."""

    decider: BatchDecider
    evaluator: ColumnEvaluator
    index: ModelIndex
    names: Sequence[str]
    headings: Headings
    table: str | None

    def decided(self, batch: Batch) -> tuple[dict[str, pa.Table], dict[str, Any]]:
        self.evaluator.forget()
        numbers = self.decider.decide(batch.columns, len(batch)).numbers
        answers, own = self._answer_table(numbers)
        refusals = np.array([isinstance(a, Refusal) for a in self.evaluator.answers], np.bool_)
        is_refused = refusals.take(numbers) if len(refusals) else np.zeros(0, np.bool_)
        answered, refused_rows = np.flatnonzero(~is_refused), np.flatnonzero(is_refused)
        found = dict(zip(answers.names, answers.taken(own), strict=True))
        results = self._answered(batch, found, answered)
        rejected = _joined(self._refused(batch, found, refused_rows), self._broken(batch))
        return {ANSWERS: results, REJECTED: rejected}, _counts(batch, results, rejected)

    def _answer_table(self, numbers: Codes) -> tuple[AnswerTable, Codes]:
        """The answers as columns, and for each row which of them; only those that occur where there are many more."""
        if len(self.evaluator.answers) <= MANY_ANSWERS:
            return self.evaluator.of_answers(lambda all_: answer_table(all_, self.index, self.table)), numbers
        used, own = np.unique(numbers, return_inverse=True)
        answers = [self.evaluator.answers[number] for number in used.tolist()]
        return answer_table(answers, self.index, self.table), own.astype(np.int32)

    def _answered(self, batch: Batch, found: Mapping[str, Any], rows: np.ndarray[Any, Any]) -> pa.Table:
        """The number of each row in the file, the columns that are kept, and the answers."""
        kept: dict[str, Any] = {ROW: pa.array(batch.numbers)} | {
            self.names[n]: _plain(batch.columns[n]) for n in self.headings.kept
        }
        columns = kept | {k: v for k, v in found.items() if k not in (REASON, MESSAGE_ZH, MESSAGE_EN)}
        return pa.table({name: _plain(column).take(pa.array(rows)) for name, column in columns.items()})

    def _refused(self, batch: Batch, found: Mapping[str, Any], rows: np.ndarray[Any, Any]) -> pa.Table:
        """Row numbers, reasons, and the columns of the file as text."""
        taken = pa.array(rows)
        columns: dict[str, Any] = {ROW: pa.array(batch.numbers).take(taken)}
        columns |= {name: _plain(found[name]).take(taken) for name in (REASON, MESSAGE_ZH, MESSAGE_EN)}
        columns |= {
            name: _as_text(_plain(column).take(taken)) for name, column in zip(self.names, batch.columns, strict=True)
        }
        return pa.table(columns | {LINE: pa.nulls(len(rows), pa.string())})

    def _broken(self, batch: Batch) -> pa.Table:
        rows = batch.broken
        columns: dict[str, Any] = {
            ROW: pa.array([row.number for row in rows], pa.int64()),
            REASON: pa.array([MALFORMED] * len(rows), pa.string()),
            MESSAGE_ZH: pa.array([row.message.zh for row in rows], pa.string()),
            MESSAGE_EN: pa.array([row.message.en for row in rows], pa.string()),
        }
        columns |= {name: pa.nulls(len(rows), pa.string()) for name in self.names}
        return pa.table(columns | {LINE: pa.array([row.text for row in rows], pa.string())})


def _joined(one: pa.Table, other: pa.Table) -> pa.Table:
    return pa.concat_tables([one, other]).sort_by(ROW)


def _plain(column: Column) -> Any:
    """A column as an Arrow array without a dictionary."""
    if isinstance(column, CellColumn):
        return column.as_text()
    if isinstance(column, ObjectColumn):
        return pa.array([None if value is None else str(value) for value in column.values], pa.string())
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _as_text(column: Any) -> Any:
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())


def _counts(batch: Batch, results: pa.Table, rejected: pa.Table) -> dict[str, Any]:
    statuses = collections.Counter(results.column(STATUS).to_pylist())
    return {
        "read": len(batch) + len(batch.broken) + batch.blank,
        "matched": statuses["matched"],
        "no_match": statuses["no_match"],
        "blank": batch.blank,
        "reasons": dict(collections.Counter(rejected.column(REASON).to_pylist())),
    }


def _assemble(job: Job, checkpoint: Checkpoint, counts: Sequence[Mapping[str, Any]]) -> None:
    """The files, each put into its place in one step."""
    has_rejected = any(count["reasons"] for count in counts)
    for kind, path in [(REJECTED, job.rejected)] if has_rejected else []:
        _write(kind, path, checkpoint, len(counts))
    if not has_rejected:
        job.rejected.unlink(missing_ok=True)
    _write(ANSWERS, job.target, checkpoint, len(counts))


def _write(kind: str, path: Path, checkpoint: Checkpoint, count: int) -> None:
    schema = widest(checkpoint.schemas(kind, count))
    fresh = path.with_name(f".{path.stem}.new{path.suffix}")
    try:
        write_tables(fresh, schema, checkpoint.tables(kind, count, schema))
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def _summary(
    counts: Iterable[Mapping[str, Any]], notes: tuple[Bilingual, ...], as_of: datetime.date, continued: int
) -> Summary:
    total: collections.Counter[str] = collections.Counter()
    reasons: collections.Counter[str] = collections.Counter()
    for count in counts:
        total.update({key: count[key] for key in ("read", "matched", "no_match", "blank")})
        reasons.update(count["reasons"])
    return Summary(
        read=total["read"],
        matched=total["matched"],
        no_match=total["no_match"],
        set_aside=reasons.total(),
        blank=total["blank"],
        reasons=dict(reasons.most_common()),
        notes=notes,
        as_of=as_of,
        continued=continued,
    )
