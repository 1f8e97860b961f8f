"""Coverage in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from decision_tables.coverage.goals import Goal, Kind
from decision_tables.coverage.measure import KINDS, Count, Coverage, TableCoverage
from decision_tables.model import Table
from decision_tables.text import Bilingual

MOST_SHOWN = 100
"""How much of what is not reached is listed for one table."""

NAMES = {
    Kind.RULE: Bilingual("规则", "rules"),
    Kind.BOUND: Bilingual("界限", "bounds"),
    Kind.VALUE: Bilingual("取值", "values"),
    Kind.NO_MATCH: Bilingual("无匹配", "no match"),
}


def coverage_lines(coverage: Coverage, *, details: bool) -> Iterator[Bilingual]:
    """A line for all tables together; with ``details`` a line for each table and for all that it lacks."""
    if not coverage.tables:
        return
    total = _counted({kind: coverage.count(kind) for kind in KINDS})
    yield Bilingual(
        f"{coverage.cases} 个用例测到：{total.zh}", f"Covered by tests ({_tests(coverage.cases)}): {total.en}"
    )
    for covered in coverage.tables if details else ():
        yield from _of_table(covered)


def _tests(count: int) -> str:
    return f"{count} test" if count == 1 else f"{count} tests"


def _counted(counts: Mapping[Kind, Count]) -> Bilingual:
    known = [(NAMES[kind], count) for kind, count in counts.items() if count.total]
    return Bilingual(
        "，".join(f"{name.zh} {count.reached}/{count.total}" for name, count in known),
        ", ".join(f"{name.en} {count.reached}/{count.total}" for name, count in known),
    )


def _of_table(covered: TableCoverage) -> Iterator[Bilingual]:
    counted, period = _counted(covered.counts), _period(covered.table)
    yield Bilingual(
        f"{covered.table.title}{period.zh} {covered.table.place}：{counted.zh}",
        f"{covered.table.title}{period.en} {covered.table.place}: {counted.en}",
    )
    for goal in covered.unreached[:MOST_SHOWN]:
        yield _of_goal(goal)
    more = len(covered.unreached) - MOST_SHOWN
    if more > 0:
        yield Bilingual(f"    另有 {more} 项没有列出", f"    and {more} more")


def _period(table: Table) -> Bilingual:
    first, last = table.period.first, table.period.last
    if first is None and last is None:
        return Bilingual("", "")
    return Bilingual(f"（{first or '…'} 至 {last or '…'}）", f" ({first or '…'} to {last or '…'})")


def _of_goal(goal: Goal) -> Bilingual:
    cells = ", ".join(map(str, goal.cells))
    return Bilingual(f"    没有用例：{goal.what.zh}（{cells}）", f"    no test: {goal.what.en} ({cells})")
