"""Fields and cells that the grammar's tests share."""

from __future__ import annotations

from decision_tables.cells import Cell, CellValue, Place
from decision_tables.grammar import Condition, Entry, Finding, Subject, Vocabulary, parse_condition
from decision_tables.problems import CATALOGUE, Severity
from decision_tables.values import FieldType

PLACE = Place("规则", 5, 3)


def vocabulary(entries: tuple[Entry, ...], children: dict[str, tuple[str, ...]] | None = None) -> Vocabulary:
    """A value list; ``children`` names the keys directly below a key (one level)."""
    below = {entry.key: frozenset({entry.key, *(children or {}).get(entry.key, ())}) for entry in entries}
    return Vocabulary("people", "人群", entries, below)


PEOPLE = vocabulary(
    (
        Entry("hardship", "困难群众"),
        Entry("destitute", "特困人员", ("特困",)),
        Entry("low_income", "低保对象", ("低保",)),
        Entry("student", "学生"),
        Entry("retired", "退休人员"),
    ),
    {"hardship": ("destitute", "low_income")},
)
ODD_NAMES = vocabulary(
    (
        Entry("local", "本市户籍"),
        Entry("not_local", "非本市户籍"),
        Entry("other", "其他"),
        Entry("none", "无"),
        Entry("empty", "空"),
        Entry("only_child", "仅一个子女"),
        Entry("a_b", "A类/B类"),
        Entry("a", "A类"),
        Entry("b", "B类"),
        Entry("a_and_b", "A类、B类"),
        Entry("quoted", '"引"号'),
        Entry("bracket", "残疾人(一级)"),
        Entry("either", "老人或儿童"),
        Entry("or", "or"),
        Entry("nothing", "null"),
        Entry("anything", "不限"),
        Entry("same", "b"),
    ),
    {"a_b": ("a", "b"), "local": ("only_child", "bracket")},
)


def field(type_: FieldType, unit: str = "", names: Vocabulary | None = None) -> Subject:
    """A field of that type, called 年龄."""
    return Subject("age", "年龄", type_, unit, vocabulary=names if type_.has_list else None)


def cell(value: CellValue) -> Cell:
    """A cell with that value."""
    return Cell(PLACE, value)


def read(value: CellValue, subject: Subject) -> str:
    """The reading of a condition cell, or the code of its error."""
    condition, findings = parse_condition(cell(value), subject)
    return condition.reading if condition else error_code(findings)


def condition_of_text(text: str, subject: Subject) -> Condition:
    """The condition of a cell that must be one."""
    condition, findings = parse_condition(cell(text), subject)
    assert condition is not None, (text, [finding.code for finding in findings])
    return condition


def error_code(findings: tuple[Finding, ...]) -> str:
    """The code of the only error among the findings."""
    errors = [finding.code for finding in findings if CATALOGUE[finding.code].severity is Severity.ERROR]
    assert len(errors) == 1, findings
    return errors[0]


def warning_codes(value: CellValue, subject: Subject) -> list[str]:
    """The codes of the warnings of a cell that is read."""
    condition, findings = parse_condition(cell(value), subject)
    assert condition is not None
    return [finding.code for finding in findings]
