"""The regions of input in which one table answers otherwise, on one day of each model."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from decision_tables.comparison.boxes import Box, Boxes, OutOfWork
from decision_tables.comparison.changes import Answer
from decision_tables.comparison.examples import Example, Examples, inputs_behind, open_results
from decision_tables.comparison.joint import Difference, Joint
from decision_tables.comparison.readings import Demand, demands
from decision_tables.comparison.sides import Asked, Pair, pair_up
from decision_tables.evaluator.decision import Status
from decision_tables.evaluator.formulas import OpenResult

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


def find_differences(old: Asked, new: Asked) -> Differences:
    """The regions in which the two tables answer otherwise. Raises ``NotComparable``."""
    pair = pair_up(old, new)
    return _Finding(pair).differences()


class _Finding:
    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._joint = Joint(pair)
        self._boxes = Boxes(self._joint)
        self._examples = Examples(pair, self._joint.columns)
        self._models = (pair.old.plan.index.model, pair.new.plan.index.model)
        self._unsure = False

    def differences(self) -> Differences:
        found: list[Found] = []
        finished = self._joint.is_finished
        try:
            for region in self._regions():
                found.append(region)
                if len(found) >= MAX_REGIONS:
                    finished = False
                    break
        except OutOfWork:
            finished = False
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
        example = self._examples.find(asked, leaf)
        is_open = bool(open_results(leaf))
        exact = not is_open and not self._rests_on_open(asked)
        if example is None:
            self._unsure = True
            return
        example = dataclasses.replace(
            example, old=self._with_formulas(example.old, leaf.old), new=self._with_formulas(example.new, leaf.new)
        )
        only_if_missing = any(not demand.pieces for demand in asked)
        yield Found(asked, example, exact, only_if_missing)

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
        """Whether the region asks for a value that is worked out, and not independently of what else it asks for."""
        behind: list[frozenset[str]] = []
        for demand in asked:
            if demand.side is not None:
                return True
            plan = next(p for p in self._pair.plans if demand.field.key in p.index.model.fields)
            behind.append(inputs_behind(plan, demand.field.key))
        return sum(map(len, behind)) > len(frozenset[str]().union(*behind))
