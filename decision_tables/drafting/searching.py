"""Finds inputs with which a table comes to a wanted goal, the tables above it taken along.

Each field has a *domain* of candidate values. A walk through the condition fields of a table picks, field by field, one
group of values that its rules do not tell apart, so that the domains shrink and the rules still alive are known at the
end; what the table needs from a table above is then wanted of that one, with the domains as they are left. So inputs
that several tables read stay in agreement. Fields with a formula are taken as inputs here; ``lifting.py`` finds what
lies behind them.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from decision_tables.coverage.asking import TableGoals
from decision_tables.coverage.goals import Goal, Kind
from decision_tables.drafting.candidates import Candidates
from decision_tables.drafting.needs import behind, formula_operands
from decision_tables.drafting.outcomes import Outcomes
from decision_tables.evaluator.index import ModelIndex
from decision_tables.model import HitPolicy, RuleStatus, Table
from decision_tables.values import Value

MOST_STEPS = 20_000
"""How many groups of values one search may try."""

MOST_RULES = 12
"""How many of the rules that name a bound are tried."""

Domains: TypeAlias = Mapping[str, tuple[Value, ...]]


@dataclasses.dataclass
class Budget:
    """The steps that a search may still make; ``is_spent`` says that it came to its end before it was done."""

    left: int = MOST_STEPS

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self.left <= 0


class Way(enum.Enum):
    """How much of the graph is taken along: the best way first."""

    THROUGH_FORMULAS = 1
    """What conditions and formulas of results need of tables above is worked out by these, and is there."""

    THROUGH_CONDITIONS = 2
    """What conditions need of tables above is worked out by these."""

    GIVEN = 3
    """Results of other tables are given, as a caller may."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Aim:
    """What a table is to come to: by the rules that match; ``blocking`` rules must not be among them."""

    accepts: Callable[[int], bool]
    blocking: int = 0


@dataclasses.dataclass(frozen=True)
class Search:
    """Searches on one as-of date, in one way."""

    index: ModelIndex
    day: datetime.date
    candidates: Candidates
    arranged: Callable[[Table], TableGoals]
    outcomes: Outcomes
    order: Callable[[Table, str, Sequence[Value]], tuple[Value, ...]]
    way: Way = Way.THROUGH_FORMULAS
    budget: Budget = dataclasses.field(default_factory=Budget)

    def find(self, table: Table, goal: Goal) -> Iterator[dict[str, Value]]:
        """Inputs that should reach the goal, one after the other; None for those that must not be given.

        Those with which rules are in conflict come last.
        """
        tolerances = (False,) if goal.kind in (Kind.RULE, Kind.NO_MATCH) else (False, True)
        for tolerates_conflicts in tolerances:
            aim = self._aim(table, goal, tolerates_conflicts=tolerates_conflicts)
            for domains in self._starts(table, goal):
                for found in self._solve(table, aim, domains):
                    yield self._inputs(found)

    def _inputs(self, domains: Domains) -> dict[str, Value]:
        return {key: values[0] for key, values in domains.items() if values and self._is_given(key)}

    def _is_given(self, key: str) -> bool:
        return self.way is Way.GIVEN or not self.index.is_produced(key)

    # Where to begin

    def _aim(self, table: Table, goal: Goal, *, tolerates_conflicts: bool) -> _Aim:
        outcome = self.outcomes.of
        if goal.kind is Kind.RULE:
            return _Aim(lambda rules: bool(outcome(table, rules).reached & goal.rule), self._blocking(table, goal.rule))
        if goal.kind is Kind.NO_MATCH:
            return _Aim(lambda rules: not outcome(table, rules).reached, self.outcomes.deciding(table))
        if tolerates_conflicts:
            return _Aim(lambda rules: outcome(table, rules).is_conflict)
        return _Aim(lambda rules: not outcome(table, rules).is_conflict)

    def _blocking(self, table: Table, wanted: int) -> int:
        """The rules of which none may match if a rule is to decide."""
        rule = table.rules[wanted.bit_length() - 1]
        if rule.status is RuleStatus.NOTED:
            return 0
        deciding = self.outcomes.deciding(table)
        if rule.is_default:
            return deciding
        if table.hit_policy is HitPolicy.FIRST:
            return deciding & (wanted - 1)
        return deciding & ~wanted if table.hit_policy is HitPolicy.UNIQUE else 0

    def _starts(self, table: Table, goal: Goal) -> Iterator[Domains]:
        """Domains with which the walk begins: the wanted values, and what lets them matter."""
        if goal.kind is Kind.NO_MATCH:
            yield {}
        elif goal.kind is Kind.RULE:
            yield from self._held(table, goal.rule.bit_length() - 1, -1, {})
        else:
            field = self.index.field(goal.field)
            values = [v for v in (goal.example, *self.candidates.of(goal.field)) if goal.accepts(v)]
            possible = [v for v in dict.fromkeys(values) if v is None or self.candidates.is_possible(field, v)]
            if possible:
                for at, rules in goal.naming:
                    for number in _numbers(rules)[:MOST_RULES]:
                        yield from self._held(table, number, at, {goal.field: tuple(possible)})

    def _held(self, table: Table, number: int, apart_from: int, domains: Domains) -> Iterator[Domains]:
        """The domains in which the conditions of a rule hold, one of them perhaps left out."""
        rule = table.rules[number]
        if not rule.period.includes(self.day):
            return
        held = dict(domains)
        for at, (column, condition) in enumerate(zip(table.conditions, rule.conditions, strict=True)):
            if at != apart_from and not rule.is_default:
                values = held.get(column.field) or self._domain(table, column.field)
                held[column.field] = tuple(value for value in values if condition.region.admits(value))
                if not held[column.field]:
                    return
        yield held

    def _domain(self, table: Table, key: str) -> tuple[Value, ...]:
        if not self._is_given(key):
            return self.order(table, key, self._results(key))
        return self.order(table, key, self.candidates.of(key))

    def _results(self, key: str) -> Sequence[Value]:
        """What the tables above can give for a field."""
        upstream = self.index.producer(key, self.day)
        return self.outcomes.results(upstream, key) if upstream is not None else [None]

    # The walk

    def _solve(self, table: Table, aim: _Aim, domains: Domains) -> Iterator[Domains]:
        """Domains in which the table comes to its aim, and the tables above give what it needs."""
        for found in _Walk(self, table, aim, domains).walk():
            yield from self._with_upstream(table, list(self._wants(table, found).items()), found)

    def _wants(self, table: Table, domains: Domains) -> dict[str, dict[str, tuple[Value, ...]]]:
        """What is wanted of each table above, by its key."""
        wants: dict[str, dict[str, tuple[Value, ...]]] = {}
        for key in dict.fromkeys(column.field for column in table.conditions):
            upstream = None if self._is_given(key) else self.index.producer(key, self.day)
            if upstream is not None:
                wants.setdefault(upstream.key, {})[key] = domains[key]
        operands = behind(self.index, formula_operands(table))[1] if self.way is Way.THROUGH_FORMULAS else []
        for key in operands:
            upstream = self.index.producer(key, self.day)
            if upstream is not None:
                wants.setdefault(upstream.key, {})
        return wants

    def _with_upstream(
        self, table: Table, wants: Sequence[tuple[str, dict[str, tuple[Value, ...]]]], domains: Domains
    ) -> Iterator[Domains]:
        if not wants:
            yield domains
            return
        (key, wanted), *rest = wants
        upstream = self.index.version(key, self.day)
        if upstream is not None:
            for found in self._solve(upstream, _Aim(self._gives(upstream, wanted)), domains):
                yield from self._with_upstream(table, rest, found)

    def _gives(self, table: Table, wanted: Mapping[str, Sequence[Value]]) -> Callable[[int], bool]:
        at = {key: next(n for n, column in enumerate(table.results) if column.field == key) for key in wanted}

        def accepts(rules: int) -> bool:
            outcome = self.outcomes.of(table, rules)
            if outcome.is_conflict or not (outcome.reached or wanted):
                return False
            return all(outcome.values[at[key]] in wanted[key] for key in wanted)

        return accepts


class _Walk:
    """One walk through the condition fields of a table."""

    def __init__(self, search: Search, table: Table, aim: _Aim, domains: Domains) -> None:
        self._search = search
        self._aim = aim
        self._domains = domains
        self._arranged = search.arranged(table)
        self._table = table
        fields = dict.fromkeys(column.field for column in table.conditions)
        groups = {key: self._groups(key) for key in fields}
        self._order = sorted(groups.items(), key=lambda item: len(item[1]))
        self._wild = self._wild_below()
        self._dead: set[tuple[int, int]] = set()
        self._accepted = 0

    def _groups(self, key: str) -> list[tuple[int, tuple[Value, ...]]]:
        """The values of a field by the rules that they meet."""
        columns = [at for at, column in enumerate(self._table.conditions) if column.field == key]
        groups: dict[int, list[Value]] = {}
        for value in self._domains.get(key) or self._search._domain(self._table, key):
            met = -1
            for at in columns:
                met &= self._arranged.met(at, value)
            groups.setdefault(met, []).append(value)
        return [(met, tuple(values)) for met, values in groups.items()]

    def _wild_below(self) -> list[int]:
        """For each level, the rules that every group of the fields from there on meets."""
        wild = [-1]
        for _, groups in reversed(self._order):
            met = wild[-1]
            for rules, _ in groups:
                met &= rules
            wild.append(met)
        return wild[::-1]

    def walk(self) -> Iterator[Domains]:
        """The domains in which the aim is met."""
        return self._step(0, self._search.outcomes.in_force(self._table), self._domains)

    def _step(self, level: int, alive: int, domains: Domains) -> Iterator[Domains]:
        budget = self._search.budget
        if budget.is_spent or alive & self._wild[level] & self._aim.blocking or (level, alive) in self._dead:
            return
        if level == len(self._order):
            if self._aim.accepts(alive):
                self._accepted += 1
                yield domains
            return
        before = self._accepted
        key, groups = self._order[level]
        for met, values in groups:
            budget.left -= 1
            yield from self._step(level + 1, alive & met, {**domains, key: values})
        if self._accepted == before and not budget.is_spent:
            self._dead.add((level, alive))


def _numbers(rules: int) -> list[int]:
    """The places of the bits that are set."""
    return [n for n in range(rules.bit_length()) if rules >> n & 1]
