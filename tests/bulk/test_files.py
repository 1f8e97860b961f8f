"""Files of rows: everything comes out as it stands, with its row number, and nothing is lost."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from decision_tables.bulk import csv_file, excel_file
from decision_tables.bulk.files import AS_FOUND, Reading, open_rows
from decision_tables.bulk.refused import FileRefused
from decision_tables.bulk.rows import Batch, BrokenRow, CellColumn


def _read(path: Path, reading: Reading = AS_FOUND) -> tuple[tuple[str, ...], list[Batch]]:
    with open_rows(path, reading) as file:
        batches = list(file.batches())
        assert file.done == file.size
    return file.names, batches


def _rows(batches: list[Batch]) -> dict[int, list[object]]:
    rows: dict[int, list[object]] = {}
    for batch in batches:
        texts: list[Any] = [c.as_text() if isinstance(c, CellColumn) else c for c in batch.columns]
        values = [column.to_pylist() for column in texts]
        for at, number in enumerate(batch.numbers.tolist()):
            rows[number] = [column[at] for column in values]
    return rows


def _broken(batches: list[Batch]) -> list[BrokenRow]:
    return [row for batch in batches for row in batch.broken]


def _csv(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / "people.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def test_every_value_of_a_csv_file_is_the_text_that_stands_there(tmp_path: Path) -> None:
    path = _csv(tmp_path, "证件号码,金额,日期\n011,1.10,2025-1-1\n110101199001011234,1e5,NA\n")
    names, batches = _read(path)
    assert names == ("证件号码", "金额", "日期")
    assert _rows(batches) == {2: ["011", "1.10", "2025-1-1"], 3: ["110101199001011234", "1e5", "NA"]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_is_found_from_the_whole_file(tmp_path: Path, encoding: str) -> None:
    late = "a" * 70_000 + "吴江"
    names, batches = _read(_csv(tmp_path, f"姓名,镇\n王,x\n李,{late}\n", encoding))
    assert names == ("姓名", "镇")
    assert _rows(batches) == {2: ["王", "x"], 3: ["李", late]}


def test_an_encoding_that_is_given_is_not_guessed_again(tmp_path: Path) -> None:
    path = _csv(tmp_path, "姓名\n王\n", "gb18030")
    with pytest.raises(FileRefused, match="--encoding"):
        _read(path, Reading(encoding="utf-8"))
    with pytest.raises(FileRefused, match="no encoding"):
        _read(path, Reading(encoding="utf-99"))


def test_bytes_in_no_known_encoding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="cannot be read as"):
        _read(_csv(tmp_path, b"a,b\n\xff\xff\x00,1\n"))


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_the_one_in_the_headings(tmp_path: Path, delimiter: str) -> None:
    names, batches = _read(_csv(tmp_path, delimiter.join("abc") + "\n" + delimiter.join("123") + "\n"))
    assert names == ("a", "b", "c")
    assert _rows(batches) == {2: ["1", "2", "3"]}


def test_rows_with_other_numbers_of_columns_are_set_aside_with_their_numbers(tmp_path: Path) -> None:
    content = 'a,b\n1,2\n3\n\n4,5\n"6\n7",8\n9,9,9\n0,0\n'
    _, batches = _read(_csv(tmp_path, content))
    assert _rows(batches) == {2: ["1", "2"], 5: ["4", "5"], 6: ["6\n7", "8"], 8: ["0", "0"]}
    assert [(row.number, row.text) for row in _broken(batches)] == [(3, "3"), (7, "9,9,9")]
    assert sum(batch.blank for batch in batches) == 1


def test_row_numbers_stay_right_over_many_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 64)
    lines = [str(n) if n % 7 == 0 else "" if n % 11 == 0 else f"{n},{n}" for n in range(2, 300)]
    _, batches = _read(_csv(tmp_path, "a,b\n" + "\n".join(lines) + "\n"))
    assert len(batches) > 20
    assert _rows(batches) == {n: [str(n), str(n)] for n in range(2, 300) if n % 7 and n % 11}
    assert [row.number for row in _broken(batches)] == [n for n in range(2, 300) if n % 7 == 0]
    assert sum(batch.blank for batch in batches) == sum(n % 11 == 0 and n % 7 > 0 for n in range(2, 300))


def test_headings_may_span_lines_and_have_no_rows(tmp_path: Path) -> None:
    assert _read(_csv(tmp_path, '"a\nb",c\n1,2\n'))[0] == ("a\nb", "c")
    assert _read(_csv(tmp_path, "a,b\n"))[1] == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is empty"),
        ("a,a\n1,2\n", r"stands over several columns \(A、B\)"),
        ("年龄,年龄 \n1,2\n", "stands over several columns"),
        (b"PK\x03\x04rest", "looks like an Excel file"),
    ],
)
def test_a_csv_file_that_does_not_do_is_refused(tmp_path: Path, content: str | bytes, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        _read(_csv(tmp_path, content))


def test_parquet_columns_keep_their_types(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    table = pa.table(
        {
            "kind": ["a", None, "a"],
            "fee": pa.array([Decimal("1.10"), None, Decimal(3)], pa.decimal128(9, 2)),
            "n": [1, 2, 3],
        }
    )
    pq.write_table(table, path, row_group_size=2)
    names, batches = _read(path)
    assert names == ("kind", "fee", "n")
    assert _rows(batches) == {1: ["a", Decimal("1.10"), 1], 2: [None, None, 2], 3: ["a", Decimal("3.00"), 3]}


def test_a_damaged_parquet_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    pq.write_table(pa.table({"a": list(range(10_000))}), path)
    whole = path.read_bytes()
    for damaged in (b"", b"PAR1", whole[: len(whole) // 2], b"PAR1" + bytes(len(whole) - 8) + b"PAR1"):
        path.write_bytes(damaged)
        with pytest.raises(FileRefused, match="no sound Parquet file"):
            _read(path)


@pytest.fixture(params=[0, 50_000_000], ids=["row by row", "held"])
def each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sheets are read row by row, or held."""
    monkeypatch.setattr(excel_file, "STREAMED_FROM", request.param)


def _book(folder: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    sheet["A2"].number_format = "0%"
    path = folder / "people.xlsx"
    book.save(path)
    return path


@pytest.mark.usefixtures("each_way")
def test_an_excel_file_gives_cells_as_the_reader_of_rules_reads_them(tmp_path: Path) -> None:
    path = _book(tmp_path, ["比例", "日期", "备注"], [0.7, datetime.date(2025, 1, 2), "=1+1"], [], ["x", None, "#N/A"])
    names, batches = _read(path)
    assert names == ("比例", "日期", "备注")
    assert _rows(batches) == {2: ["0.7", "2025-01-02", "=1+1"], 4: ["x", None, "#N/A"]}
    assert batches[0].blank == 1
    first = batches[0].columns[0]
    assert isinstance(first, CellColumn)
    assert first.cells[0] is not None
    assert first.cells[0].is_percent


@pytest.mark.usefixtures("each_way")
def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("名单").append(["a"])
    path = tmp_path / "people.xlsx"
    book.save(path)
    assert _read(path)[0] == ("a",)
    with pytest.raises(FileRefused, match="it has 名单"):
        _read(path, Reading(sheet="名单1"))


@pytest.mark.usefixtures("each_way")
def test_a_merged_cell_counts_in_every_row_that_it_covers(tmp_path: Path) -> None:
    path = _book(tmp_path, ["镇", "人"], ["盛泽", 1], [None, 2])
    book = openpyxl.load_workbook(path)
    book.worksheets[0].merge_cells("A2:A3")
    book.save(path)
    assert _rows(_read(path)[1]) == {2: ["盛泽", "1"], 3: ["盛泽", "2"]}


def test_other_files_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"use \.csv"):
        _read(tmp_path / "people.docx")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(FileRefused, match="is a folder"):
        _read(tmp_path / "folder.csv")
    with pytest.raises(OSError, match="missing"):
        _read(tmp_path / "missing.csv")
