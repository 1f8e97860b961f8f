"""Regions in which formulas differ, narrowed to the inputs for which their results do."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Any

from decision_tables.comparison.curves import Surroundings
from decision_tables.comparison.examples import Examples, open_results, outcome_of
from decision_tables.comparison.fields import domain_of
from decision_tables.comparison.joint import Difference
from decision_tables.comparison.reaching import EmptyRegion
from decision_tables.comparison.readings import Demand
from decision_tables.comparison.sides import Pair
from decision_tables.comparison.solving import FINE, STEPS, Column, solve
from decision_tables.evaluator.plan import Plan
from decision_tables.grammar.printer import reading_of
from decision_tables.model import Field
from decision_tables.regions import Interval, Ordered
from decision_tables.regions.order import intersection, some_value
from decision_tables.regions.representatives import Piece
from decision_tables.text import Bilingual
from decision_tables.values import FieldType


class Formulas:
    """Compares the formulas of one pair over the one input that they rest on."""

    def __init__(self, pair: Pair, columns: Sequence[str], examples: Examples) -> None:
        self._plans = pair.plans
        self._columns = columns
        self._examples = examples

    def narrowed(self, asked: tuple[Demand, ...], leaf: Difference) -> tuple[tuple[Demand, ...], bool]:
        """The demands with that on the open input narrowed to where results differ, and whether that is exact.

        Where the formulas rest on several inputs, or are not made of lines, the demands stay as they are, and it is
        not. Raises ``EmptyRegion`` where the results are the same everywhere.
        """
        x = self._open_input(leaf)
        columns = self._compared(leaf)
        base = self._examples.somebody(asked, leaf)
        if x is None or columns is None or base is None:
            return asked, False

        @functools.cache
        def differs(value: Any) -> bool:
            answers = self._examples.answers({**base, x.key: value})
            return bool(outcome_of(answers[0], self._columns) != outcome_of(answers[1], self._columns))

        region = self._region(asked, x)
        old, new = (Surroundings(x.key, _types_of(plan), plan.as_of) for plan in self._plans)
        found = solve(columns, region, (old, new), differs)
        if found is None:
            return asked, False
        if not found.intervals:
            raise EmptyRegion
        if found.intervals == region.intervals:
            return asked, found.exact
        others = [demand for demand in asked if demand.field.key != x.key]
        return (_demand(x, Ordered(x.type, found.intervals)), *others), found.exact

    def _open_input(self, leaf: Difference) -> Field | None:
        """The one input behind all that is open, if its values can be counted, and alike on both sides."""
        leaves = frozenset[str]().union(*(value.leaves for value in open_results(leaf)))
        if len(leaves) != 1:
            return None
        (key,) = leaves
        fields = [plan.index.field(key) for plan in self._plans if key in plan.index.model.fields]
        alike = all(field.type is fields[0].type for field in fields) and fields[0].type in STEPS | FINE
        return fields[-1] if alike else None

    def _compared(self, leaf: Difference) -> list[Column] | None:
        """The results that differ; None where that is not one number on each side."""
        found: list[Column] = []
        for key, old, new in zip(self._columns, leaf.old[1], leaf.new[1], strict=True):
            fields = [plan.index.field(key) for plan in self._plans]
            domains = [field.domain for field in fields]
            if old == new and not open_results(Difference((None, (old,)), (None, ()))):
                continue
            ordered = [domain if isinstance(domain, Ordered) else None for domain in domains]
            if isinstance(old, tuple) or isinstance(new, tuple) or fields[0].type is not fields[1].type:
                return None
            found.append(Column((old, new), fields[0].type, (ordered[0], ordered[1])))
        return found

    def _region(self, asked: Sequence[Demand], x: Field) -> Ordered:
        """The present values that the demands, and both models, leave for the open input."""
        intervals: tuple[Interval, ...] = (Interval(),)
        for plan in self._plans:
            domain = domain_of(plan.index.field(x.key)) if x.key in plan.index.model.fields else None
            if isinstance(domain, Ordered):
                intervals = intersection(intervals, domain.intervals)
        for demand in asked:
            for region in demand.regions or () if demand.field.key == x.key else ():
                if isinstance(region, Ordered):
                    intervals = intersection(intervals, region.intervals)
        return Ordered(x.type, intervals)


def _types_of(plan: Plan) -> Callable[[str], FieldType]:
    return lambda key: plan.index.field(key).type


def _demand(field: Field, region: Ordered) -> Demand:
    """The demand for the values of a region."""
    pieces = tuple(Piece(some_value(i, field.type), Ordered(field.type, (i,))) for i in region.intervals)
    reading = reading_of(region)
    shown = Bilingual(reading, reading)
    return dataclasses.replace(Demand(field, pieces, False, False, shown, reading), regions=(region,))
