"""The sheet with the drafted cases: a tests block for each table, every row marked as a suggestion."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from decision_tables.cells import Position, column_letters
from decision_tables.coverage.goals import Goal
from decision_tables.drafting.drafts import Draft, Drafts, Left
from decision_tables.drafting.wording import BLANK, DATE_FORMAT, Answer, Filled, answer_of, input_cell
from decision_tables.editing.added_sheet import AddedSheet, Cell, Look
from decision_tables.editing.widths import shown_width
from decision_tables.evaluator.index import ModelIndex
from decision_tables.model import Table, words
from decision_tables.text import Bilingual, folded

SUGGESTED = "建议"
"""Begins the note of each case; a row is coloured as long as its note begins so."""

_KEYWORD = Look(size=11, bold=True, ink="FFFFFFFF", fill="FF2F5D8A", wraps=False)
_BAND = Look(bold=True, fill="FFDCE9F5", lines=True, wraps=False)
_HEAD = Look(bold=True, fill="FFEFEFEF", lines=True)
_NOTE = Look(size=9, ink="FF6B7785", wraps=False)
_NARROWEST, _WIDEST, _NOTE_WIDTH = 11, 24, 60
_NOTE_COLUMN = 2
"""The same in every block, so that one wide column serves all of them."""

_MOST_GOALS = 4
"""How many goals the note of a case names."""

_INTRODUCTION = (
    "说明：这张表由检查程序拟写。期望里是工作簿现在的答案，不一定对，请逐行核对。",
    "说明：对的，删去备注里的“建议”二字，黄色就没有了；不要的，删除整行。",
    "Note: drafted by the check. It expects what the workbook answers today, right or wrong: look at every row.",
    "Note: delete the word 建议 from the note of a row that is right, and delete the rows that you do not want.",
)


class Remark(NamedTuple):
    """What is said at a cell about a suggestion."""

    text: Bilingual

    def __add__(self, other: Remark) -> Remark:  # type: ignore[override]
        return other


@dataclasses.dataclass(frozen=True, slots=True)
class CaseSheet:
    """The sheet, the remarks at its cells, and the areas of the cases with the column of their notes."""

    sheet: AddedSheet
    remarks: dict[Position, Remark]
    areas: tuple[tuple[tuple[int, int, int, int], int], ...]
    cases: dict[int, Draft]
    """The cases by their row."""


def case_sheet(name: str, drafts: Drafts, index: ModelIndex) -> CaseSheet | None:
    """The sheet; None where there is nothing to be put on it."""
    if not drafts.cases and not drafts.left:
        return None
    writer = _Writer(index)
    for text in _INTRODUCTION:
        writer.note(text)
    tables = dict.fromkeys([*(case.table for case in drafts.cases), *(left.table for left in drafts.left)])
    for table in sorted(tables, key=list(index.model.tables).index):
        writer.blank()
        writer.table(table, [case for case in drafts.cases if case.table is table])
        writer.left([left for left in drafts.left if left.table is table])
    return writer.finished(name)


class _Writer:
    """Puts rows together from the top."""

    def __init__(self, index: ModelIndex) -> None:
        self._index = index
        self._rows: list[list[Cell]] = []
        self._single: set[int] = set()
        self._remarks: dict[Position, Remark] = {}
        self._areas: list[tuple[tuple[int, int, int, int], int]] = []
        self._cases: dict[int, Draft] = {}
        self._number = 0

    def blank(self) -> None:
        """An empty row."""
        self._rows.append([])

    def note(self, text: str) -> None:
        """A row that is read as a note."""
        self._rows.append([Cell(text, _NOTE)])
        self._single.add(len(self._rows))

    def table(self, table: Table, cases: Sequence[Draft]) -> None:
        """The block of one table; none where no case was drafted for it."""
        if not cases:
            return
        inputs = _input_fields(cases, self._index)
        results = [column.field for column in table.results]
        self.note(f"说明：{table.title}（{table.place}）")
        self._rows.append(
            [Cell("测试", _KEYWORD), Cell(table.key, _KEYWORD), Cell(None, _KEYWORD), Cell(None, _KEYWORD)]
        )
        self._single.add(len(self._rows))
        self._remarks[len(self._rows), 1] = Remark(_BLOCK)
        self._heads(inputs, results)
        first = len(self._rows) + 1
        for case in cases:
            self._case(case, inputs, results)
        self._areas.append(((first, 1, len(self._rows), len(inputs) + len(results) + 4), _NOTE_COLUMN))

    def _heads(self, inputs: Sequence[str], results: Sequence[str]) -> None:
        bands = ["用例", "备注", "输入", *[""] * len(inputs), "期望", *[""] * len(results)]
        names = [self._index.field(key) for key in (*inputs, *results)]
        headers = [field.key if _is_word(field.label) else field.label for field in names]
        heads = ["名称", "备注", "基准日", *headers, "规则"]
        self._rows.append([Cell(text, _BAND) for text in bands])
        self._rows.append([Cell(text, _HEAD) for text in heads])

    def _case(self, case: Draft, inputs: Sequence[str], results: Sequence[str]) -> None:
        answer = answer_of(self._index, case.table, case.inputs, case.day)
        given = [self._input(case, key) for key in inputs]
        self._number += 1
        cells = [
            Filled(f"建议 {self._number}"),
            Filled(f"{SUGGESTED}：{_goals(case).zh}"),
            Filled(case.day, DATE_FORMAT),
            *given,
            *_expected(answer, results),
        ]
        self._rows.append([Cell(one.content, Look(lines=True, format=one.format)) for one in cells])
        self._remarks[len(self._rows), 1] = Remark(_goals(case))
        self._cases[len(self._rows)] = case

    def _input(self, case: Draft, key: str) -> Filled:
        value = case.inputs.get(key)
        return (input_cell(value, self._index.field(key), self._index) if value is not None else None) or BLANK

    def left(self, left: Sequence[Left]) -> None:
        """Notes on what no case was found for."""
        for one in left:
            said = "任何输入都测不到" if one.is_certain else "没有找到能测到的输入"
            cells = "、".join(map(str, one.goal.cells))
            self.note(f"说明：{one.table.title}：{said}：{one.goal.what.zh}（{cells}）")

    def finished(self, name: str) -> CaseSheet:
        """Everything together."""
        count = max(map(len, self._rows))
        widths = [self._width(column) for column in range(1, count + 1)]
        sheet = AddedSheet(name, self._rows, widths, single_lines=frozenset(self._single))
        return CaseSheet(sheet, self._remarks, tuple(self._areas), self._cases)

    def _width(self, column: int) -> int:
        if column == _NOTE_COLUMN:
            return _NOTE_WIDTH
        shown = (
            shown_width(str(row[column - 1].content or ""))
            for number, row in enumerate(self._rows, start=1)
            if len(row) >= column and number not in self._single
        )
        return min(max(_NARROWEST, *(width + 2 for width in shown), 0), _WIDEST)


_BLOCK = Bilingual("这一段用例由检查程序拟写", "this block of tests was drafted by the check")


def _input_fields(cases: Iterable[Draft], index: ModelIndex) -> list[str]:
    """The inputs that any of the cases gives, in the order of the workbook."""
    given = {key for case in cases for key, value in case.inputs.items() if value is not None}
    return [key for key in index.model.fields if key in given]


def _is_word(label: str) -> bool:
    """Whether a label would be taken for a special column of a tests block."""
    return folded(label) in words.AS_OF_HEADERS or folded(label) in words.RULE_HEADERS


def _expected(answer: Answer, results: Sequence[str]) -> Iterator[Filled]:
    """The cells under 期望: the results and the rules, or one word in the first of them."""
    for at, key in enumerate(results):
        yield answer.results.get(key, Filled(answer.status) if at == 0 and answer.status else BLANK)
    yield Filled(answer.rules) if answer.rules else BLANK


def _goals(case: Draft) -> Bilingual:
    """What a case is for."""
    goals: list[Goal] = [goal for _, goal in case.reaches]
    more = len(goals) - _MOST_GOALS
    zh = "；".join(goal.what.zh for goal in goals[:_MOST_GOALS])
    en = "; ".join(goal.what.en for goal in goals[:_MOST_GOALS])
    return Bilingual(f"{zh}等 {len(goals)} 处", f"{en} and {more} more") if more > 0 else Bilingual(zh, en)


def area_reference(column: int, row: int) -> str:
    """A cell whose column stays while a formula moves, such as ``$H5``."""
    return f"${column_letters(column)}{row}"
