"""Example persons: inputs inside a region, put to both models, so that what is told of them is what they would get."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from decision_tables.comparison.changes import Answer
from decision_tables.comparison.joint import Difference
from decision_tables.comparison.reaching import EmptyRegion, reaching
from decision_tables.comparison.readings import Demand
from decision_tables.comparison.sides import Pair, inputs_behind
from decision_tables.evaluator.deciding import decide
from decision_tables.evaluator.decision import Decision, Status
from decision_tables.evaluator.formulas import OpenResult
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.linear import Evaluation
from decision_tables.evaluator.options import Option
from decision_tables.evaluator.plan import Plan
from decision_tables.evaluator.prospects import REFUSED
from decision_tables.evaluator.refusal import Refusal
from decision_tables.evaluator.showing import shown_value
from decision_tables.expressions import constants
from decision_tables.model import Field
from decision_tables.regions.representatives import OTHER_TEXT
from decision_tables.text import Bilingual
from decision_tables.values import EXACT, MONEY_STEP, FieldType, Value

MAX_TRIED = 400
"""How many inputs are tried before a region is taken to have no example."""

MAX_HALVINGS = 80

MAX_SECONDS = 3.0
"""How long the tables above may be asked for inputs, for all regions of one table."""

_ROUND = (10_000, 5_000, 1_000, 100, 50_000, 100_000, 1_000_000, 300, 30, 10, 3, 1)
"""Amounts that read well, the more usual first."""


@dataclasses.dataclass(frozen=True, slots=True)
class Example:
    """Inputs, and what both models answer to them."""

    inputs: dict[str, Value]
    old: Answer
    new: Answer


def answer(index: ModelIndex, table: str, day: datetime.date, inputs: Mapping[str, Value]) -> Answer:
    """What a model answers to the inputs that it knows."""
    known = {key: value for key, value in inputs.items() if key in index.model.fields}
    try:
        decision = decide(index, known, table, day)
    except Refusal as refusal:
        return Answer(None, {}, Bilingual("无法得出结果", "refused"), why=refusal.message)
    fields = {key: index.field(key) for key in decision.results}
    return Answer(
        status=decision.status,
        results=dict(decision.results),
        shown=_shown(decision, index),
        matched=decision.matched,
        sources=_sources(decision, index),
        parts={key: shown_value(value, fields[key], index.model) for key, value in decision.results.items()},
        labels={key: field.label for key, field in fields.items()},
    )


def _shown(decision: Decision, index: ModelIndex) -> Bilingual:
    model = index.model
    words = [(model.fields[k].label, shown_value(v, model.fields[k], model)) for k, v in decision.results.items()]
    shown = Bilingual("，".join(f"{n} {w.zh}" for n, w in words), ", ".join(f"{n} {w.en}" for n, w in words))
    if decision.status is Status.NO_MATCH:
        empty = all(value is None for value in decision.results.values())
        return (
            Bilingual("没有规则命中", "no match")
            if empty
            else Bilingual(f"没有规则命中：{shown.zh}", f"no match: {shown.en}")
        )
    return shown


def _sources(decision: Decision, index: ModelIndex) -> tuple[str, ...]:
    """The sources of the deciding rules, with the numbers of the documents."""
    found: dict[str, None] = {}
    for match in decision.matched:
        for cited in match.sources if not match.dissent else ():
            source = index.model.sources.get(cited.split(" ")[0])
            named = [cited, *((source.number or source.title,) if source is not None else ())]
            found[" ".join(part for part in named if part)] = None
    return tuple(found)


def outcome_of(answered: Answer, columns: Sequence[str]) -> Any:
    """An answer as joint diagrams have outcomes."""
    if answered.status is None:
        return None, ()
    return answered.status, tuple(answered.results.get(key) for key in columns)


class Examples:
    """Finds examples for the regions of one pair."""

    def __init__(self, pair: Pair, columns: Sequence[str]) -> None:
        self._plans = pair.plans
        self._shared = pair.shared
        self._bare = [dataclasses.replace(p, opened=p.opened - pair.shared, order=()) for p in pair.plans]
        """The plans down to the inputs behind what both sides work out alike."""
        self._columns = columns
        self._tried = 0
        self._seconds = 0.0

    def find(self, demands: Sequence[Demand], leaf: Difference) -> Example | None:
        """Inputs inside the demands that both models really answer differently; None where trying found none.

        Where no inputs are found that a shared field comes to its value for, the field itself is given. Raises
        ``EmptyRegion`` where no inputs lie inside.
        """
        self._tried = 0
        for inputs in itertools.chain(self._inputs(demands, leaf), self._overriding(demands, leaf)):
            self._tried += 1
            old, new = self.answers(inputs)
            if outcome_of(old, self._columns) != outcome_of(new, self._columns):
                return Example(inputs, old, new)
        return None

    def somebody(self, demands: Sequence[Demand], leaf: Difference) -> dict[str, Value] | None:
        """Some inputs inside the demands, whether or not they are answered differently. Raises ``EmptyRegion``."""
        self._tried = 0
        return next(itertools.chain(self._inputs(demands, leaf), self._overriding(demands, leaf)), None)

    def answers(self, inputs: Mapping[str, Value]) -> tuple[Answer, Answer]:
        """What both models answer."""
        old, new = (answer(plan.index, plan.asked.key, plan.as_of, inputs) for plan in self._plans)
        return old, new

    def _inputs(self, demands: Sequence[Demand], leaf: Difference) -> Iterator[dict[str, Value]]:
        direct = {d.field.key: d for d in demands if self._is_direct(d)}
        targets = [d for d in demands if not self._is_direct(d)]
        varied = self._leaves(targets, leaf)
        choices = {key: self._choices(key, direct.get(key), varied) for key in dict.fromkeys([*direct, *varied])}
        for way in self._ways(demands, targets):
            wanted = [under(self.field(key), option) for key, option in way.items() if not self._is_input(key)]
            above: dict[str, Value] = {
                k: _readable(o.example) for k, o in way.items() if o.pieces and self._is_input(k)
            }
            enough = self._tried + MAX_TRIED // 3
            for values in _spread(list(choices.values())):
                pairs = zip(choices, values, strict=True)
                chosen: dict[str, Value] = {
                    k: value for k, value in pairs if value is not None and (k in varied or k not in way)
                }
                yield from self._completed([*wanted, *targets], above | chosen, direct)
                self._tried += 1
                if self._tried > enough:
                    break

    def _ways(self, demands: Sequence[Demand], targets: Sequence[Demand]) -> Iterator[dict[str, Option]]:
        """Inputs to begin with: none of their own, where formulas can be met by moving their operands; then those that
        the tables above tell. Raises ``EmptyRegion`` where these tell that there are none.
        """
        if not any(plan.index.is_produced(d.field.key) for d in targets for plan in self._bare):
            yield {}
        if targets and self._seconds < MAX_SECONDS:
            began = time.monotonic()
            reached = reaching(demands, self._bare)
            self._seconds += time.monotonic() - began
            if reached.is_empty:
                raise EmptyRegion
            yield from reached.ways

    def _overriding(self, demands: Sequence[Demand], leaf: Difference) -> Iterator[dict[str, Value]]:
        """Inputs in which the shared fields are given, as callers may do."""
        if not self._shared:
            return
        given = [d for d in demands if d.side is None]
        varied = [key for value in open_results(leaf) for key in sorted(value.leaves)]
        choices = {d.field.key: [_readable(piece.value) for piece in d.pieces[:20]] or [None] for d in given}
        choices = {key: self._choices(key, None, varied) for key in varied if key not in choices} | choices
        for values in itertools.islice(_spread(list(choices.values())), MAX_TRIED):
            yield {key: value for key, value in zip(choices, values, strict=True) if value is not None}

    def _is_input(self, key: str) -> bool:
        """Whether a field is given from outside, and not worked out."""
        plan = next(plan for plan in self._bare if key in plan.index.model.fields)
        return key in plan.opened or not (plan.index.is_produced(key) or plan.index.field(key).formula is not None)

    def _is_direct(self, demand: Demand) -> bool:
        """Whether a demand is on an input."""
        key = demand.field.key
        return demand.side is None and key not in self._shared and any(key in plan.asks for plan in self._plans)

    def _leaves(self, targets: Sequence[Demand], leaf: Difference) -> list[str]:
        """The inputs whose value matters inside the region: operands of what is worked out by formulas."""
        found: dict[str, None] = {}
        for demand in targets:
            for side, plan in enumerate(self._bare):
                if demand.side in (None, side) and not plan.index.is_produced(demand.field.key):
                    found |= dict.fromkeys(sorted(inputs_behind(plan, demand.field.key)))
        for value in open_results(leaf):
            for plan in self._bare:
                found |= dict.fromkeys(key for leaf in sorted(value.leaves) for key in inputs_behind(plan, leaf))
        return list(found)

    def _choices(self, key: str, demand: Demand | None, varied: Sequence[str]) -> list[Value]:
        """The values to try for an input, best first."""
        field = self.field(key)
        pieces = [_readable(piece.value) for piece in demand.pieces] if demand is not None else []
        if key in varied:
            tried = self._telling(field)
            pieces = [*(v for v in tried if demand is None or demand.admits(v)), *pieces]
            pieces = [v for v in dict.fromkeys(pieces) if field.domain is None or field.domain.admits(v)]
        return pieces[:60] or [None]

    def _telling(self, field: Field) -> list[Value]:
        """Values at which formulas are likely to show a difference."""
        plan = next((plan for plan in self._plans if field.key in plan.asks), self._plans[1])
        if field.type is FieldType.BOOLEAN:
            return [True, False]
        if field.type is FieldType.ENUM:
            return list(plan.universe(field))
        if field.type is FieldType.SET:
            members = [str(member) for member in plan.universe(field)]
            return [frozenset(members), *(frozenset({member}) for member in members)]
        if field.type is FieldType.DATE:
            return [_years_before(plan.as_of, years) for years in (40, 65, 30, 20, 10, 5, 1, 0, 50, 80, -1)]
        return self._numbers(field) if field.type.is_number else ["甲"]

    def _numbers(self, field: Field) -> list[Value]:
        formulas = (formula for plan in self._plans for formula, _ in plan._formulas)
        points = sorted({number for formula in formulas for number in constants(formula)})
        close = [EXACT.add(point, Decimal(step)) for point in points for step in (0, 1, -1)]
        scale = Decimal(100) if field.type is FieldType.PERCENT else Decimal(1)
        numbers = [*(EXACT.divide(Decimal(n), scale) for n in _ROUND), *close]
        fitting = [_fitting(number, field.type) for number in numbers]
        return [n for n in dict.fromkeys(fitting) if field.domain is None or field.domain.admits(n)]

    # Values that are worked out

    def _worked_out(self, demand: Demand, inputs: Mapping[str, Value]) -> Any:
        """What the field of a demand comes to; REFUSED where it cannot be worked out."""
        return self.value_of(demand.side, demand.field.key, inputs)

    def value_of(self, side: int | None, key: str, inputs: Mapping[str, Value]) -> Any:
        """What a field comes to on one side, or on that which knows it; REFUSED where it cannot be worked out."""
        plan = self._plans[side or 0]
        if side is None and key not in plan.index.model.fields:
            plan = self._plans[1]
        known = {name: value for name, value in inputs.items() if name in plan.index.model.fields}
        try:
            return Evaluation(plan.index, known, plan.as_of).value(key)
        except Refusal:
            return REFUSED

    def _completed(
        self, targets: Sequence[Demand], inputs: dict[str, Value], direct: Mapping[str, Demand], depth: int = 0
    ) -> Iterator[dict[str, Value]]:
        """The inputs, with others added or moved until everything that is worked out is as demanded."""
        unmet = next((d for d in targets if not demand_holds(d, self._worked_out(d, inputs))), None)
        if unmet is None:
            yield inputs
        elif depth <= len(targets):
            for changed in self._towards(unmet, inputs, direct):
                self._tried += 1
                if self._tried > MAX_TRIED:
                    return
                yield from self._completed(targets, changed, direct, depth + 1)

    def _towards(
        self, target: Demand, inputs: dict[str, Value], direct: Mapping[str, Demand]
    ) -> Iterator[dict[str, Value]]:
        plan = self._bare[target.side or 0]
        for key in sorted(inputs_behind(plan, target.field.key)):
            if self.field(key).type.is_ordered:
                found = self._between(target, inputs, key, self._choices(key, direct.get(key), [key]))
                if found is not None:
                    yield found

    @property
    def bare_plans(self) -> Sequence[Plan]:
        """The plans of both sides, down to the inputs."""
        return self._bare

    def values_to_try(self, key: str) -> list[Value]:
        """Values of an input at which something is likely to change."""
        return self._choices(key, None, [key])

    def field(self, key: str) -> Field:
        """A field as the new model has it, or else the old one."""
        index = next(plan.index for plan in reversed(self._plans) if key in plan.index.model.fields)
        return index.field(key)

    def _between(
        self, target: Demand, inputs: dict[str, Value], key: str, choices: Sequence[Value]
    ) -> dict[str, Value] | None:
        """Halve between two values of which one comes out below the target and one above."""
        bounds = _bounds(target)
        if bounds is None:
            return None
        sides: dict[int, Value] = {}
        for choice in choices:
            place = _place(self._worked_out(target, {**inputs, key: choice}), bounds)
            if place == 0:
                return {**inputs, key: choice}
            if place is not None:
                sides.setdefault(place, choice)
        if len(sides) < 2:
            return None
        low, high = sides[-1], sides[1]
        for _ in range(MAX_HALVINGS):
            middle = _middle(low, high)
            if middle in (low, high):
                return None
            place = _place(self._worked_out(target, {**inputs, key: middle}), bounds)
            if place == 0:
                return {**inputs, key: middle}
            if place is None:
                return None
            low, high = (middle, high) if place < 0 else (low, middle)
        return None


def under(field: Field, option: Option) -> Demand:
    """The demand for the values of an option."""
    return Demand(field, option.pieces, option.missing, False, Bilingual("", ""), None)


def open_results(leaf: Difference) -> list[OpenResult]:
    """The open results of a leaf, those in lists among them."""
    values = [*leaf.old[1], *leaf.new[1]]
    flat = [item for value in values for item in (value if isinstance(value, tuple) else (value,))]
    return [value for value in flat if isinstance(value, OpenResult)]


def demand_holds(demand: Demand, value: Any) -> bool:
    """Whether what a field comes to is as demanded."""
    return value is not REFUSED and demand.admits(value)


def _spread(choices: Sequence[Sequence[Value]]) -> Iterator[tuple[Value, ...]]:
    """Combinations of choices: the best of all first, then one or more of them changed."""
    sizes = [range(len(values)) for values in choices]
    order = itertools.islice(itertools.product(*sizes), 20_000)
    for numbers in sorted(order, key=sum):
        yield tuple(values[n] for values, n in zip(choices, numbers, strict=True))


def _readable(value: Value) -> Value:
    return value.replace(OTHER_TEXT, "某") if isinstance(value, str) else value


def _fitting(number: Decimal, type_: FieldType) -> Value:
    if type_ is FieldType.INTEGER:
        return int(number)
    return EXACT.quantize(number, MONEY_STEP) if type_ is FieldType.MONEY else number


def _years_before(day: datetime.date, years: int) -> datetime.date:
    year = min(max(day.year - years, 1), 9999)
    return datetime.date(year, day.month, min(day.day, 28))


def _bounds(target: Demand) -> tuple[Any, Any] | None:
    """The lowest and the highest value of an ordered demand's first piece."""
    region = target.pieces[0].region if target.pieces else None
    intervals = getattr(region, "intervals", ())
    return (intervals[0], intervals[-1]) if intervals else None


def _place(value: Any, bounds: tuple[Any, Any]) -> int | None:
    """Whether a value lies below (-1), in (0) or above (1) an interval; None for no value."""
    first, last = bounds
    if value is None or value is REFUSED:
        return None
    if first.low is not None and (value < first.low or (value == first.low and not first.low_closed)):
        return -1
    if last.high is not None and (value > last.high or (value == last.high and not last.high_closed)):
        return 1
    return 0


def _middle(low: Any, high: Any) -> Any:
    if isinstance(low, datetime.date):
        return low + datetime.timedelta(days=(high - low).days // 2)
    if isinstance(low, int):
        return (low + high) // 2
    half = EXACT.divide(EXACT.add(low, high), Decimal(2))
    return EXACT.quantize(half, MONEY_STEP) if abs(high - low) > MONEY_STEP else half
