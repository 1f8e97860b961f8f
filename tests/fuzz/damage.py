"""Random damage to the cells, rows, columns and blocks of a workbook, as people and programs do it."""

from __future__ import annotations

import dataclasses
import datetime
import random
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from decision_tables.cells import CellValue, ErrorValue, UnsavedFormula
from decision_tables.workbook.grid import MergedRange
from tests.fuzz.sheets import Page, Position, Written

PIECES = (
    *"0123456789.,，、;；:：/-—~～至到()（）[]<>=≤≥≠+*^%％¥\"“”'‘&|{}$\\ \n\t\u3000\u200b\u00a0",
    *("满", "不满", "超过", "以上", "以下", "起", "止", "前", "后", "含", "非", "除", "同时", "仅", "或", "且", "和"),
    *(
        "年",
        "月",
        "日",
        "岁",
        "元",
        "万",
        "半",
        "〇",
        "其他",
        "不限",
        "无",
        "空",
        "无值",
        "同上",
        "″",
        "计算：",
        "calc:",
    ),
    *(
        "IF(",
        "LOOKUP(",
        "AGE(",
        "DATE(",
        "HAS(",
        "SUM(",
        "9^9",
        "1e9",
        "null",
        "not(",
        "任意",
        "默认",
        "错误",
        "无匹配",
    ),
    *("\x00", "\ud800", "\U0001f642", "İ", "ſ", "½", "①", "_x000A_", "{0}", "%s", "=1+1", "'", "\r"),
)
ODD_VALUES: tuple[CellValue, ...] = (
    *(Decimal(text) for text in ("0", "-1", "1.5", "60", "2024.1", "45597", "0.705", "1E15", "1E300", "-1E-300")),
    *(True, False, datetime.date(2024, 11, 1), datetime.date(1900, 3, 1), datetime.date(9999, 12, 31)),
    *(ErrorValue("#REF!"), ErrorValue("#DIV/0!"), UnsavedFormula("=A1+1"), "", " ", "\n", "-", "x" * 3000),
)
MOST_CELLS = 3000
"""Pages are not made larger than this, since large workbooks may take longer."""


@dataclasses.dataclass(frozen=True, slots=True)
class Material:
    """Where damage takes its content from: texts of condition cells, and the cells of all sound workbooks."""

    texts: tuple[str, ...]
    cells: tuple[Written, ...]


@dataclasses.dataclass(slots=True)
class Damager:
    """Damages pages one step at a time and counts the cells that it has ``rewritten``, and those ``moved``, copied or
    taken away with their row, column or block. A gentle one only puts other words of a column into its cells.
    """

    chance: random.Random
    material: Material
    is_gentle: bool = False
    rewritten: int = 0
    moved: int = 0

    def step(self, pages: list[Page]) -> None:
        """One random piece of damage somewhere."""
        page = self.chance.choice(pages)
        if page.cells and self.is_gentle:
            self.neighbour(page)
        elif not page.cells or self.chance.random() < 0.7:
            self.cell(page)
        else:
            self.moved += self.chance.choice(LAYOUT)(self, page, pages)

    def neighbour(self, page: Page) -> None:
        """For one cell the content of another one of its column."""
        row, column = self.chance.choice(list(page.cells))
        near = [page.cells[other] for other in page.cells if other[1] == column and abs(other[0] - row) <= 6]
        page.cells[row, column] = self.chance.choice(near)
        self.rewritten += 1

    def cell(self, page: Page) -> None:
        """Another content for one cell; sometimes a cell that was blank."""
        self.rewritten += 1
        row = self.chance.randint(1, page.last_row + 1)
        position = (row, self.chance.randint(1, page.last_column + 1))
        if page.cells and self.chance.random() < 0.9:
            position = self.chance.choice(list(page.cells))
        written = self.content(page.cells.get(position), page)
        if written is None or written.value is None:
            page.cells.pop(position, None)
        else:
            page.cells[position] = written

    def content(self, before: Written | None, page: Page) -> Written | None:
        """What may stand in a cell instead."""
        chance = self.chance
        match chance.randrange(9):
            case 0:
                return None
            case 1:
                return Written(chance.choice(self.material.texts))
            case 2:
                return chance.choice(self.material.cells)
            case 3 | 4 if page.cells:
                return chance.choice(list(page.cells.values()))
            case 5:
                return Written(chance.choice(ODD_VALUES), chance.random() < 0.3)
            case 6:
                return Written("".join(chance.choices(PIECES, k=chance.randint(1, 12))))
        return self.retouched(before)

    def retouched(self, before: Written | None) -> Written:
        """Nearly the same content."""
        chance = self.chance
        if before is None or not isinstance(before.value, str):
            number = before.value if before and isinstance(before.value, Decimal) else Decimal(chance.randint(-3, 99))
            return Written(number + chance.choice((-1, 1, 10, Decimal("0.001"))), bool(before and before.is_percent))
        text = before.value
        at, to = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
        inserted = chance.choice((chance.choice(PIECES), chance.choice(self.material.texts), text[at:to] * 2, ""))
        return Written(text[:at] + inserted + text[chance.choice((at, at + 1, to)) :])

    def rows(self, page: Page, pages: list[Page]) -> int:
        """A row taken away, inserted blank, or typed twice."""
        del pages
        row = self.chance.randint(1, page.last_row)
        match self.chance.randrange(3):
            case 0:
                return rearranged(page, {row: ()}, from_row=row + 1, rows=-1)
            case 1:
                return rearranged(page, {}, from_row=row, rows=1)
        return rearranged(page, {row: (row, row + 1)}, from_row=row + 1, rows=1)

    def columns(self, page: Page, pages: list[Page]) -> int:
        """A column taken away, inserted blank, or typed twice: the rows' damage on the page turned over."""
        turned_over = transposed(page)
        count = self.rows(turned_over, pages)
        back = transposed(turned_over)
        page.cells, page.merged = back.cells, back.merged
        return count

    def merge(self, page: Page, pages: list[Page]) -> int:
        """A rectangle merged, with or without what it hides, or one taken apart."""
        del pages
        if page.merged and self.chance.random() < 0.4:
            page.merged.pop(self.chance.randrange(len(page.merged)))
            return 1
        row, column = self.chance.choice(list(page.cells))
        area = MergedRange(row, column, row + self.chance.choice((0, 0, 1, 3)), column + self.chance.choice((0, 1, 2)))
        inside = [position for position in page.cells if area.covers(*position) and position != (row, column)]
        if self.chance.random() < 0.6:
            for position in inside:
                del page.cells[position]
        if self.chance.random() < 0.9:
            page.merged = [other for other in page.merged if not overlap(other, area)]
        page.merged.append(area)
        return 1 + len(inside)

    def move(self, page: Page, pages: list[Page]) -> int:
        """A piece of a page cut out and put in somewhere else, over what stands there."""
        first, last = sorted(self.chance.choices(range(1, page.last_row + 1), k=2))
        taken = {position: page.cells.pop(position) for position in list(page.cells) if first <= position[0] <= last}
        target = self.chance.choice(pages)
        down = self.chance.randint(1, target.last_row + 2) - first
        right = self.chance.choice((0, 0, 0, 1))
        target.cells.update({(row + down, column + right): written for (row, column), written in taken.items()})
        return len(taken)

    def block(self, page: Page, pages: list[Page]) -> int:
        """A page typed a second time below another one, so that keys and blocks stand twice."""
        target = self.chance.choice(pages)
        if len(target.cells) + len(page.cells) > MOST_CELLS:
            return 0
        below = target.last_row + 2
        copied = {(row + below, column): written for (row, column), written in page.cells.items()}
        target.cells.update(copied)
        return len(copied)

    def swap(self, page: Page, pages: list[Page]) -> int:
        """Two rows in each other's place."""
        del pages
        one, other = self.chance.choices(range(1, page.last_row + 1), k=2)
        places = {one: other, other: one}
        page.cells = {(places.get(row, row), column): written for (row, column), written in page.cells.items()}
        return sum(row in places for row, _ in page.cells)


LAYOUT: tuple[Callable[[Damager, Page, list[Page]], int], ...] = (
    *(Damager.rows, Damager.rows, Damager.columns, Damager.merge, Damager.move, Damager.swap),
    Damager.block,
)


def rearranged(page: Page, copies: Mapping[int, Iterable[int]], *, from_row: int, rows: int) -> int:
    """Shift everything from a row on, and put each row of ``copies`` where it says. How many cells were touched."""
    cells: dict[Position, Written] = {}
    touched = 0
    for (row, column), written in page.cells.items():
        targets = copies.get(row, (row + rows if row >= from_row else row,))
        touched += row in copies
        cells |= {(target, column): written for target in targets}
    shift = {row: row + rows for row in range(from_row, page.last_row + 1)}
    page.merged = [
        MergedRange(
            shift.get(area.first_row, area.first_row),
            area.first_column,
            shift.get(area.last_row, area.last_row),
            area.last_column,
        )
        for area in page.merged
        if shift.get(area.last_row, area.last_row) >= shift.get(area.first_row, area.first_row)
    ]
    page.cells = cells
    return touched


def transposed(page: Page) -> Page:
    """The page with rows for columns."""
    cells = {(column, row): written for (row, column), written in page.cells.items()}
    merged = [MergedRange(a.first_column, a.first_row, a.last_column, a.last_row) for a in page.merged]
    return Page(page.name, cells, merged)


def overlap(one: MergedRange, other: MergedRange) -> bool:
    """Whether two areas share a cell."""
    return (
        one.first_row <= other.last_row
        and other.first_row <= one.last_row
        and one.first_column <= other.last_column
        and other.first_column <= one.last_column
    )
