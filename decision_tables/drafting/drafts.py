"""Test cases for what the tests of a workbook do not reach yet.

Goals are taken one by one; each case that is found is evaluated as a real one, so that it counts for everything that it
reaches, and values that reach goals still open are preferred for all its inputs. At the end cases that the others make
unnecessary are dropped: no case that is left can be struck without losing something.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from decision_tables.cells import Place
from decision_tables.coverage.asking import TableGoals, questions_of, reached_by
from decision_tables.coverage.goals import Goal
from decision_tables.drafting.candidates import Candidates
from decision_tables.drafting.lifting import lifted
from decision_tables.drafting.needs import behind, formula_operands, operands_of_all, users_first
from decision_tables.drafting.outcomes import Outcomes
from decision_tables.drafting.searching import Budget, Search, Way
from decision_tables.evaluator.deciding import decide
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.model import Case, ExpectedStatus, Period, RuleStatus, Table
from decision_tables.values import Value

MOST_CASES = 200
"""How many cases are drafted for one table."""

MOST_TRIED = 12
"""How many findings of one search are tried before the goal is given up."""

MOST_GOALS = 2_000
"""How many goals of one table are searched for."""

MOST_RULES_TO_TRIM = 2_000
"""Cases of larger tables keep all their inputs; trying each of them takes too long."""

Reached = frozenset[tuple[int, int]]
"""Goals as the identity of their table and their number in it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """One drafted case: the table it asks, its inputs and as-of date, and the goals that no other test reaches."""

    table: Table
    inputs: dict[str, Value]
    day: datetime.date
    reaches: tuple[tuple[Table, Goal], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Left:
    """A goal for which no case was found. ``is_certain``: no input whatever reaches it."""

    table: Table
    goal: Goal
    is_certain: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Drafts:
    """The drafted cases by table in the workbook's order, the goals left, and how many were not even tried."""

    cases: tuple[Draft, ...]
    left: tuple[Left, ...]
    not_tried: int = 0


def draft_cases(index: ModelIndex, tables: Sequence[Table], cases: Iterable[Case]) -> Drafts:
    """Cases for everything in the tables that the given ones do not reach."""
    return _Drafting(index, tables, cases).drafts()


def draft_match(index: ModelIndex, table: Table) -> Draft | None:
    """A case in which a rule of the table decides, a default rule only where no other does; None if none was found."""
    return _Drafting(index, (table,), ()).a_match(table)


@dataclasses.dataclass(frozen=True, slots=True)
class _Found:
    """A case as it is drafted, with everything that it reaches."""

    table: Table
    inputs: dict[str, Value]
    day: datetime.date
    reaches: Reached


class _Drafting:
    """The state of one drafting: what is reached so far, and by which new cases."""

    def __init__(self, index: ModelIndex, tables: Sequence[Table], cases: Iterable[Case]) -> None:
        self._index = index
        self._tables = tables
        self._goals = {id(table): TableGoals(table, index) for table in tables}
        self._before: Reached = frozenset(
            (key, number) for key, numbers in reached_by(cases, index, self._goals).items() for number in numbers
        )
        self._reached = set(self._before)
        self._found: list[_Found] = []
        self._left: list[Left] = []
        self._not_tried = 0
        self._surroundings: dict[datetime.date, tuple[Candidates, Outcomes]] = {}

    def drafts(self) -> Drafts:
        """Draft table by table, those first that need others: their cases reach the tables above."""
        for table in users_first(self._tables, self._index):
            self._draft_table(table)
        self._left = [left for left in self._left if (id(left.table), self._number(left)) not in self._reached]
        order = {id(table): number for number, table in enumerate(self._tables)}
        kept = sorted(map(self._trimmed, self._without_unneeded()), key=lambda found: order[id(found.table)])
        return Drafts(tuple(self._told(kept)), tuple(self._left), self._not_tried)

    def _number(self, left: Left) -> int:
        return next(n for n, goal in enumerate(self._goals[id(left.table)].goals) if goal is left.goal)

    def _draft_table(self, table: Table) -> None:
        count = tried = 0
        for number, goal in _rarest_first(self._goals[id(table)].goals):
            if (id(table), number) in self._reached:
                continue
            if count >= MOST_CASES or tried >= MOST_GOALS:
                self._not_tried += 1
                continue
            tried += 1
            found = self._draft(table, number, goal)
            if found is not None:
                count += 1
                self._found.append(found)
                self._reached |= found.reaches

    def a_match(self, table: Table) -> Draft | None:
        """The first case found in which one of the first rules of a table decides."""
        deciding = [n for n, rule in enumerate(table.rules) if rule.status is not RuleStatus.NOTED]
        for number in sorted(deciding, key=lambda n: table.rules[n].is_default)[:MOST_TRIED]:
            goal = self._goals[id(table)].goals[number]  # the goals of a table begin with its rules
            found = self._draft(table, number, goal)
            if found is not None:
                return Draft(table, self._trimmed(found).inputs, found.day, ((table, goal),))
        return None

    # One goal

    def _draft(self, table: Table, number: int, goal: Goal) -> _Found | None:
        is_certain = True
        for way in Way:
            for day in self._days(table, goal):
                search = self._search(day, way)
                for n, inputs in enumerate(search.find(table, goal)):
                    found = self._tried(table, inputs, day, (id(table), number), search)
                    if found is not None:
                        return found
                    is_certain = False
                    if n >= MOST_TRIED:
                        break
                is_certain &= not search.budget.is_spent
        self._left.append(Left(table, goal, is_certain))
        return None

    def _tried(
        self, table: Table, inputs: Mapping[str, Value], day: datetime.date, wanted: tuple[int, int], search: Search
    ) -> _Found | None:
        """The case that these inputs make, if it reaches the goal; with the inputs behind derived values if it can."""
        whole = self._with_operands(table, inputs, search)
        for given in (lifted(self._index, whole, day, search.candidates), whole):
            reaches = self._reaches(table, given, day)
            if wanted in reaches:
                return _Found(table, given, day, reaches)
        return None

    def _reaches(self, table: Table, inputs: Mapping[str, Value], day: datetime.date) -> Reached:
        found: set[tuple[int, int]] = set()
        for asked, values, outcome, on in questions_of(_case(table, inputs, day), self._index):
            goals = self._goals.get(id(asked))
            if goals is not None:
                found.update((id(asked), number) for number in goals.reached(values, outcome, on))
        return frozenset(found)

    def _with_operands(self, table: Table, inputs: Mapping[str, Value], search: Search) -> dict[str, Value]:
        """The inputs, and everyday values for what only formulas of results read."""
        whole: dict[str, Value] = {key: value for key, value in inputs.items() if value is not None}
        absent = [key for key, value in inputs.items() if value is None]
        absent += [key for key in behind(self._index, absent)[0] if key not in whole]
        operands = operands_of_all(table, self._index, search.day)
        if search.way is Way.GIVEN:
            operands += behind(self._index, formula_operands(table))[1]
        for key in operands:
            if key not in whole and key not in absent and self._index.field(key).default is None:
                value = next(iter(search.candidates.of(key)), None)
                if value is not None:
                    whole[key] = value
        return whole

    def _search(self, day: datetime.date, way: Way) -> Search:
        if day not in self._surroundings:
            goals = (goal for arranged in self._goals.values() for goal in arranged.goals)
            self._surroundings[day] = Candidates(self._index, day, goals), Outcomes(self._index.model, day)
        candidates, outcomes = self._surroundings[day]
        return Search(self._index, day, candidates, self._arranged, outcomes, self._in_order, way, Budget())

    def _arranged(self, table: Table) -> TableGoals:
        """The goals of a table; one at fault has none that count."""
        if id(table) not in self._goals:
            self._goals[id(table)] = TableGoals(table, self._index)
        return self._goals[id(table)]

    def _in_order(self, table: Table, key: str, values: Sequence[Value]) -> tuple[Value, ...]:
        """Values that reach something new first, missing ones last."""
        arranged = self._arranged(table)

        def rank(value: Value) -> tuple[bool, int]:
            new = sum((id(table), number) not in self._reached for number in arranged.accepting(key, value))
            return (value is None, -new)

        return tuple(sorted(values, key=rank))

    def _days(self, table: Table, goal: Goal) -> list[datetime.date]:
        """The as-of dates to try: today if the table is in force, else its first or last day; then days of rules."""
        rules = {n for _, bits in goal.naming for n in range(bits.bit_length()) if bits >> n & 1}
        periods = [table.period, *(table.rules[n].period for n in sorted(rules)[:MOST_TRIED]), *self._periods_of(goal)]
        bounds = (bound for period in periods for bound in (period.first, period.last) if bound is not None)
        days = [day for day in dict.fromkeys([self._index.today(), *bounds]) if table.period.includes(day)]
        relevant = [table.rules[n].period for n in rules]
        return [day for day in days if not relevant or any(period.includes(day) for period in relevant)]

    def _periods_of(self, goal: Goal) -> list[Period]:
        """When the values of the goal's field are in force."""
        value_list = self._index.field(goal.field).value_list if goal.field else None
        return [value.period for value in self._index.model.lists[value_list].values] if value_list else []

    # All cases together

    def _without_unneeded(self) -> list[_Found]:
        """The cases, those left out all of whose goals others reach."""
        counts: dict[tuple[int, int], int] = {}
        for found in self._found:
            for goal in found.reaches - self._before:
                counts[goal] = counts.get(goal, 0) + 1
        kept: list[_Found] = []
        for found in self._found:
            own = found.reaches - self._before
            if all(counts[goal] > 1 for goal in own):
                for goal in own:
                    counts[goal] -= 1
            else:
                kept.append(found)
        return kept

    def _trimmed(self, found: _Found) -> _Found:
        """The case without the inputs on which neither its answer nor what it reaches depends."""
        answer = self._answer(found.table, found.inputs, found.day)
        if answer is None or len(found.table.rules) > MOST_RULES_TO_TRIM:
            return found
        kept = dict(found.inputs)
        for key in reversed(found.inputs):
            fewer = {other: value for other, value in kept.items() if other != key}
            same = self._answer(found.table, fewer, found.day) == answer
            if same and self._reaches(found.table, fewer, found.day) == found.reaches:
                kept = fewer
        return dataclasses.replace(found, inputs=kept)

    def _answer(self, table: Table, inputs: Mapping[str, Value], day: datetime.date) -> object:
        """The results and the rules that give them; None where the evaluation is refused."""
        try:
            decision = decide(self._index, inputs, table.key, day)
        except Refusal:
            return None
        return decision.status, decision.results, decision.matched

    def _told(self, kept: Sequence[_Found]) -> Iterator[Draft]:
        """The cases, each with the goals that it is the first to reach."""
        tables, told = {id(table): table for table in self._tables}, set(self._before)
        for found in kept:
            new = sorted(found.reaches - told, key=lambda goal: (goal[0] != id(found.table), goal[1]))
            told |= found.reaches
            goals = [(tables[key], self._goals[key].goals[number]) for key, number in new if key in tables]
            yield Draft(found.table, found.inputs, found.day, tuple(goals))


def _case(table: Table, inputs: Mapping[str, Value], day: datetime.date) -> Case:
    nowhere = Place()
    return Case("", table.key, dict(inputs), day, (), (), nowhere, ExpectedStatus.ANY, nowhere, nowhere)


def _rarest_first(goals: Sequence[Goal]) -> list[tuple[int, Goal]]:
    """The goals with their numbers; in a table of too many, kinds of few come first, so that they are not lost."""
    numbered = list(enumerate(goals))
    if len(numbered) <= MOST_CASES:
        return numbered
    counts = Counter(goal.kind for goal in goals)
    return sorted(numbered, key=lambda item: counts[item[1].kind])
