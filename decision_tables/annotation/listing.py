"""The sheet that lists all problems, each with a link to its cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from decision_tables.annotation import wording
from decision_tables.annotation.looks import ListLooks
from decision_tables.annotation.notes import shortened
from decision_tables.cells import Place, column_letters
from decision_tables.editing.markup import HEAD, escaped, text_content
from decision_tables.editing.notes import lines_of
from decision_tables.model.words import PROBLEM_LIST_TITLE
from decision_tables.problems import Problem, Severity, hint_of, message_of, severity_of
from decision_tables.text import Bilingual

MOST_ROWS = 50_000
MOST_RELATED = 8
LONGEST = 2_000
COLUMNS = 10
FIRST_ROW = 6
"""The row of the first problem; title, summary, explanation and headers stand above."""

_HEADER_ROW = FIRST_ROW - 1
HEAD_WIDTHS = {1: 1, 2: 1, 3: 1, _HEADER_ROW: COLUMNS}
"""How many columns the rows above the problems fill."""

_TAB_COLOURS = {Severity.ERROR: "FFC00000", Severity.WARNING: "FFFFC000", Severity.INFO: "FF5B9BD5"}
_ALL_WELL = "FF70AD47"
_PIXELS_PER_CHARACTER = 6
"""A column's width counts digits of 11 points; the list is written in 10, with room to spare."""
_LINE, _TALLEST = 15, 400


class _Column(NamedTuple):
    heading: str
    width: int


class ProblemList(NamedTuple):
    """What the list shows: the problems, and how many cells got no comment for want of room."""

    problems: Sequence[Problem]
    without_note: int
    language: str

    @property
    def worst(self) -> Severity | None:
        """The worst severity listed."""
        found = {severity_of(problem) for problem in self.problems}
        return next((severity for severity in Severity if severity in found), None)


def list_sheet(listed: ProblemList, looks: ListLooks, namespace: str) -> bytes:
    """The worksheet part."""
    shown = listed.problems[:MOST_ROWS]
    columns = _columns(listed.language)
    last = f"{column_letters(COLUMNS)}{_HEADER_ROW + len(shown)}"
    colour = _TAB_COLOURS[listed.worst] if listed.worst else _ALL_WELL
    return "".join(
        [
            f'{HEAD}<worksheet xmlns="{namespace}"><sheetPr><tabColor rgb="{colour}"/><pageSetUpPr fitToPage="1"/>',
            f'</sheetPr><dimension ref="A1:{last}"/>',
            _view(),
            '<sheetFormatPr defaultRowHeight="15"/>',
            _widths(columns),
            f"<sheetData>{''.join(_rows(listed, shown, columns, looks))}</sheetData>",
            f'<autoFilter ref="A{_HEADER_ROW}:{last}"/>' if shown else "",
            _links(shown),
            '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>',
            '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>',
        ]
    ).encode()


def _columns(language: str) -> list[_Column]:
    def named(text: Bilingual, width: int) -> _Column:
        return _Column(wording.both(text, language, "\n"), width)

    first, second = wording.order(language)
    return [
        named(wording.NUMBER, 6),
        named(wording.SEVERITY, 9),
        named(wording.CODE, 8),
        named(wording.SHEET, 16),
        named(wording.CELL, 9),
        _Column(wording.MESSAGE.in_language(first), 44),
        _Column(wording.HINT.in_language(first), 44),
        named(wording.SEE_ALSO, 18),
        _Column(wording.MESSAGE.in_language(second), 40),
        _Column(wording.HINT.in_language(second), 40),
    ]


def _view() -> str:
    top = f"A{FIRST_ROW}"
    return (
        '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
        f'<pane ySplit="{_HEADER_ROW}" topLeftCell="{top}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="{top}" sqref="{top}"/></sheetView></sheetViews>'
    )


def _widths(columns: list[_Column]) -> str:
    each = (
        f'<col min="{number}" max="{number}" width="{column.width}" customWidth="1"/>'
        for number, column in enumerate(columns, start=1)
    )
    return f"<cols>{''.join(each)}</cols>"


def _rows(listed: ProblemList, shown: Sequence[Problem], columns: list[_Column], looks: ListLooks) -> Iterator[str]:
    language = listed.language
    yield _row(1, [_text(PROBLEM_LIST_TITLE, looks.title)], height=26)
    yield _row(2, [_text(_summary(listed), looks.summary)], height=18)
    yield _row(3, [_text(wording.both(wording.EXPLANATION, language), looks.explanation)])
    yield _row(_HEADER_ROW, [_text(column.heading, looks.header) for column in columns], height=32)
    for number, problem in enumerate(shown, start=1):
        cells = _cells(number, problem, language, looks)
        yield _row(_HEADER_ROW + number, cells, _height(cells, columns))


def _summary(listed: ProblemList) -> str:
    if not listed.problems:
        said = [wording.NOTHING_FOUND]
    else:
        said = [wording.counted(Counter(severity_of(problem) for problem in listed.problems))]
    if len(listed.problems) > MOST_ROWS:
        said.append(wording.more_than_listed(len(listed.problems) - MOST_ROWS))
    if listed.without_note:
        said.append(wording.more_notes(listed.without_note))
    return "    ".join(wording.both(text, listed.language) for text in said)


def _cells(number: int, problem: Problem, language: str, looks: ListLooks) -> list[tuple[str, str, int]]:
    severity = severity_of(problem)
    name = wording.both(wording.SEVERITIES[severity], language, "\n")
    first, second = (
        [_text(shortened(say(problem, one), LONGEST), looks.text) for say in (message_of, hint_of)]
        for one in wording.order(language)
    )
    sheet = problem.place.sheet or wording.both(wording.WHOLE_FILE, language, "\n")
    return [
        ("n", str(number), looks.number),
        _text(name, looks.severities[severity]),
        _text(problem.code, looks.centred),
        _text(sheet, looks.text),
        _text(_cell_name(problem.place, language), looks.link if problem.place.sheet else looks.centred),
        *first,
        _text(_related(problem, language), looks.text),
        *second,
    ]


def _cell_name(place: Place, language: str) -> str:
    if place.sheet and not place.row:
        return wording.both(wording.WHOLE_SHEET, language, "\n")
    return place.cell


def _related(problem: Problem, language: str) -> str:
    shown = [str(place) for place in problem.related[:MOST_RELATED]]
    if len(problem.related) > len(shown):
        shown.append(wording.both(wording.more_places(len(problem.related)), language))
    return "\n".join(shown)


def _height(cells: list[tuple[str, str, int]], columns: list[_Column]) -> int:
    """The height in points at which the longest text of a row can be read."""
    lines = (
        lines_of(text, column.width * _PIXELS_PER_CHARACTER)
        for (_, text, _), column in zip(cells, columns, strict=True)
    )
    return min(_TALLEST, max(lines) * _LINE + 4)


def _text(text: str, look: int) -> tuple[str, str, int]:
    return ("inlineStr", text, look)


def _row(number: int, cells: list[tuple[str, str, int]], height: int = 0) -> str:
    size = f' ht="{height}" customHeight="1"' if height else ""
    inside = "".join(_cell(f"{column_letters(column)}{number}", *cell) for column, cell in enumerate(cells, start=1))
    return f'<row r="{number}"{size}>{inside}</row>'


def _cell(address: str, kind: str, content: str, look: int) -> str:
    """One cell; a text is stored as a text, so that nothing in it is ever taken for a formula."""
    if kind == "n":
        return f'<c r="{address}" s="{look}"><v>{content}</v></c>'
    if not content:
        return f'<c r="{address}" s="{look}"/>'
    text = f'<t xml:space="preserve">{text_content(content)}</t>'
    return f'<c r="{address}" s="{look}" t="inlineStr"><is>{text}</is></c>'


def _links(shown: Sequence[Problem]) -> str:
    links = [
        f'<hyperlink ref="E{row}" location="{escaped(_location(problem.place))}"/>'
        for row, problem in enumerate(shown, start=FIRST_ROW)
        if problem.place.sheet
    ]
    return f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""


def _location(place: Place) -> str:
    """Where a link leads, such as ``'费率'!C12``; quotes in a sheet's name are doubled."""
    cell = f"{column_letters(place.column or 1)}{place.row or 1}"
    return "'{}'!{}".format(place.sheet.replace("'", "''"), cell)
