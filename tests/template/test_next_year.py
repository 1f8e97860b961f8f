"""Next year's workbook: what moves, what is emptied, what is left for a person, and that all else stays."""

from __future__ import annotations

import datetime
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from decision_tables.annotation import annotate
from decision_tables.cells import Cell, Place, UnsavedFormula
from decision_tables.checking import check_bytes
from decision_tables.problems import CATALOGUE, Problems, Severity
from decision_tables.template import Kind, NextYear, next_year, starting_workbook
from decision_tables.workbook import Grid, read_workbook
from tests.support.books import book_from_text
from tests.support.packages import parts_of, replaced
from tests.support.yearly import HEAD, PERIOD, SIMPLE, saved_by_libreoffice

WORKBOOKS = Path(__file__).parent.parent.parent / "workbooks"
SECOND_SHEET = "xl/worksheets/sheet2.xml"


def renewed(rows: str, step: int = 1, head: str = HEAD) -> NextYear:
    """Next year's workbook from the rows of the sheet 表."""
    content = book_from_text(head + rows)
    definition = check_bytes(content).definition
    assert definition is not None
    return next_year(content, definition, "this.xlsx", step)


def listed(rows: str, kind: Kind, step: int = 1) -> list[str]:
    """What was done in one way on the sheet 表: ``B2 2025 → 2026``."""
    changes = [c for c in renewed(rows, step).changes if c.kind is kind and c.place.sheet == "表"]
    return [f"{c.place.cell} {c.old}" + (f" → {c.new}" if c.new else "") for c in changes]


def grid_of(content: bytes) -> Grid:
    """The grid of a workbook that reads without a problem."""
    problems = Problems()
    grid = read_workbook(content, problems)
    assert not list(problems)
    assert grid is not None
    return grid


def cells_of(content: bytes) -> dict[Place, Cell]:
    """Every filled cell by its place."""
    found = [cell for sheet in grid_of(content).sheets for _, cells in sheet.filled_rows() for cell in cells]
    return {cell.place: cell for cell in found if not cell.is_blank}


def test_dates_of_tables_and_rows_move_in_their_own_form() -> None:
    rows = (
        "决策表 | fee | 收费\n生效日期 | 2025年1月1日\n失效日期 | 2025-12-31\n"
        "规则 | 条件 | 结果 | 生效 | 失效\n规则 | 类别 | 费 | 生效 | 失效\n"
        "1 | 甲 | 1 | 2025-07-01 | 2025年8月\n2 | 乙 | 2"
    )
    assert listed(rows, Kind.MOVED) == [
        "B2 2025年1月1日 → 2026年1月1日",
        "B3 2025-12-31 → 2026-12-31",
        "D6 2025-07-01 → 2026-07-01",
        "E6 2025年8月 → 2026年8月",
    ]
    assert listed(rows, Kind.MOVED, step=3)[0] == "B2 2025年1月1日 → 2028年1月1日"


@pytest.mark.parametrize(
    ("condition", "moved"),
    [
        ("2025-03-01至2025-06-30", "2026-03-01至2026-06-30"),
        ("2025年3月", "2026年3月"),
        ("2025-03-01", "2026-03-01"),
        ("2024年11月至2025年2月", ""),
        ("≤2026-01-31", ""),
    ],
)
def test_a_date_condition_moves_only_inside_the_time_of_its_table(condition: str, moved: str) -> None:
    rows = f"决策表 | fee | 收费\n{PERIOD}规则 | 条件 | 结果\n规则 | 缴费日 | 费\n1 | {condition} | 1"
    in_cell = [line for line in listed(rows, Kind.MOVED) if line.startswith("B6")]
    assert in_cell == ([f"B6 {condition} → {moved}"] if moved else [])
    assert any(line.startswith("B6") for line in listed(rows, Kind.LOOK)) != bool(moved)


@pytest.mark.parametrize(
    ("field", "condition", "moved", "look"),
    [
        ("年度", "2025", "2026", False),
        ("年度", "'2025", "2026", False),
        ("年度", "2025年", "2026年", False),
        ("年度", "2024", "", True),
        ("年度", "2026", "", True),
        ("学年", "2025", "", True),
        ("工龄", "15以上", "", False),
        ("出生年", "2007以上", "", True),
        ("年龄", "60以上", "", False),
        ("数", "2025", "", False),
    ],
)
def test_a_year_moves_only_where_it_is_certain(field: str, condition: str, moved: str, look: bool) -> None:
    rows = f"决策表 | fee | 收费\n{PERIOD}完整性 | 部分\n规则 | 条件 | 结果\n规则 | {field} | 费\n1 | {condition} | 1"
    shown = condition.removeprefix("'")
    in_cell = [line for line in listed(rows, Kind.MOVED) if line.startswith("B7")]
    assert in_cell == ([f"B7 {shown} → {moved}"] if moved else [])
    assert (f"B7 {shown}" in listed(rows, Kind.LOOK)) == look


def test_without_a_period_no_condition_moves() -> None:
    rows = "决策表 | fee | 收费\n完整性 | 部分\n规则 | 条件 | 结果\n规则 | 年度 | 费\n1 | 2025 | 1"
    assert listed(rows, Kind.MOVED) == []
    assert "B5 2025" in listed(rows, Kind.LOOK)


def test_a_rows_own_period_counts_for_its_conditions() -> None:
    rows = (
        "决策表 | fee | 收费\n完整性 | 部分\n规则 | 条件 | 结果 | 生效\n规则 | 年度 | 费 | 生效\n"
        "1 | 2025 | 1 | 2025-01-01\n2 | 2026 | 1"
    )
    assert listed(rows, Kind.MOVED) == ["B5 2025 → 2026", "D5 2025-01-01 → 2026-01-01"]


def test_the_range_and_default_of_a_field_move_with_its_conditions() -> None:
    rows = "决策表 | fee | 收费\n生效日期 | 2025-01-01\n失效日期 | 2026-06-30\n规则 | 条件 | 结果\n规则 | 年度 | 费\n"
    all_move = renewed(rows + "1 | 2025 | 1\n2 | 2026 | 2")
    assert {c.old: c.new for c in all_move.changes if c.where == "年度" and c.kind is Kind.MOVED} == {
        "2025-2026": "2026-2027",
        "2025": "2026",
    }
    one_stays = renewed(rows + "1 | 2025 | 1\n2 | 2024 | 2")
    assert [c.kind for c in one_stays.changes if c.where == "年度"] == [Kind.LOOK, Kind.LOOK]


def test_numeric_results_are_to_be_filled_in_and_others_stay() -> None:
    rows = (
        f"决策表 | fee | 收费\n{PERIOD}规则 | 条件 | 结果\n规则 | 类别 | 费 | 率 | 数 | 系数 | 说法 | 起\n"
        "1 | 甲 | 70 | 50% | 3 | 1.5 | 七折 | 2025-05-01\n2 | 乙 | 无 | - | | ″ | 全价"
    )
    assert listed(rows, Kind.EMPTIED) == ["C6 70 → 待填", "D6 50% → 待填", "E6 3 → 待填", "F6 1.5 → 待填"]
    cells = cells_of(renewed(rows).content)
    assert [cells[Place("表", 6, column)].value for column in range(2, 8)] == ["甲", *["待填"] * 4, "七折"]
    assert [cells[Place("表", 7, column)].value for column in (3, 4, 6, 7)] == ["无", "-", "″", "全价"]
    assert "H6 2025-05-01" in listed(rows, Kind.LOOK)


def test_computed_results_stay_and_their_numbers_are_to_be_looked_at() -> None:
    rows = (
        f"决策表 | total | 共计\n{PERIOD}规则 | 条件 | 结果\n规则 | 类别 | 共计\n"
        "1 | 甲 | 计算：数 * 12\n2 | 乙 | 计算：数 * (1 - 系数)"
    )
    assert listed(rows, Kind.EMPTIED) == []
    assert listed(rows, Kind.LOOK) == ["C6 计算：数 * 12"]


def test_a_crosstabs_headings_move_and_its_body_is_emptied() -> None:
    rows = (
        f"交叉表 | fee | 收费\n{PERIOD}行条件 | 类别\n列条件 | 年度\n结果 | 费\n"
        " | 2025 | 2024\n甲 | 100 | 80\n乙 | 200 | <"
    )
    assert listed(rows, Kind.MOVED)[2:] == ["B7 2025 → 2026"]
    assert listed(rows, Kind.LOOK) == ["C7 2024"]
    assert listed(rows, Kind.EMPTIED) == ["B8 100 → 待填", "C8 80 → 待填", "B9 200 → 待填"]


TESTS = (
    f"决策表 | fee | 收费\n{PERIOD}完整性 | 部分\n规则 | 条件 | | 结果 | \n规则 | 年度 | 年龄 | 费 | 说法\n"
    "1 | 2025 | 60以上 | 70 | 长者\n"
    f"决策表 | total | 共计\n{PERIOD}完整性 | 部分\n规则 | 条件 | 结果\n规则 | 费 | 共计 | 起\n"
    "1 | 1以上 | 计算：费 * 2 | 2025-02-01\n"
    "测试\n用例 | 输入 | | | 期望\n用例 | 基准日 | 生日 | 年度 | 费 | 说法 | 共计 | 规则\n"
    "刚满 | 2025-06-01 | 1965-06-01 | 2025 | 70 | 长者 | 140 | 1\n"
    "差一天 | 2025-06-01 | 1965-06-02 | 2025 | 无匹配\n"
    "没有 | 2025-06-01 | | | 无\n"
)


def test_inputs_of_tests_move_together_so_that_ages_stay() -> None:
    moved = [line for line in listed(TESTS, Kind.MOVED) if int(line.split()[0][1:]) >= 18]
    assert moved[:3] == ["B18 2025-06-01 → 2026-06-01", "C18 1965-06-01 → 1966-06-01", "D18 2025 → 2026"]
    assert len(moved) == 7


def test_expectations_are_emptied_where_they_rest_on_emptied_results() -> None:
    emptied = [line for line in listed(TESTS, Kind.EMPTIED) if int(line.split()[0][1:]) >= 18]
    assert emptied == ["E18 70", "G18 140"]
    cells = cells_of(renewed(TESTS).content)
    assert [cells[Place("表", row, column)].value for row, column in ((18, 6), (19, 5), (20, 5))] == [
        "长者",
        "无匹配",
        "无",
    ]


def test_inputs_stay_where_a_condition_on_their_field_stays() -> None:
    rows = (
        f"决策表 | fee | 收费\n{PERIOD}完整性 | 部分\n规则 | 条件 | 结果\n规则 | 生日 | 费\n1 | 2007-09-01以后 | 70\n"
        "测试\n用例 | 输入 | | 期望\n用例 | 基准日 | 生日 | 费\n一 | 2025-06-01 | 2007-09-01 | 70\n"
    )
    assert listed(rows, Kind.MOVED)[2:] == ["B11 2025-06-01 → 2026-06-01"]
    assert {"B7 2007-09-01以后", "C11 2007-09-01"} <= set(listed(rows, Kind.LOOK))


def test_names_sources_and_values_that_name_a_year_are_to_be_looked_at() -> None:
    rows = f"决策表 | fee | 2025年收费\n{PERIOD}规则 | 条件 | 结果\n规则 | 类别 | 费\n1 | 不限 | 1"
    looks = {c.old: c.place.cell for c in renewed(rows).changes if c.kind is Kind.LOOK}
    assert looks == {
        "2025年托管": "B3",
        "〔2025〕3号": "C6",
        "2025-01-02": "D6",
        "2025-03-01": "C26",
        "2025-2026": "E12",
        "2025": "F12",
        "2025年收费": "C1",
    }


def test_a_sheet_lists_every_change_with_a_link_to_its_cell() -> None:
    result = renewed(SIMPLE)
    sheet = load_workbook(io.BytesIO(result.content))[result.sheet]
    lines = [row for row in sheet.iter_rows(min_row=7) if row[0].value]
    assert len(lines) == len(result.changes)
    emptied = {(row[0].value, row[3].value, row[4].value) for row in lines[:2]}
    assert emptied == {("表!C6", "70", "待填"), ("表!C7", "90", "待填")}
    assert {row[0].hyperlink.location for row in lines if row[0].hyperlink} >= {"'表'!C6", "'表'!B2", "'词汇'!D6"}
    assert ("表!B2", "2025-01-01", "2026-01-01") in {(row[0].value, row[3].value, row[4].value) for row in lines}


def test_all_other_cells_stay() -> None:
    content = starting_workbook()
    definition = check_bytes(content).definition
    assert definition is not None
    result = next_year(content, definition, "this.xlsx")
    before, after = cells_of(content), cells_of(result.content)
    changed = {change.place for change in result.changes if change.kind is not Kind.LOOK}
    assert len(changed) > 40
    assert {p: c for p, c in after.items() if p not in changed and p.sheet != result.sheet} == {
        p: c for p, c in before.items() if p not in changed
    }


def test_what_moved_reads_as_the_list_says() -> None:
    result = renewed(TESTS)
    cells = cells_of(result.content)
    for change in result.changes:
        if change.kind is Kind.MOVED:
            value = cells[change.place].value
            assert (value.isoformat() if isinstance(value, datetime.date) else str(value)) == change.new
        elif change.kind is Kind.EMPTIED and change.new:
            assert cells[change.place].value == change.new
        elif change.kind is Kind.EMPTIED:
            assert change.place not in cells


def test_filled_in_again_it_is_this_years_model_a_year_on() -> None:
    content = starting_workbook()
    definition = check_bytes(content).definition
    assert definition is not None
    result = next_year(content, definition, "this.xlsx")
    old = cells_of(content)
    again: dict[Place, Decimal] = {}
    for change in result.changes:
        if change.kind is Kind.EMPTIED:
            value = old[change.place].value
            assert isinstance(value, Decimal)
            again[change.place] = value
    report = check_bytes(filled_in(result.content, again))
    assert not report.has_errors
    assert report.definition is not None
    assert [len(table.rules) for table in report.definition.tables] == [len(table.rules) for table in definition.tables]
    assert [table.period.first for table in report.definition.tables] == [datetime.date(2027, 1, 1)] * 3


BUS = (
    f"决策表 | fee | 收费\n{PERIOD}命中策略 | 首条\n规则 | 条件 | | 结果\n规则 | 类别 | 年龄 | 费 | 率\n"
    "1 | 甲 | | 0 | <\n2 | | 65以上 | 5 | 50%\n3 | 乙 | | 无 | 30%\n4 | | ≤5 | 6 | 同上\n默认 | | | 10 | 100%\n"
    f"交叉表 | number | 份数\n{PERIOD}行条件 | 类别\n列条件 | 年龄\n结果 | 数\n | <60 | 60以上\n甲 | 1 | 2\n乙 | | 3"
)


def filled_in(content: bytes, values: dict[Place, Decimal]) -> bytes:
    """A workbook after somebody typed numbers into it."""
    book = load_workbook(io.BytesIO(content))
    for place, value in values.items():
        book[place.sheet].cell(place.row, place.column, float(value))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def errors_of(content: bytes) -> list[str]:
    """The errors of a check, each once: ``DT249 C6``."""
    errors = (p for p in check_bytes(content).problems if CATALOGUE[p.code].severity is Severity.ERROR)
    return list(dict.fromkeys(f"{p.code} {p.place.cell}" for p in errors))


def test_every_result_that_was_not_filled_in_is_an_error_at_its_cell() -> None:
    result = renewed(BUS)
    emptied = [change.place for change in result.changes if change.kind is Kind.EMPTIED]
    assert [place.cell for place in emptied] == ["D7", "D8", "E8", "E9", "D10", "D11", "E11", "B19", "C19", "C20"]
    repeated = ["DT249 E10"]
    assert sorted(errors_of(result.content)) == sorted([f"DT249 {place.cell}" for place in emptied] + repeated)
    for forgotten in emptied:
        given = {place: Decimal(1) for place in emptied if place != forgotten}
        found = errors_of(filled_in(result.content, given))
        assert found == [f"DT249 {forgotten.cell}"] + (repeated if forgotten.cell == "E9" else [])
    assert errors_of(filled_in(result.content, {place: Decimal(1) for place in emptied})) == []


def test_made_twice_the_second_list_gets_a_name_of_its_own() -> None:
    first = renewed(SIMPLE)
    content = filled_in(first.content, {Place("表", row, 3): Decimal(80) for row in (6, 7)})
    definition = check_bytes(content).definition
    assert definition is not None
    second = next_year(content, definition, "next.xlsx")
    names = load_workbook(io.BytesIO(second.content)).sheetnames
    assert names == ["词汇", "表", "改动清单 Changes", "改动清单 Changes (2)"]
    assert not [c for c in second.changes if c.place.sheet == first.sheet]


def test_a_formula_stays_and_as_a_result_it_counts_only_when_it_was_worked_out_again() -> None:
    old = '<c r="C6" t="n"><v>70</v></c>'
    content = replaced(book_from_text(HEAD + SIMPLE), SECOND_SHEET, old, '<c r="C6"><f>C7-20</f><v>70</v></c>')
    definition = check_bytes(content).definition
    assert definition is not None
    result = next_year(content, definition, "this.xlsx")
    kinds = {change.place.cell: change.kind for change in result.changes if change.place.sheet == "表"}
    assert (kinds["C6"], kinds["C7"]) == (Kind.LOOK, Kind.EMPTIED)
    assert b"<f>C7-20</f></c>" in parts_of(result.content)[SECOND_SHEET]
    cell = grid_of(result.content).sheets[1].cell(6, 3)
    assert cell.value == UnsavedFormula("=C7-20")


def test_a_formula_elsewhere_keeps_its_saved_value() -> None:
    content = book_from_text(HEAD + SIMPLE)
    part = parts_of(content)[SECOND_SHEET].decode()
    (old,) = re.findall(r'<c r="A6"[^>]*>.*?</c>', part)
    content = replaced(content, SECOND_SHEET, old, '<c r="A6" t="str"><f>"R"&amp;1</f><v>R1</v></c>')
    definition = check_bytes(content).definition
    assert definition is not None
    result = next_year(content, definition, "this.xlsx")
    assert b'<f>"R"&amp;1</f><v>R1</v>' in parts_of(result.content)[SECOND_SHEET]
    assert b'fullCalcOnLoad="1"' in parts_of(result.content)["xl/workbook.xml"]


@pytest.mark.parametrize("path", sorted(WORKBOOKS.glob("*.xlsx")), ids=lambda path: path.stem)
def test_shipped_workbooks_keep_all_that_is_not_listed(path: Path) -> None:
    content = path.read_bytes()
    definition = check_bytes(content).definition
    assert definition is not None
    result = next_year(content, definition, path.name)
    changed = {change.place for change in result.changes if change.kind is not Kind.LOOK}
    before, after = cells_of(content), cells_of(result.content)
    assert {p: c for p, c in after.items() if p not in changed and p.sheet != result.sheet} == {
        p: c for p, c in before.items() if p not in changed
    }
    assert check_bytes(result.content).definition is not None


@pytest.mark.needs("soffice")
def test_a_workbook_that_libreoffice_saved_does_as_well(tmp_path: Path) -> None:
    content = saved_by_libreoffice(starting_workbook(), tmp_path)
    definition = check_bytes(content).definition
    assert definition is not None
    result = next_year(content, definition, "this.xlsx")
    again = tmp_path / "again"
    again.mkdir()
    assert cells_of(saved_by_libreoffice(result.content, again)).keys() == cells_of(result.content).keys()


def test_what_a_check_wrote_into_this_years_copy_stays_behind() -> None:
    content = book_from_text(HEAD + SIMPLE.replace("2 | 乙 | 90", ""))
    report = check_bytes(content)
    assert report.problems
    copy = annotate(content, report, language="zh", readings=True)
    assert report.definition is not None
    names = load_workbook(io.BytesIO(copy)).sheetnames
    assert names[0] == "检查结果"
    again = next_year(copy, report.definition, "this.xlsx")
    book = load_workbook(io.BytesIO(again.content))
    assert book.sheetnames == [*names[1:], "改动清单 Changes"]
    assert not any(cell.comment for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    plain = next_year(content, report.definition, "this.xlsx")
    assert again.changes == plain.changes
