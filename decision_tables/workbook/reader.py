"""Workbooks into grids: every sheet in one pass, or a problem that says why not."""

from __future__ import annotations

import hashlib
import os
import pathlib
from collections.abc import Callable
from typing import TypeAlias

from decision_tables.cells import Place
from decision_tables.collection import collection_put_off
from decision_tables.problems import Problems
from decision_tables.workbook.contents import Contents
from decision_tables.workbook.grid import Grid, RowContents, Sheet, merged_by_column
from decision_tables.workbook.limits import DEFAULT, Limits
from decision_tables.workbook.merging import clear_covered, refuse_overlaps, touching
from decision_tables.workbook.package import Package, open_package
from decision_tables.workbook.parts import SheetPart, WorkbookParts, find_parts
from decision_tables.workbook.refused import Refused, damaged
from decision_tables.workbook.repeated import parse_repeated
from decision_tables.workbook.sheet import Budget, SheetReader
from decision_tables.workbook.strings import read_strings
from decision_tables.workbook.styles import read_formats
from decision_tables.workbook.xml import OnBytes

Progress: TypeAlias = Callable[[int, int], None]


def read_workbook(
    source: str | os.PathLike[str] | bytes,
    problems: Problems,
    limits: Limits = DEFAULT,
    progress: Progress | None = None,
) -> Grid | None:
    """The grid of an .xlsx workbook given as a path or as bytes; None where it cannot be used.

    Whatever is wrong with the content becomes a problem and nothing is raised for it; a path that is missing or may
    not be read raises OSError. ``progress`` is told how many bytes of all sheets have been read, and their total.
    """
    try:
        with collection_put_off():
            return _read(bytes_of(source, limits), problems, limits, progress)
    except Refused as refused:
        refused.note(problems)
        return None


def bytes_of(source: str | os.PathLike[str] | bytes, limits: Limits) -> bytes:
    """The bytes of the file; refused where it is none, or too large."""
    if isinstance(source, bytes):
        data = source
    else:
        path = pathlib.Path(source)
        if path.exists() and not path.is_file():
            raise Refused("DT101")
        with path.open("rb") as file:
            data = file.read(limits.file_bytes + 1)
    if len(data) > limits.file_bytes:
        raise Refused("DT103", limit=limits.file_bytes // 1_000_000)
    return data


def contents_of(package: Package, parts: WorkbookParts, limits: Limits) -> Contents:
    """What turns the stored cells of a workbook into contents."""
    return Contents(
        read_strings(package, parts.strings, limits),
        read_formats(package, parts.styles, limits),
        counts_from_1904=parts.counts_from_1904,
        longest=limits.text_length,
    )


def _read(data: bytes, problems: Problems, limits: Limits, progress: Progress | None) -> Grid | None:
    package = open_package(data, limits)
    parts = find_parts(package, limits)
    contents = contents_of(package, parts, limits)
    _mention_what_is_ignored(package, problems)
    on_bytes = _byte_counter(package, parts.sheets, progress)
    budget = Budget(limits)
    sheets: list[Sheet] = []
    for part in parts.sheets:
        rows: dict[int, RowContents] = {}
        reader = SheetReader(part, contents, budget, limits, problems, rows)
        parse_repeated(package, part.part, reader, on_bytes)
        sheets.append(_sheet(part, reader, rows, limits, problems))
    return None if budget.damaged_cells else Grid(tuple(sheets), f"sha256:{hashlib.sha256(data).hexdigest()}")


def _mention_what_is_ignored(package: Package, problems: Problems) -> None:
    if "xl/vbaProject.bin" in package:
        problems.add("DT121", Place())
    if package.any_under("xl/externallinks/"):
        problems.add("DT122", Place())


def _byte_counter(package: Package, sheets: tuple[SheetPart, ...], progress: Progress | None) -> OnBytes | None:
    if progress is None:
        return None
    total = sum(package.size(sheet.part) for sheet in sheets if sheet.part in package)
    done = 0

    def count(size: int) -> None:
        nonlocal done
        done += size
        progress(done, total)

    return count


def _sheet(
    part: SheetPart, reader: SheetReader, found: dict[int, RowContents], limits: Limits, problems: Problems
) -> Sheet:
    if not reader.is_complete:
        raise damaged(part.part)
    filled = dict(sorted(found.items()))
    last_row, last_column = max(filled, default=0), max(map(len, filled.values()), default=0)
    merged = touching(reader.merged, last_row, last_column, limits, part.name)
    by_column = merged_by_column(merged, limits.columns)
    refuse_overlaps(by_column, part.name)
    clear_covered(filled, merged, part.name, problems)
    rows = {number: row for number, row in filled.items() if any(row)}
    return Sheet(
        name=part.name,
        hidden=part.hidden,
        rows=rows,
        hidden_rows=frozenset(reader.hidden_rows & rows.keys()),
        hidden_columns=frozenset(column for column in reader.hidden_columns if column <= last_column),
        merged=merged,
        max_row=max(rows, default=0),
        max_column=last_column,
        merged_columns=by_column,
    )
