"""CSV files as rows, every value as the text that stands there: identity numbers and zeros in front stay exact."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from decision_tables.bulk.encodings import encoding_of, headings_of
from decision_tables.bulk.refused import refused
from decision_tables.bulk.rows import Batch, BrokenRow, Numbers
from decision_tables.text import Bilingual

BLOCK_BYTES = 1 << 23
"""So much of the file is read at a time; no row may be longer."""

_UTF8 = ("utf-8", "utf-8-sig")


class CsvFile:
    """A CSV file, open for reading."""

    def __init__(self, path: Path, encoding: str | None = None, delimiter: str | None = None) -> None:
        self._path = path
        found = encoding_of(path, encoding)
        headings, separator = headings_of(path, found, delimiter)
        self.names = tuple(headings)
        self.notes = _notes(found, separator, encoding, delimiter)
        self.size = os.path.getsize(path)
        self.done = 0
        self._broken: list[BrokenRow] = []
        self._keys = [f"c{n}" for n in range(len(headings))]
        self._file = path.open("rb")
        self._reader = self._open(found, separator)

    def _open(self, encoding: str, delimiter: str) -> pacsv.CSVStreamingReader | None:
        try:
            return pacsv.open_csv(
                self._file,
                pacsv.ReadOptions(
                    use_threads=False,
                    block_size=BLOCK_BYTES,
                    encoding="utf8" if encoding in _UTF8 else encoding,
                    column_names=self._keys,
                    skip_rows_after_names=1,
                ),
                pacsv.ParseOptions(
                    delimiter=delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=self._set_aside,
                ),
                pacsv.ConvertOptions(
                    column_types=dict.fromkeys(self._keys, pa.string()), strings_can_be_null=False, check_utf8=False
                ),
            )
        except pa.ArrowInvalid as error:
            if "Empty CSV" in str(error):
                return None
            raise self._damaged(2, error) from error

    def _set_aside(self, row: pacsv.InvalidRow) -> Literal["skip"]:
        message = Bilingual(
            f"这一行有 {row.actual_columns} 列，标题行有 {row.expected_columns} 列。",
            f"the row has {row.actual_columns} columns, the headings {row.expected_columns}.",
        )
        self._broken.append(BrokenRow(row.number or 0, message, row.text))
        return "skip"

    def batches(self) -> Iterator[Batch]:
        """The rows; those with too many or too few columns as broken ones, those without any value counted."""
        next_number = 2
        while (read := self._next(next_number)) is not None:
            numbers, next_number = _numbered(len(read), next_number, {row.number for row in self._broken})
            broken = tuple(row for row in self._broken if row.number < next_number)
            self._broken = [row for row in self._broken if row.number >= next_number]
            self.done = min(self._file.tell(), self.size)
            yield _without_blank(numbers, read, broken)
        if self._broken:
            yield Batch(
                np.empty(0, np.int64), tuple(pa.array([], pa.string()) for _ in self._keys), tuple(self._broken)
            )
        self.done = self.size

    def _next(self, number: int) -> pa.RecordBatch | None:
        try:
            return self._reader.read_next_batch() if self._reader is not None else None
        except StopIteration:
            return None
        except (pa.ArrowInvalid, UnicodeError) as error:
            raise self._damaged(number, error) from error

    def _damaged(self, number: int, error: Exception) -> Exception:
        return refused(
            f"{self._path} 从第 {number} 行起读不下去：{error}。请检查引号是否成对、行是否过长。",
            f"{self._path} cannot be read from row {number} on: {error}. Look for a lone quote or an overlong row.",
        )

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _notes(found: str, separator: str, encoding: str | None, delimiter: str | None) -> tuple[Bilingual, ...]:
    notes = []
    if encoding is None and found not in _UTF8:
        notes.append(Bilingual(f"按 {found.upper()} 编码读取", f"read as {found.upper()}"))
    if delimiter is None and separator != ",":
        shown = {"\t": Bilingual("制表符", "tab")}.get(separator, Bilingual(separator, separator))
        notes.append(Bilingual(f"分隔符是 {shown.zh}", f"the delimiter is {shown.en}"))
    return tuple(notes)


def _numbered(count: int, first: int, skipped: set[int]) -> tuple[Numbers, int]:
    """The next ``count`` numbers that are not skipped, and the number after them."""
    last = first + count
    while len(skipped) and (taken := last - first - sum(first <= n < last for n in skipped)) < count:
        last += count - taken
    numbers = np.arange(first, last, dtype=np.int64)
    return numbers[~np.isin(numbers, list(skipped))] if skipped else numbers, last


def _without_blank(numbers: Numbers, read: pa.RecordBatch, broken: tuple[BrokenRow, ...]) -> Batch:
    blank = functools.reduce(_both, (pc.equal(column, pa.scalar("")) for column in read.columns))
    count = blank.true_count
    if count:
        kept = pc.invert(blank)
        numbers, read = numbers[np.asarray(kept.to_numpy(zero_copy_only=False))], read.filter(kept)
    return Batch(numbers, tuple(read.columns), broken, count)


def _both(left: pa.BooleanArray, right: pa.BooleanArray) -> pa.BooleanArray:
    return pc.and_(left, right)
