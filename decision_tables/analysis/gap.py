"""Inputs that no rule meets."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import islice

from decision_tables.analysis.describing import describe_box, in_periods, together
from decision_tables.analysis.hole import with_holes_filled
from decision_tables.analysis.space import Box, Space, bits_of, example_of, members, possible, present
from decision_tables.analysis.subject import Subject
from decision_tables.analysis.walk import Budget, Unfinished, effort_of, levels_of, wild_below
from decision_tables.evaluator.showing import shown_inputs
from decision_tables.model import Rule
from decision_tables.problems import Problems
from decision_tables.text import Bilingual

MAX_SHOWN = 12
"""How many gaps of one table are reported."""

MAX_NEIGHBOURS = 4

NAME = Bilingual("没有覆盖的情况", "gaps")


@dataclasses.dataclass(frozen=True, slots=True)
class Gap:
    """A region without a rule: a cell of it, and all of it."""

    space: Space
    cell: list[int]
    box: Box


def check_gaps(subject: Subject, problems: Problems) -> None:
    """Report maximal regions of inputs without a rule, chosen greedily so that together they cover every gap; capped.

    Over present values; the missing value only where a column's conditions name it. Values that earlier tables never
    yield make no gap, but one line of information. A partial table and one with a default rule have no gaps.
    """
    if subject.table.is_partial or not subject.table.rules:
        return
    budget = Budget()
    spaces = [present(space) for space in with_holes_filled(subject) if space.default is None]
    try:
        if not _report_gaps(subject, [possible(space) for space in spaces], budget, problems):
            _report_given_only(subject, spaces, budget, problems)
    except Unfinished:
        subject.unfinished(NAME, problems)


def _report_gaps(subject: Subject, spaces: Sequence[Space], budget: Budget, problems: Problems) -> bool:
    """Report the gaps; whether there are any. The same gap in several periods is one."""
    found: dict[str, list[Gap]] = {}
    try:
        for space in spaces:
            for gap in find_gaps(space, budget):
                found.setdefault(describe_box(space, gap.box, subject.model).zh, []).append(gap)
            if len(found) > MAX_SHOWN:
                break
    finally:
        for gaps in list(found.values())[:MAX_SHOWN]:
            _report("DT811", subject, gaps, problems)
        if len(found) > MAX_SHOWN:
            problems.add("DT812", subject.table.place, table=subject.table.title, shown=MAX_SHOWN)
    return bool(found)


def _report_given_only(subject: Subject, spaces: Sequence[Space], budget: Budget, problems: Problems) -> None:
    """Report the first gap that only values given by a caller lead to."""
    for space in spaces:
        if space.has_impossible:
            gap = next(find_gaps(space, budget), None)
            if gap is not None:
                _report("DT813", subject, [gap], problems)
                return


def find_gaps(space: Space, budget: Budget) -> Iterator[Gap]:
    """Regions without a rule; each one found is then treated as a rule, until no input is left over.

    Ends after one more than are shown. Raises ``Unfinished``.
    """
    search = _Search(space, budget)
    for _ in range(MAX_SHOWN + 1):
        cell = search.next()
        if cell is None:
            return
        box = _widest(cell, space)
        search.add(box)
        yield Gap(space, cell, box)


class _Search:
    """Looks for cells without a rule, and remembers where there are none."""

    def __init__(self, space: Space, budget: Budget) -> None:
        self._rules, self._effort, self._budget = space.everything, effort_of(space), budget
        self._levels = levels_of(space)
        self._wild = wild_below(self._levels)
        self._alive = (1 << len(space.rules) + len(space.excluded)) - 1
        self._complete: set[tuple[int, int]] = set()

    def add(self, box: Box) -> None:
        """Treat a box as a rule from now on."""
        self._alive = self._alive << 1 | 1
        for level, bits in zip(self._levels, box, strict=True):
            level.add(bits)
        self._wild = wild_below(self._levels)

    def next(self) -> list[int] | None:
        """A cell without a rule, by the numbers of its classes."""
        if not all(level.seen for level in self._levels):
            return None
        found = self._find(0, self._alive, set())
        return None if isinstance(found, bool) else found

    def _find(self, at: int, alive: int, visited: set[tuple[int, int]]) -> list[int] | bool:
        """A cell without a rule below; if there is none, whether the rules alone see to that, without the boxes."""
        met = alive & self._wild[at]
        if met:
            return bool(met & self._rules)
        name = (at, alive & self._rules)
        if name in self._complete:
            return True
        if at == len(self._levels):
            return []
        if alive > self._rules and (at, alive) in visited:
            return False
        branches = self._levels[at].branches(alive)
        self._budget.spend(len(branches) * self._effort + 1)
        complete = True
        for left, number in branches:
            rest = self._find(at + 1, left, visited)
            if not isinstance(rest, bool):
                return [number, *rest]
            complete &= rest
        if complete:
            self._complete.add(name)
        else:
            visited.add((at, alive))
        return complete


def _widest(cell: Sequence[int], space: Space) -> Box:
    """The cell, widened axis by axis as far as it stays without a rule."""
    box = [1 << number for number in cell]
    for at, axis in enumerate(space.axes):
        others = space.everything
        for i, chosen in enumerate(box):
            if i != at:
                others &= _rules_of(space, i, chosen)
        if others:
            box[at] = bits_of([n for n in members(axis.seen) if n == cell[at] or not axis.classes[n].rules & others])
        else:
            box[at] = axis.seen
    return tuple(box)


def _rules_of(space: Space, at: int, chosen: int) -> int:
    rules = 0
    for value_class in space.axes[at].chosen(chosen):
        rules |= value_class.rules
    return rules


def _report(code: str, subject: Subject, gaps: Sequence[Gap], problems: Problems) -> None:
    first = gaps[0]
    region = describe_box(first.space, first.box, subject.model)
    problems.add(
        code,
        subject.table.place,
        table=subject.table.title,
        region=in_periods(region, together(gap.space.period for gap in gaps), subject.table),
        example=shown_inputs(example_of(first.space, first.cell), subject.model),
        related=[rule.place for rule in _neighbours(first.space, first.box)],
    )


def _neighbours(space: Space, box: Box) -> list[Rule]:
    """A few rules that meet the box on all axes but one."""
    met = [_rules_of(space, at, bits) for at, bits in enumerate(box)]
    near = 0
    for at in range(len(met)):
        others = space.everything
        for i, rules in enumerate(met):
            if i != at:
                others &= rules
        near |= others
    return [space.rules[number] for number in islice(members(near), MAX_NEIGHBOURS)]
