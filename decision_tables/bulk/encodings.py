"""How the text of a CSV file is encoded and separated, found by looking at all of it."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

from decision_tables.bulk.refused import refused

_CHUNK = 1 << 22
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CANDIDATES = ("utf-8", "gb18030")
_DELIMITERS = (",", "\t", ";", "|")
LONGEST_HEADING_ROW = 1 << 20


def encoding_of(path: Path, given: str | None) -> str:
    """The encoding that the whole file can be read in: UTF-8, with its mark or UTF-16 by theirs, else GB18030."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(b"PK\x03\x04"):
        raise refused(
            f"{path} 不是 CSV 文件，像是 Excel 文件，请把扩展名改为 .xlsx。",
            f"{path} is no CSV file; it looks like an Excel file: name it .xlsx.",
        )
    marked = next((name for mark, name in _MARKS.items() if start.startswith(mark)), None)
    for candidate in [given] if given else [marked] if marked else _CANDIDATES:
        if _decodes(path, candidate):
            return candidate
    tried = given or marked or "、".join(_CANDIDATES)
    raise refused(
        f"{path} 不能按 {tried} 编码读出。请另存为 UTF-8 编码的 CSV，或用 --encoding 指明编码。",
        f"{path} cannot be read as {tried}. Save it as CSV in UTF-8, or name its encoding with --encoding.",
    )


def _decodes(path: Path, encoding: str) -> bool:
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError as error:
        raise refused(f"没有名为“{encoding}”的编码。", f"there is no encoding “{encoding}”.") from error
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def delimiter_of(heading_line: str) -> str:
    """The delimiter that stands most often in the first line outside quotes; a comma where there is none."""
    bare = "".join(heading_line.split('"')[::2])
    return max(_DELIMITERS, key=bare.count)


def headings_of(path: Path, encoding: str, delimiter: str | None) -> tuple[list[str], str]:
    """The first row of the file, and the delimiter."""
    with path.open(encoding=encoding, newline="") as file:
        start = file.read(LONGEST_HEADING_ROW)
    if not start.strip():
        raise refused(f"{path} 是空文件。", f"{path} is empty.")
    found = delimiter or delimiter_of(start.partition("\n")[0])
    try:
        return next(csv.reader(io.StringIO(start, newline=""), delimiter=found)), found
    except csv.Error as error:
        raise refused(f"{path} 的标题行读不出：{error}", f"the headings of {path} cannot be read: {error}") from error
