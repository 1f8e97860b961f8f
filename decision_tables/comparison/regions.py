"""The regions of input in which one table answers otherwise, on one day of each model."""

from __future__ import annotations

import dataclasses
import datetime
import time
from collections.abc import Iterator

from decision_tables.comparison.boxes import Box, Boxes, OutOfWork
from decision_tables.comparison.changes import Answer
from decision_tables.comparison.examples import Example, Examples
from decision_tables.comparison.fields import NotComparable
from decision_tables.comparison.formulas import Formulas
from decision_tables.comparison.joint import Difference, Joint
from decision_tables.comparison.reaching import EmptyRegion
from decision_tables.comparison.readings import Demand, demands
from decision_tables.comparison.sampling import Witness, Witnesses
from decision_tables.comparison.shared import Asked, Shared
from decision_tables.comparison.sides import Pair, pair_up
from decision_tables.evaluator.decision import Status
from decision_tables.evaluator.formulas import OpenResult
from decision_tables.evaluator.index import ModelIndex

MAX_SECONDS = 30.0
"""How long examples and exact bounds are looked for in one table; later only what was tried before serves."""

MAX_REGIONS = 2_000
"""The most regions that are told of one table on one day."""


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A region with an example."""

    demands: tuple[Demand, ...]
    example: Example
    exact: bool
    only_if_missing: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Differences:
    """All regions of one table; ``opened`` are inputs of one model that the other works out."""

    found: tuple[Found, ...]
    exact: bool
    finished: bool
    opened: tuple[str, ...] = ()


class Differing:
    """Finds the regions of one table after another, on one day of each model; what was found is remembered."""

    def __init__(self, old: ModelIndex, new: ModelIndex, days: tuple[datetime.date, datetime.date]) -> None:
        self._shared = Shared(old, new, days, self._changed_columns)

    def find(self, old: Asked, new: Asked) -> Differences:
        """The regions in which the two tables answer otherwise. Raises ``NotComparable``."""
        if self._shared.says_the_same(old, new):
            return Differences((), exact=True, finished=True)
        return _Finding(pair_up(old, new, self._shared), self._shared).differences()

    def _changed_columns(self, old: Asked, new: Asked) -> frozenset[str] | None:
        """The results in which two tables differ for some inputs; None where that was not found out for sure."""
        try:
            pair = pair_up(old, new, self._shared)
        except NotComparable:
            return None
        finding = _Finding(pair, self._shared)
        return finding.changed_columns() if finding.is_sure else None


class _Finding:
    def __init__(self, pair: Pair, shared: Shared) -> None:
        self._pair = pair
        self._shared = shared
        self._joint = Joint(pair, shared)
        self._models = (pair.old.plan.index.model, pair.new.plan.index.model)
        self._unsure = False
        self._last = time.monotonic() + MAX_SECONDS
        self._witnesses: Witnesses | None = None

    @property
    def is_sure(self) -> bool:
        """Whether the diagram tells all differences, and no others."""
        rests = any(axis.side is not None for axis in self._joint.axes) or self._pair.opened
        return self._joint.is_finished and self._is_exact() and not rests and not self._own_days()

    def changed_columns(self) -> frozenset[str]:
        """The common results that differ somewhere; a table that refuses on one side only differs in all."""
        changed: set[str] = set()
        for leaf in self._joint.nodes:
            if isinstance(leaf, Difference):
                refused = leaf.old[0] is None or leaf.new[0] is None
                pairs = zip(self._joint.columns, leaf.old[1], leaf.new[1], strict=False)
                changed |= set(self._joint.columns) if refused else {key for key, a, b in pairs if a != b}
        return frozenset(changed)

    def _own_days(self) -> set[str]:
        return self._shared.on_own_days & self._pair.shared

    def differences(self) -> Differences:
        found: list[Found] = []
        self._boxes = Boxes(self._joint)
        self._examples = Examples(self._pair, self._joint.columns)
        self._formulas = Formulas(self._pair, self._joint.columns, self._examples)
        finished = self._joint.is_finished
        try:
            for region in self._regions():
                found.append(region)
                if len(found) >= MAX_REGIONS:
                    finished = False
                    break
        except OutOfWork:
            finished = False
        if self._unsure or not finished or not self._is_exact():
            found += self._overlooked(found)
        exact = self._is_exact() and not self._unsure and all(region.exact for region in found)
        ordered = sorted(found, key=lambda region: region.only_if_missing)
        return Differences(tuple(ordered), exact, finished, tuple(sorted(self._pair.opened)))

    def _regions(self) -> Iterator[Found]:
        for number, leaf in enumerate(self._joint.nodes):
            if isinstance(leaf, Difference):
                for box in self._boxes.of(number):
                    yield from self._region(box, leaf)

    def _region(self, box: Box, leaf: Difference) -> Iterator[Found]:
        asked = tuple(demands(box, self._joint.axes, self._pair.cuts, self._models))
        exact = not self._rests_on_open(asked)
        try:
            if _may_agree(leaf) and self._is_late():
                exact = False
            elif _may_agree(leaf):
                asked, settled = self._formulas.narrowed(asked, leaf)
                exact = exact and settled
            example = self._example(asked, leaf)
        except EmptyRegion:
            return
        if example is None:
            self._unsure = True
            return
        yield self._found(asked, example, leaf, exact=exact)

    def _example(self, asked: tuple[Demand, ...], leaf: Difference) -> Example | None:
        """Somebody inside the region; a witness, where it rests on what one side works out. Raises ``EmptyRegion``."""
        if not self._is_late() and not any(demand.side is not None for demand in asked):
            return self._examples.find(asked, leaf)
        witness = next((witness for witness in self.witnesses.found if witness.meets(asked)), None)
        if witness is not None or self._is_late():
            return witness.example if witness is not None else None
        return self._examples.find(asked, leaf)

    def _is_late(self) -> bool:
        return time.monotonic() > self._last

    @property
    def witnesses(self) -> Witnesses:
        """People whom the models answer differently; looked for once, where they are needed."""
        if self._witnesses is None:
            self._witnesses = Witnesses(self._pair, self._joint, self._examples)
        return self._witnesses

    def _overlooked(self, found: list[Found]) -> list[Found]:
        """Regions around the witnesses who lie in none that was found."""
        more: list[Found] = []
        for witness in self.witnesses.found:
            if not any(witness.meets(region.demands) for region in [*found, *more]):
                more.append(self._around(witness))
        return more

    def _around(self, witness: Witness) -> Found:
        """The classes of a witness, widened as far as they lead to the same leaf."""
        box, number = self.witnesses.box_of(witness)
        leaf = self._joint.nodes[number]
        if isinstance(leaf, Difference):
            box = self._boxes.widest(box, number)
        asked = tuple(demands(box, self._joint.axes, self._pair.cuts, self._models))
        self._unsure = True
        return self._found(asked, witness.example, leaf if isinstance(leaf, Difference) else None, exact=False)

    def _found(self, asked: tuple[Demand, ...], example: Example, leaf: Difference | None, *, exact: bool) -> Found:
        if leaf is not None:
            example = dataclasses.replace(
                example, old=self._with_formulas(example.old, leaf.old), new=self._with_formulas(example.new, leaf.new)
            )
        asked = self._ordered(asked)
        only_if_missing = any(not d.pieces and d.field.key not in self._pair.shared for d in asked)
        return Found(asked, example, exact, only_if_missing)

    def _ordered(self, asked: tuple[Demand, ...]) -> tuple[Demand, ...]:
        """The demands as a reader expects them: the conditions of the table first, then the glossary's order."""
        columns = (column.field for plan in reversed(self._pair.plans) for column in plan.asked.conditions)
        fields = (key for model in reversed(self._models) for key in model.fields)
        order = list(dict.fromkeys([*columns, *fields]))
        return tuple(sorted(asked, key=lambda demand: order.index(demand.field.key)))

    def _with_formulas(self, answer: Answer, outcome: tuple[Status | None, tuple[object, ...]]) -> Answer:
        values = zip(self._joint.columns, outcome[1], strict=False)
        formulas = {key: value.shown for key, value in values if isinstance(value, OpenResult)}
        return dataclasses.replace(answer, formulas=formulas)

    # Exactness

    def _is_exact(self) -> bool:
        """Whether the pieces of all inputs stand for all values, and nothing open was compared."""
        cuts = (cut.exact for key, cut in self._pair.cuts.items() if key in self._tested)
        return all(cuts) and not self._pair.old.compares_open and not self._pair.new.compares_open

    @property
    def _tested(self) -> set[str]:
        axes = self._joint.axes
        return {axis.field for axis in axes if len(axis.classes) > 1}

    def _rests_on_open(self, asked: tuple[Demand, ...]) -> bool:
        """Whether the region asks for a value that each side works out in its own way, or from its own day."""
        return any(d.side is not None or d.field.key in self._own_days() for d in asked)


def _may_agree(leaf: Difference) -> bool:
    """Whether all that differs rests on open results, which may come to the same after all."""
    if leaf.old[0] is not leaf.new[0]:
        return False
    pairs = zip(leaf.old[1], leaf.new[1], strict=True)
    return all(a is b or _is_open(a) or _is_open(b) for a, b in pairs)


def _is_open(value: object) -> bool:
    return isinstance(value, OpenResult) or (isinstance(value, tuple) and any(map(_is_open, value)))
