"""The shipped workbooks check clean, and the page of facts points at the cells that it names."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from decision_tables import Severity, check
from decision_tables.problems import severity_of

ROOT = Path(__file__).parents[2]
WORKBOOKS = sorted((ROOT / "workbooks").glob("*.xlsx"))
PAGES = ("facts.md", "facts.zh.md")

BOOK = re.compile(r"\(\.\./workbooks/(\w+\.xlsx)\)")
CELL = re.compile(r"([^|<>!]+)!(A\d+)(?::(A\d+))? (\S+?)(?:–(\S+?))?(?=<br>| \|)")


@functools.cache
def opened(name: str) -> Workbook:
    return load_workbook(ROOT / "workbooks" / name)


def named_cells(page: str) -> list[tuple[str, str, str, str]]:
    """Workbook, sheet, cell and id, for every cell that a page names."""
    found, book = [], ""
    for line in (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines():
        if heading := BOOK.search(line):
            book = heading.group(1)
        for sheet, first, last, id_, last_id in CELL.findall(line):
            found.append((book, sheet.strip(), first, id_))
            if last:
                found.append((book, sheet.strip(), last, last_id))
    return found


def holds(book: str, sheet: str, cell: str, id_: str) -> bool:
    """Whether the row begins with the rule's or the case's id, or, in the glossary, bears the key."""
    row = [str(found.value) for found in opened(book)[sheet][cell[1:]][:2]]
    return row[0] == id_ or row[0].startswith(f"{id_} ") or row[1] == id_


@pytest.mark.parametrize("workbook", WORKBOOKS, ids=lambda path: path.stem)
def test_a_shipped_workbook_checks_without_errors_or_warnings(workbook: Path) -> None:
    doubtful = [problem for problem in check(workbook).problems if severity_of(problem) is not Severity.INFO]
    assert doubtful == []


def test_the_shipped_workbooks_hold_at_least_three_hundred_cases() -> None:
    definitions = [check(workbook).definition for workbook in WORKBOOKS]
    assert sum(len(definition.cases) for definition in definitions if definition) >= 300


@pytest.mark.parametrize("page", PAGES)
def test_the_page_of_facts_names_cells_that_hold_what_it_says(page: str) -> None:
    cells = named_cells(page)
    assert len(cells) > 300
    assert [cell for cell in cells if not holds(*cell)] == []


def test_both_pages_of_facts_name_the_same_cells() -> None:
    assert named_cells(PAGES[0]) == named_cells(PAGES[1])


@pytest.mark.parametrize("workbook", WORKBOOKS, ids=lambda path: path.stem)
def test_every_rule_is_on_the_page_of_facts(workbook: Path) -> None:
    definition = check(workbook).definition
    assert definition is not None
    rules = {(rule.place.sheet, rule.id) for table in definition.tables for rule in table.rules}
    named = {(sheet, id_) for book, sheet, _, id_ in named_cells(PAGES[0]) if book == workbook.name}
    assert rules - named == set()


@pytest.mark.parametrize("workbook", WORKBOOKS, ids=lambda path: path.stem)
def test_every_rule_cites_a_source(workbook: Path) -> None:
    definition = check(workbook).definition
    assert definition is not None
    uncited = [rule.id for table in definition.tables for rule in table.rules if not rule.citations]
    assert uncited == []
