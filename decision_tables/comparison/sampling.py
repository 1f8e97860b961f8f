"""People tried at and around every bound, who keep a comparison complete where its diagram cannot tell for sure.

Values that one model works out in its own way are open in the diagram; then nobody knows without trying which of its
regions hold anybody. Those whom both models really answer differently are the witnesses.
"""

from __future__ import annotations

import dataclasses
import datetime
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from decision_tables.comparison.boxes import Box
from decision_tables.comparison.examples import Example, Examples, demand_holds, outcome_of
from decision_tables.comparison.fields import Cut, cut_field
from decision_tables.comparison.joint import Axis, Difference, Joint, JointClass, JointNode
from decision_tables.comparison.readings import Demand
from decision_tables.comparison.sides import Pair
from decision_tables.evaluator.prospects import REFUSED
from decision_tables.model import Computed
from decision_tables.regions import Interval, Ordered
from decision_tables.values import FieldType, Value

MAX_PEOPLE = 3_000
"""How many people are tried for one table."""

MAX_SECONDS = 4.0

_ONE_STEP = {FieldType.INTEGER: 1, FieldType.MONEY: Decimal("0.01"), FieldType.DATE: datetime.timedelta(days=1)}


@dataclasses.dataclass(frozen=True)
class Witness:
    """Somebody whom the two models answer differently, and what each side works out for them."""

    example: Example
    values: Mapping[tuple[int | None, str], Any]

    def meets(self, demands: Sequence[Demand]) -> bool:
        """Whether all demands hold."""
        return all(demand_holds(demand, self.values[demand.side, demand.field.key]) for demand in demands)


class Witnesses:
    """Looks for witnesses of one pair; the same ones each time."""

    def __init__(self, pair: Pair, joint: Joint, examples: Examples) -> None:
        self._pair = pair
        self._joint = joint
        self._examples = examples
        self._chance = random.Random(0)  # noqa: S311 - people to try, nothing secret
        self._choices = self._values_to_try()
        self.found = tuple(self._search())

    def box_of(self, witness: Witness) -> tuple[Box, int]:
        """The classes in which a witness lies, as far as the diagram looks at them, and where they lead.

        Where that is not known, the classes of what the compared tables themselves ask for, or of everything.
        """
        axes = self._joint.axes
        box = [(1 << len(axis.classes)) - 1 for axis in axes]
        number = self._followed(witness, box)
        if not isinstance(self._joint.nodes[number], Difference):
            asked = self._asked_for()
            for level, axis in enumerate(axes):
                at = self._class_of(axis, witness)
                full = at is None or (asked and (axis.side, axis.field) not in asked)
                box[level] = (1 << len(axis.classes)) - 1 if full or at is None else 1 << at
        return tuple(box), number

    def _asked_for(self) -> set[tuple[int | None, str]]:
        """The axes of the conditions of both tables; none where some condition has no axis or a result is open."""
        axes = {(axis.side, axis.field) for axis in self._joint.axes}
        found: set[tuple[int | None, str]] = set()
        for side, plan in enumerate(self._pair.plans):
            if any(isinstance(result, Computed) for rule in plan.asked.rules for result in rule.results):
                return set()
            for column in plan.asked.conditions:
                names = {(None, column.field), (side, column.field)} & axes
                if not names:
                    return set()
                found |= names
        return found

    def _followed(self, witness: Witness, box: list[int]) -> int:
        """The node that a witness comes to, with the classes on the way put into the box."""
        axes = self._joint.axes
        number = self._joint.root
        while isinstance(content := self._joint.nodes[number], JointNode):
            at = self._class_of(axes[content.level], witness)
            if at is None:
                break
            box[content.level] = 1 << at
            number = content.children[at]
        return number

    def _class_of(self, axis: Axis, witness: Witness) -> int | None:
        value = witness.values[axis.side, axis.field]
        cut = self._pair.cuts.get(axis.field)
        return next((n for n, chosen in enumerate(axis.classes) if _lies_in(value, chosen, cut, axis)), None)

    # Trying

    def _search(self) -> Iterator[Witness]:
        """People made up at random, and those who differ from a witness in one thing."""
        last = time.monotonic() + MAX_SECONDS
        seen: set[frozenset[tuple[str, Value]]] = set()
        known: list[dict[str, Value]] = []
        for number in range(MAX_PEOPLE):
            if time.monotonic() > last:
                return
            inputs = self._near(self._chance.choice(known)) if known and number % 2 else self._anybody()
            name = frozenset(inputs.items())
            if name in seen:
                continue
            seen.add(name)
            old, new = self._examples.answers(inputs)
            if outcome_of(old, self._joint.columns) != outcome_of(new, self._joint.columns):
                known.append(inputs)
                yield Witness(Example(inputs, old, new), self._worked_out(inputs))

    def _anybody(self) -> dict[str, Value]:
        return _given({key: self._chance.choice(values) for key, values in self._choices.items()})

    def _near(self, inputs: Mapping[str, Value]) -> dict[str, Value]:
        key = self._chance.choice(list(self._choices))
        return _given({**inputs, key: self._chance.choice(self._choices[key])})

    def _worked_out(self, inputs: Mapping[str, Value]) -> dict[tuple[int | None, str], Any]:
        axes = {(axis.side, axis.field) for axis in self._joint.axes}
        return {(side, key): self._examples.value_of(side, key, inputs) for side, key in axes}

    def _values_to_try(self) -> dict[str, list[Value]]:
        plans = self._examples.bare_plans
        keys = dict.fromkeys(key for plan in plans for key in plan.asks)
        return {key: self._around_bounds(key, cut_field(key, list(plans), worked_out=False)) for key in keys}

    def _around_bounds(self, key: str, cut: Cut) -> list[Value]:
        """A value of each piece, its ends, and values that formulas turn at; a missing value among them."""
        field = self._examples.field(key)
        found: dict[Value, None] = {None: None}
        for piece in cut.present:
            found[piece.value] = None
            if isinstance(piece.region, Ordered):
                found |= dict.fromkeys(_ends(piece.region.intervals, field.type))
        found |= dict.fromkeys(self._examples.values_to_try(key))
        domain = field.domain
        return [value for value in found if value is None or domain is None or domain.admits(value)]


def _ends(intervals: Sequence[Interval], type_: FieldType) -> Iterator[Value]:
    """The ends of intervals, the values one step inside, and one in the middle."""
    step: Any = _ONE_STEP.get(type_)
    for interval in intervals:
        low, high = interval.low, interval.high
        near = [(low, 1), (high, -1)]
        yield from (end for end, _ in near if end is not None and interval.admits(end))
        if step is not None:
            inside = [end + sign * step for end, sign in near if end is not None and _has_room(end)]
            yield from (value for value in inside if interval.admits(value))
        if low is not None and high is not None and type_ is FieldType.INTEGER:
            yield from range(int(low), int(high) + 1, max(1, int(high - low) // 8))


def _has_room(end: Any) -> bool:
    return not isinstance(end, datetime.date) or datetime.date.min < end < datetime.date.max


def _given(inputs: Mapping[str, Value]) -> dict[str, Value]:
    return {key: value for key, value in inputs.items() if value is not None}


def _lies_in(value: Any, chosen: JointClass, cut: Cut | None, axis: Axis) -> bool:
    if value is REFUSED:
        return not chosen.pieces and not chosen.missing
    if value is None:
        return chosen.missing
    if axis.side is None and cut is not None:
        found = cut.piece_of(value)
        return any(piece is found for piece in chosen.pieces)
    return any(piece.region.admits(value) if piece.region else piece.value == value for piece in chosen.pieces)
