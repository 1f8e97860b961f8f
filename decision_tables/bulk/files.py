"""Opens a file of rows, by its extension."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from decision_tables.bulk.csv_file import CsvFile
from decision_tables.bulk.excel_file import ExcelFile
from decision_tables.bulk.parquet_file import ParquetFile
from decision_tables.bulk.refused import refused
from decision_tables.bulk.rows import RowFile
from decision_tables.cells import column_letters
from decision_tables.text import normalise

CSV = (".csv", ".tsv", ".txt")
PARQUET = (".parquet", ".pq")
EXCEL = (".xlsx", ".xlsm")


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read, where that is not left to be found out."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


AS_FOUND = Reading()


@contextmanager
def open_rows(path: Path, reading: Reading = AS_FOUND) -> Iterator[RowFile]:
    """The rows of a CSV, Parquet or Excel file. Raises ``FileRefused``, and ``OSError`` if it cannot be opened."""
    file = _opened(path, reading)
    try:
        _refuse_repeated(file.names, path)
        yield file
    finally:
        file.close()


def _opened(path: Path, reading: Reading) -> RowFile:
    kind = kind_of(path)
    if path.is_dir():
        raise refused(f"{path} 是文件夹，不是文件。", f"{path} is a folder and no file.")
    if kind in PARQUET:
        return ParquetFile(path)
    if kind in EXCEL:
        return ExcelFile(path, reading.sheet)
    return CsvFile(path, reading.encoding, reading.delimiter)


def kind_of(path: Path) -> str:
    """The extension in small letters. Raises ``FileRefused`` for one that stands for no known kind of file."""
    kind = path.suffix.lower()
    if kind not in CSV + PARQUET + EXCEL:
        known = "、".join(CSV[:1] + PARQUET[:1] + EXCEL[:1])
        raise refused(
            f"不认识“{path.name}”的扩展名，请用 {known}。", f"the extension of “{path.name}” is not known; use {known}."
        )
    return kind


def _refuse_repeated(names: tuple[str, ...], path: Path) -> None:
    places = collections.defaultdict(list)
    for position, name in enumerate(names, start=1):
        places[normalise(name)].append(column_letters(position))
    for name, letters in places.items():
        if name and len(letters) > 1:
            where = "、".join(letters)
            raise refused(
                f"{path} 的标题“{name}”出现了多次（{where} 列），请改名或删去。",
                f"the heading “{name}” of {path} stands over several columns ({where}); rename or remove them.",
            )
