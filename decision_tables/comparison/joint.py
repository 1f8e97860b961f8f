"""One decision diagram over both sides of a pair: the product of their diagrams, in their common order.

Its levels are axes: an open input, a field that both sides work out alike, or a value that one side works out in its
own way and that stays open. Along an axis, values that lead both sides to the same places are one class. Its leaves
are pairs of outcomes; where both sides agree, the leaf is ``SAME``.
"""

from __future__ import annotations

import dataclasses
from typing import Any, TypeAlias

from decision_tables.comparison.fields import refuses
from decision_tables.comparison.shared import Shared
from decision_tables.comparison.sides import Pair
from decision_tables.evaluator.decision import Status
from decision_tables.evaluator.formulas import OpenResult
from decision_tables.evaluator.plan import Ask, Plan, Take
from decision_tables.evaluator.unfolding import UNFINISHED, Node, Result, Unfolding
from decision_tables.regions.representatives import Piece

SAME, IMPOSSIBLE, UNKNOWN = 0, 1, 2
"""Leaves: both sides agree; no input leads here; not looked at, since the bound was reached."""

REFUSING = -1
"""Stands for a node of one side at which its model has refused an input."""

ALIKE = "\u2060alike"
"""Stands for a result that both sides give alike."""

MAX_WORK = 3_000_000
"""How many branches of pairs are followed for one table; a few seconds."""


@dataclasses.dataclass(frozen=True, slots=True)
class JointClass:
    """Values of an axis that neither side tells apart; ``missing`` says that the missing value is one of them.

    ``options`` are the branches that the two sides take; None where a side does not test the axis. ``refused`` says
    which sides do not take the values as input; a class without any value stands for a field that cannot be worked out.
    """

    pieces: tuple[Piece, ...]
    missing: bool
    options: tuple[int | None, int | None]
    refused: tuple[bool, bool]


@dataclasses.dataclass(frozen=True, slots=True)
class Axis:
    """A level of the joint diagram. ``side`` is set where the value is worked out, and open, on that side only."""

    field: str
    classes: tuple[JointClass, ...]
    side: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class JointNode:
    """A level at which the pair of outcomes is still open; the children are numbered as the classes of its axis."""

    level: int
    children: tuple[int, ...]


OutcomeForm: TypeAlias = tuple[Status | None, tuple[Any, ...]]
"""The status (None: refused) and the values of the results that both tables have, in the order of the old one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """A leaf at which the two sides disagree; a result that is the same on both sides is ``ALIKE``."""

    old: OutcomeForm
    new: OutcomeForm


class Joint:
    """Builds the diagram; ``root`` is its first node, ``nodes`` holds nodes and leaves alike."""

    def __init__(self, pair: Pair, shared: Shared) -> None:
        self._shared = shared
        self._sides = (pair.old, pair.new)
        self._pair = pair
        self.axes, self._levels = _axes(pair)
        self.nodes: list[JointNode | Difference | None] = [None, None, None]
        self._columns = _common_columns(pair)
        self._names: dict[Any, int] = {}
        self._known: dict[tuple[int, int, int], int] = {}
        self._work = 0
        self._watched = [n for n, axis in enumerate(self.axes) if any(any(c.refused) for c in axis.classes)]
        self.root = self._walk(pair.old.root, pair.new.root, 0)

    @property
    def is_finished(self) -> bool:
        """Whether every branch was followed, on both sides too."""
        return self._work <= MAX_WORK and all(side.is_finished for side in self._sides)

    @property
    def columns(self) -> tuple[str, ...]:
        """The results that are compared: those of both tables."""
        return tuple(key for key, _, _ in self._columns)

    def level_of(self, number: int) -> int:
        """The level of a node; one past the last for a leaf."""
        content = self.nodes[number]
        return content.level if isinstance(content, JointNode) else len(self.axes)

    def _level(self, side: int, number: int) -> int:
        if number < 0:
            return len(self.axes)
        content = self._sides[side].nodes[number]
        if not isinstance(content, Node):
            return len(self.axes)
        step = self._sides[side].plan.steps[content.step]
        return self._levels[side, step.field] if isinstance(step, Ask | Take) else len(self.axes)

    def _walk(self, a: int, b: int, watched: int) -> int:
        """The joint node of two nodes, where the axes before the watched one were gone through."""
        state = (a, b, watched)
        if state not in self._known:
            self._known[state] = self._go(a, b, watched)
        return self._known[state]

    def _go(self, a: int, b: int, watched: int) -> int:
        next_watched = self._watched[watched] if watched < len(self._watched) else len(self.axes)
        if a == b == REFUSING:
            return SAME
        level = min(self._level(0, a), self._level(1, b), next_watched)
        if level == len(self.axes):
            return self._leaf(a, b)
        axis = self.axes[level]
        self._work += len(axis.classes)
        if self._work > MAX_WORK:
            return UNKNOWN
        after = watched + (level == next_watched)
        children = tuple(self._child(level, value_class, (a, b), after) for value_class in axis.classes)
        targets = set(children) - {IMPOSSIBLE}
        if len(targets) <= 1:
            return targets.pop() if targets else IMPOSSIBLE
        return self._number(JointNode(level, children))

    def _child(self, level: int, chosen: JointClass, nodes: tuple[int, int], watched: int) -> int:
        below: list[int] = []
        for side, number in enumerate(nodes):
            if number == REFUSING or chosen.refused[side]:
                below.append(REFUSING)
                continue
            option = chosen.options[side]
            if self._level(side, number) != level or option is None:
                below.append(number)
                continue
            content = self._sides[side].nodes[number]
            if not isinstance(content, Node) or option not in content.branches:
                return IMPOSSIBLE
            below.append(content.branches[option])
        return self._walk(below[0], below[1], watched)

    def _leaf(self, a: int, b: int) -> int:
        outcomes = [self._outcome(side, number) for side, number in enumerate((a, b))]
        if outcomes[0] is None or outcomes[1] is None:
            return UNKNOWN
        return self._number_of(outcomes[0], outcomes[1])

    def _number_of(self, old: OutcomeForm, new: OutcomeForm) -> int:
        """The leaf of two outcomes; where both have results, those that are the same in both do not count."""
        if old[0] is not new[0]:
            return self._number(Difference(old, new))
        if old[0] is None:
            return SAME
        pairs = zip(self.columns, old[1], new[1], strict=True)
        same = [a == b and self._means_the_same(a) and self._stays_inside(key, a) for key, a, b in pairs]
        if all(same):
            return SAME
        kept = [tuple(ALIKE if s else v for s, v in zip(same, values, strict=True)) for values in (old[1], new[1])]
        return self._number(Difference((old[0], kept[0]), (new[0], kept[1])))

    def _stays_inside(self, key: str, value: Any) -> bool:
        """Whether a result leaves the domain of its field on both sides or on none, as far as that is known."""
        domains = [side.plan.index.field(key).domain for side in self._sides]
        return domains[0] == domains[1] or not _is_open(value)

    def _means_the_same(self, value: Any) -> bool:
        """Whether a result that both sides have is the same for the same inputs, as an open one need not be."""
        if isinstance(value, tuple):
            return all(map(self._means_the_same, value))
        if not isinstance(value, OpenResult):
            return True
        inner = all(self._means_the_same(operand) for _, operand in value.operands)
        return inner and (value.expression is None or self._shared.means_the_same(value.expression))

    def _outcome(self, side: int, number: int) -> OutcomeForm | None:
        if number == REFUSING:
            return None, ()
        content = self._sides[side].nodes[number]
        if number == UNFINISHED or not isinstance(content, Result):
            return None
        if content.status is None:
            return None, ()
        return content.status, tuple(content.values[at[side]] for _, *at in self._columns)

    def _number(self, content: JointNode | Difference) -> int:
        if content not in self._names:
            self._names[content] = len(self.nodes)
            self.nodes.append(content)
        return self._names[content]


def _is_open(value: Any) -> bool:
    return isinstance(value, OpenResult) or (isinstance(value, tuple) and any(map(_is_open, value)))


def _common_columns(pair: Pair) -> list[tuple[str, int, int]]:
    """The results that both tables yield, each with its positions in them."""
    tables = [plan.asked for plan in pair.plans]
    positions = [{column.field: n for n, column in enumerate(table.results)} for table in tables]
    return [(key, n, positions[1][key]) for key, n in positions[0].items() if key in positions[1]]


# Axes


def _axes(pair: Pair) -> tuple[list[Axis], dict[tuple[int, str], int]]:
    """The axes in order, and the level of each field on each side."""
    axes: list[Axis] = []
    levels: dict[tuple[int, str], int] = {}
    sides = (pair.old, pair.new)
    tested = [_tested(side) for side in sides]
    for key in pair.order:
        asking = [side for side in (0, 1) if key in sides[side].plan.asks]
        if asking:
            levels |= {(side, key): len(axes) for side in (0, 1)}
            axes.append(_common_axis(pair, key, tested))
            continue
        for side in (0, 1):
            if key in tested[side]:
                levels[side, key] = len(axes)
                axes.append(_own_axis(sides[side], side, key))
    return axes, levels


def _tested(side: Unfolding) -> set[str]:
    steps = (side.plan.steps[node.step] for node in side.nodes if isinstance(node, Node))
    return {step.field for step in steps if isinstance(step, Ask | Take)}


def _common_axis(pair: Pair, key: str, tested: list[set[str]]) -> Axis:
    sides = (pair.old, pair.new)
    maps = [_numbers(sides[n], key) if key in tested[n] else None for n in (0, 1)]
    groups: dict[tuple[Any, Any], list[Piece]] = {}
    for piece in [*pair.cuts[key].present, *([] if key in pair.opened else [Piece(None)])]:
        name = None if piece.value is None else id(piece)
        options = tuple(numbers.get(name) if numbers is not None else None for numbers in maps)
        refused = tuple(key not in pair.shared and _refuses(side.plan, key, piece) for side in sides)
        groups.setdefault((options, refused), []).append(piece)
    if key in pair.shared:
        groups[(None, None), (True, True)] = []
    return Axis(key, tuple(_class(pieces, *name) for name, pieces in groups.items()))


def _refuses(plan: Plan, key: str, piece: Piece) -> bool:
    return key in plan.index.model.fields and refuses(plan.index.field(key), plan, piece.value)


def _own_axis(side: Unfolding, number: int, key: str) -> Axis:
    classes = []
    for n, option in enumerate(side.options(key)):
        options = (n, None) if number == 0 else (None, n)
        classes.append(JointClass(option.pieces, option.missing, options, (False, False)))
    return Axis(key, tuple(classes), side=number)


def _numbers(side: Unfolding, key: str) -> dict[int | None, int]:
    """The options of a field by the pieces in them; None for the missing value."""
    options = side.options(key)
    numbers: dict[int | None, int] = {id(piece): n for n, option in enumerate(options) for piece in option.pieces}
    numbers.update((None, n) for n, option in enumerate(options) if option.missing)
    return numbers


def _class(pieces: list[Piece], options: Any, refused: Any) -> JointClass:
    present = tuple(piece for piece in pieces if piece.value is not None)
    return JointClass(present, len(present) < len(pieces), options, refused)
