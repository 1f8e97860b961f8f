"""One worksheet part into rows of contents, in a single pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, Protocol

from decision_tables.cells import Place
from decision_tables.problems import Problems
from decision_tables.text import Bilingual
from decision_tables.workbook.addresses import LAST_COLUMN, LAST_ROW, column_number, range_bounds, row_number
from decision_tables.workbook.contents import BadCell, Contents, TooLong
from decision_tables.workbook.grid import Content, MergedRange, RowContents
from decision_tables.workbook.limits import Limits
from decision_tables.workbook.parts import SheetPart, is_true
from decision_tables.workbook.plain_rows import PlainRow, PlainRows, StoredCell
from decision_tables.workbook.refused import Refused, damaged
from decision_tables.workbook.xml import DEEPEST, SPREADSHEET, Attributes, new_parser

_DIGITS = "0123456789"
_DEPTH_OF_ROWS = 2
_MOST_KNOWN = 1 << 16


class Budget:
    """How many rows and cells the sheets of one workbook may still fill, and how many may be damaged."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rows = self._cells = self.damaged_cells = 0

    def take_row(self, cells: int, place: Place) -> None:
        """Count one filled row with so many filled cells."""
        self._rows += 1
        self._cells += cells
        if self._rows > self._limits.rows:
            raise _too_much(place, Bilingual("有内容的行数", "filled rows"), self._rows, self._limits.rows)
        if self._cells > self._limits.cells:
            raise _too_much(place, Bilingual("有内容的单元格数", "filled cells"), self._cells, self._limits.cells)

    def take_damaged_cell(self, place: Place) -> None:
        """Count one cell that makes no sense."""
        self.damaged_cells += 1
        if self.damaged_cells > self._limits.damaged_cells:
            raise _too_much(
                place, Bilingual("损坏的单元格数", "damaged cells"), self.damaged_cells, self._limits.damaged_cells
            )


def _too_much(place: Place, what: Bilingual, actual: int, limit: int) -> Refused:
    return Refused("DT112", place, what=what, actual=actual, limit=limit)


class RowsKept(Protocol):
    """Where the rows go that are read; a dictionary, unless they are wanted one after another."""

    def __contains__(self, number: object, /) -> bool:
        """Whether the row was there before."""

    def __setitem__(self, number: int, row: RowContents, /) -> None:
        """Take a row with something in it."""


class SheetReader:
    """Collects rows, merged ranges and what is hidden while the part streams through ``parser``.

    Most rows come as text to ``take`` instead; see ``repeated``.
    """

    closing = b"</row>"

    def __init__(
        self,
        part: SheetPart,
        contents: Contents,
        budget: Budget,
        limits: Limits,
        problems: Problems,
        rows: RowsKept | None = None,
    ) -> None:
        self.rows: RowsKept = {} if rows is None else rows
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.merged: list[MergedRange] = []
        self.is_complete = False
        self.depth = 0
        self.ended_at = -1
        self.parser = new_parser(part.part)
        self._part, self._contents, self._budget = part, contents, budget
        self._limits, self._problems = limits, problems
        self._in_data = self._had_data = self._in_row = self._in_cell = self._in_text = self._in_phonetic = False
        self._row: RowContents = []
        self._row_number = self._filled = self._column = 0
        self._row_digits = self._kind = self._style = ""
        self._stored: str | None = None
        self._formula: str | None = None
        self._pieces: list[str] = []
        self._plain = PlainRows()
        self._known: dict[StoredCell, Content] = {}
        self._listen()

    def _listen(self) -> None:
        begin: dict[str, Callable[[Attributes], None]] = {
            "col": self._begin_column,
            "sheetData": self._begin_data,
            "row": self._begin_row,
            "c": self._begin_cell,
            "v": self._begin_pieces,
            "f": self._begin_pieces,
            "is": self._begin_text,
            "t": self._begin_text_piece,
            "rPh": self._begin_phonetic,
            "mergeCell": self._begin_merged,
        }
        end: dict[str, Callable[[], None]] = {
            "worksheet": self._end_worksheet,
            "sheetData": self._end_data,
            "row": self._end_row,
            "c": self._end_cell,
            "v": self._end_value,
            "f": self._end_formula,
            "is": self._end_text,
            "t": self._end_text_piece,
            "rPh": self._end_phonetic,
        }
        self._begin = {f"{space} {name}": handler for space in SPREADSHEET for name, handler in begin.items()}
        self._end = {f"{space} {name}": handler for space in SPREADSHEET for name, handler in end.items()}
        self.parser.StartElementHandler = self._start_element
        self.parser.EndElementHandler = self._end_element

    def _start_element(self, name: str, attributes: Attributes) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            self._fail()
        handler = self._begin.get(name)
        if handler is not None:
            handler(attributes)
        elif self._in_data and not self._in_text and name.startswith(SPREADSHEET) and not name.endswith(" extLst"):
            self._fail()

    def _end_element(self, name: str) -> None:
        self.depth -= 1
        handler = self._end.get(name)
        if handler is not None:
            handler()

    def _fail(self) -> NoReturn:
        raise damaged(self._part.part)

    def _place(self) -> Place:
        return Place(self._part.name, self._row_number, self._column)

    # The sheet.

    def _begin_data(self, _: Attributes) -> None:
        if self._had_data:
            self._fail()
        self._in_data = self._had_data = True

    def _end_data(self) -> None:
        self._in_data = False

    def _end_worksheet(self) -> None:
        self.is_complete = self._had_data

    def _begin_column(self, attributes: Attributes) -> None:
        if is_true(attributes.get("hidden")) or attributes.get("width") == "0":
            first, last = (attributes.get(name, "") for name in ("min", "max"))
            if not (first.isdigit() and last.isdigit() and len(first) < 6 and len(last) < 6):
                self._fail()
            self.hidden_columns.update(range(int(first), min(int(last), self._limits.columns) + 1))

    def _begin_merged(self, attributes: Attributes) -> None:
        bounds = range_bounds(attributes.get("ref", ""))
        if bounds is None:
            self._fail()
        if bounds[:2] != bounds[2:]:
            self.merged.append(MergedRange(*bounds))

    # Rows.

    def _begin_row(self, attributes: Attributes) -> None:
        if self._in_row or not self._in_data:
            self._fail()
        self._row_digits = attributes.get("r") or str(self._row_number + 1)
        number = row_number(self._row_digits)
        if number is None or number in self.rows:
            self._fail()
        self._in_row, self._row_number, self._row, self._column, self._filled = True, number, [], 0, 0
        if is_true(attributes.get("hidden")) or attributes.get("ht") == "0":
            self.hidden_rows.add(number)

    def _end_row(self) -> None:
        self._in_row = False
        self.ended_at = self.parser.CurrentByteIndex
        self._keep_row()

    def _keep_row(self) -> None:
        if self._row:
            self._column = 0
            self._budget.take_row(self._filled, self._place())
            self.rows[self._row_number] = self._row

    # Rows in plain form.

    def take(self, text: str) -> bool:
        """Take a row in plain form, whose cells stand in order."""
        row = self._plain.read(text, self.hidden_rows) if self.depth == _DEPTH_OF_ROWS else None
        if row is None:
            return False
        if row.number in self.rows or row.number > LAST_ROW or max(row.columns, default=0) > self._limits.columns:
            return False
        self._row_number = row.number
        if row.is_hidden:
            self.hidden_rows.add(row.number)
        self._row = self._contents_of(row)
        self._filled = len(self._row) - self._row.count(None)
        self._keep_row()
        return True

    def _contents_of(self, row: PlainRow) -> RowContents:
        contents: RowContents = [*map(self._known.get, row.cells)]
        if None in contents:
            for at, content in enumerate(contents):
                if content is None and row.cells[at][2] is not None:
                    contents[at] = self._new_content(row.columns[at], row.cells[at])
        if not row.is_dense:
            contents = _spread(row.columns, contents)
        while contents and contents[-1] is None:
            contents.pop()
        return contents

    def _new_content(self, column: int, cell: StoredCell) -> Content | None:
        """The content of a cell of a plain row; equal cells are known by sight from then on."""
        self._column = column
        self._kind, self._style, self._stored, self._formula = cell[0] or "n", cell[1] or "0", cell[2], None
        content = self._content()
        if content is not None and len(self._known) < _MOST_KNOWN:
            self._known[cell] = content
        return content

    # Cells.

    def _begin_cell(self, attributes: Attributes) -> None:
        if self._in_cell or not self._in_row:
            self._fail()
        self._in_cell = True
        self._column = self._column_of(attributes.get("r"))
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._stored = self._formula = None

    def _column_of(self, address: str | None) -> int:
        if address is None:
            column: int | None = self._column + 1 if self._column < LAST_COLUMN else None
        else:
            letters = address.rstrip(_DIGITS)
            column = column_number(letters) if address[len(letters) :] == self._row_digits else None
        if column is None:
            self._fail()
        return column

    def _end_cell(self) -> None:
        self._in_cell = False
        if self._stored is None and self._formula is None:
            return
        content = self._content()
        if content is not None:
            self._put(content)

    def _content(self) -> Content | None:
        """What the cell just read holds; a damaged one is a problem."""
        try:
            return self._contents.content(self._kind, self._style, self._stored, self._formula)
        except BadCell as error:
            self._budget.take_damaged_cell(self._place())
            self._problems.add("DT113", self._place(), reason=error.reason)
            return None
        except TooLong as error:
            raise self._too_long(error.length) from error

    def _too_long(self, length: int) -> Refused:
        return _too_much(self._place(), Bilingual("文本长度", "length of a text"), length, self._limits.text_length)

    def _put(self, content: Content) -> None:
        row, column = self._row, self._column
        if column > self._limits.columns:
            raise _too_much(self._place(), Bilingual("有内容的列数", "filled columns"), column, self._limits.columns)
        missing = column - len(row)
        if missing > 0:
            row.extend([None] * (missing - 1))
            row.append(content)
        elif row[column - 1] is None:
            row[column - 1] = content
        else:
            self._fail()
        self._filled += 1

    # What a cell holds.

    def _begin_pieces(self, _: Attributes) -> None:
        self._pieces.clear()
        self.parser.CharacterDataHandler = self._pieces.append

    def _taken(self) -> str:
        self.parser.CharacterDataHandler = None
        return "".join(self._pieces)

    def _end_value(self) -> None:
        if self._stored is not None:
            self._fail()
        self._stored = self._taken()

    def _end_formula(self) -> None:
        self._formula = self._taken()

    def _begin_text(self, _: Attributes) -> None:
        self._in_text = True
        self._pieces.clear()

    def _begin_text_piece(self, _: Attributes) -> None:
        if self._in_text and not self._in_phonetic:
            self.parser.CharacterDataHandler = self._pieces.append

    def _end_text_piece(self) -> None:
        self.parser.CharacterDataHandler = None

    def _end_text(self) -> None:
        self._in_text = False
        self._end_value()

    def _begin_phonetic(self, _: Attributes) -> None:
        self._in_phonetic = True

    def _end_phonetic(self) -> None:
        self._in_phonetic = False


def _spread(columns: tuple[int, ...], contents: RowContents) -> RowContents:
    """Contents at their columns, the last of which is the last of the row."""
    row: RowContents = [None] * columns[-1]
    for column, content in zip(columns, contents, strict=True):
        row[column - 1] = content
    return row
