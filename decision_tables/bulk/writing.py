"""Arrow tables into files: Parquet with exact types, CSV and Excel with values as a person reads them.

CSV is UTF-8 with its mark, so that Excel opens Chinese as Chinese. It says nothing of types: whoever opens it with a
spreadsheet should know that texts beginning with ``=`` are calculated there. In Excel files such texts stay texts.
"""

from __future__ import annotations

import codecs
import datetime
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from decision_tables.bulk.answers import shown_in_text
from decision_tables.bulk.files import EXCEL, PARQUET, kind_of
from decision_tables.bulk.refused import refused
from decision_tables.editing.formula_guard import put_text

MOST_EXCEL_ROWS = 1_048_575
_LONGEST_EXCEL_TEXT = 32_767
_EXCEL_DIGITS = 15
_ILLEGAL = {code: None for code in range(32) if code not in (9, 10, 13)} | {0xFFFE: None, 0xFFFF: None}


def write_tables(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
    """Write tables of one schema one after another, as the extension says."""
    kind = kind_of(path)
    if kind in PARQUET:
        _write_parquet(path, schema, tables)
    elif kind in EXCEL:
        _write_excel(path, schema, tables)
    else:
        _write_csv(path, schema, tables, "\t" if kind == ".tsv" else ",")


def _write_parquet(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
    with pq.ParquetWriter(path, schema) as writer:
        for table in tables:
            writer.write_table(table)


def _write_csv(path: Path, schema: pa.Schema, tables: Iterable[pa.Table], delimiter: str) -> None:
    texts = pa.schema([pa.field(f.name, pa.string() if pa.types.is_nested(f.type) else f.type) for f in schema])
    with path.open("wb") as file:
        file.write(codecs.BOM_UTF8)
        with pacsv.CSVWriter(file, texts, write_options=pacsv.WriteOptions(delimiter=delimiter)) as writer:
            for table in tables:
                columns = [_flat(column) for column in table.columns]
                writer.write_table(pa.table(columns, schema=texts))


def _flat(column: Any) -> Any:
    if not pa.types.is_nested(column.type):
        return column
    return pa.array([shown_in_text(value) for value in column.to_pylist()], pa.string())


def _write_excel(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("结果")
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, name, bold=True) for name in schema.names])
    for table in tables:
        for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
            sheet.append([None if value is None else _cell(sheet, value) for value in row])
    book.save(path)


def refuse_too_many(path: Path, rows: int) -> None:
    """Refuse more rows than a sheet has."""
    if kind_of(path) in EXCEL and rows > MOST_EXCEL_ROWS:
        raise refused(
            f"结果超过 Excel 一张表的 {MOST_EXCEL_ROWS} 行，请改用 .csv 或 .parquet。",
            f"The results are more than the {MOST_EXCEL_ROWS} rows of a sheet; use .csv or .parquet.",
        )


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    """A cell that is never a formula; numbers of more digits than Excel keeps are texts."""
    is_number = isinstance(value, int | Decimal) and len(Decimal(value).as_tuple().digits) <= _EXCEL_DIGITS
    if isinstance(value, bool | datetime.date) or is_number:
        cell = WriteOnlyCell(sheet, value)
        if isinstance(value, datetime.datetime):
            cell.number_format = "yyyy-mm-dd hh:mm:ss"
        elif isinstance(value, datetime.date):
            cell.number_format = "yyyy-mm-dd"
    else:
        text = (shown_in_text(value) or "").translate(_ILLEGAL)[:_LONGEST_EXCEL_TEXT]
        cell = WriteOnlyCell(sheet)
        put_text(cell, text)
    if bold:
        cell.font = Font(bold=True)
    return cell


def widest(schemas: Iterable[pa.Schema]) -> pa.Schema:
    """One schema that holds the values of all: decimals with the most digits on either side of the point."""
    found: dict[str, pa.DataType] = {}
    for schema in schemas:
        for field in schema:
            known = found.get(field.name)
            found[field.name] = field.type if known is None else _wider(known, field.type)
    return pa.schema(list(found.items()))


def _wider(one: Any, other: Any) -> Any:
    if one == other:
        return one
    if pa.types.is_list(one) and pa.types.is_list(other):
        return pa.list_(_wider(one.value_type, other.value_type))
    if pa.types.is_null(one) or pa.types.is_null(other):
        return other if pa.types.is_null(one) else one
    whole = max(one.precision - one.scale, other.precision - other.scale)
    scale = max(one.scale, other.scale)
    return pa.decimal128(38, scale) if whole + scale <= 38 else pa.decimal256(76, scale)
