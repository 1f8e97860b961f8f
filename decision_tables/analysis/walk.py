"""A walk over the axes of a space that carries the rules still alive, and meets each set of rules once.

Equal rules on one level lead to equal cells, so each is entered once. Where few rules are alive, the classes of the
next axis are not tried one by one: they are parted by what these few rules ask for.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from decision_tables.analysis.space import Axis, Box, Space, members

MAX_WORK = 2_000_000
"""How much one check of one table may try before it says that it did not finish; some five seconds."""


class Unfinished(Exception):
    """A walk that reached its bound."""


class Budget:
    """The work that one check may spend on all the spaces of a table."""

    def __init__(self, work: int = MAX_WORK) -> None:
        self._left = work

    def spend(self, work: int) -> None:
        """Count some work. Raises ``Unfinished`` when there was too much."""
        self._left -= work
        if self._left < 0:
            raise Unfinished


@dataclasses.dataclass(slots=True)
class Level:
    """An axis arranged for the walk: the rules of each class, the classes of each rule, boxes counting as rules."""

    seen: int
    numbers: list[int]
    rules: dict[int, int]
    bands: list[int]

    @classmethod
    def of(cls, axis: Axis, boxes: Sequence[int]) -> Level:
        """The level of an axis, with one more rule for each box, given by its classes on this axis."""
        numbers = list(members(axis.seen))
        level = cls(axis.seen, numbers, {n: axis.classes[n].rules for n in numbers}, list(axis.bands))
        for box in boxes:
            level.add(box)
        return level

    def add(self, box: int) -> None:
        """One more rule, which admits some classes."""
        bit = 1 << len(self.bands)
        self.bands.append(box)
        for number in members(box & self.seen):
            self.rules[number] |= bit

    @property
    def wild(self) -> int:
        """The rules that every class meets."""
        wild = -1
        for number in self.numbers:
            wild &= self.rules[number]
        return wild

    def branches(self, alive: int) -> list[tuple[int, int]]:
        """The sets of rules that are left of some on this level, each with the number of a class that leaves it."""
        if alive.bit_count() ** 2 > 4 * len(self.numbers):
            found: dict[int, int] = {}
            for number in self.numbers:
                found.setdefault(alive & self.rules[number], number)
            return list(found.items())
        lowest = ((part & -part).bit_length() - 1 for part in self._parted(alive))
        return [(alive & self.rules[number], number) for number in lowest]

    def _parted(self, alive: int) -> list[int]:
        """The classes, parted by which of the rules admit them."""
        parts = [self.seen] if self.seen else []
        for rule in members(alive):
            band = self.bands[rule]
            parted: list[int] = []
            for part in parts:
                inside = part & band
                if inside and inside != part:
                    parted += (inside, part ^ inside)
                else:
                    parted.append(part)
            parts = parted
        return parts


def levels_of(space: Space, boxes: Sequence[Box] = ()) -> list[Level]:
    """The levels of a space, the excluded boxes and some more counting as rules."""
    extra = (*space.excluded, *boxes)
    return [Level.of(axis, [box[at] for box in extra]) for at, axis in enumerate(space.axes)]


def wild_below(levels: Sequence[Level]) -> list[int]:
    """For each level, the rules that meet every class from there on; the last entry is all rules."""
    wild = [-1]
    for level in reversed(levels):
        wild.append(wild[-1] & level.wild)
    return wild[::-1]


def effort_of(space: Space) -> int:
    """What a branch counts for; more where the sets of rules are large."""
    return 1 + len(space.rules) // 8192


def cells(space: Space, may_skip: Callable[[int, int], bool], budget: Budget) -> Iterator[tuple[int, list[int]]]:
    """The sets of rules that meet at some input, each at least once, with the number of one class per axis.

    ``may_skip(level, rules)`` prunes the walk below; it is asked only where no excluded box lies. Raises ``Unfinished``
    when the budget is spent.
    """
    levels = levels_of(space)
    wild = wild_below(levels)
    everything, effort = space.everything, effort_of(space)
    visited: set[tuple[int, int]] = set()

    def walk(at: int, alive: int, path: list[int]) -> Iterator[tuple[int, list[int]]]:
        rules = alive & everything
        outside = alive ^ rules
        if (at, alive) in visited or outside & wild[at] or (not outside and may_skip(at, rules)):
            return
        visited.add((at, alive))
        if at == len(levels):
            yield rules, path
            return
        branches = levels[at].branches(alive)
        budget.spend(len(branches) * effort + 1)
        for left, number in branches:
            yield from walk(at + 1, left, [*path, number])

    if all(level.seen for level in levels):
        yield from walk(0, (1 << len(space.rules) + len(space.excluded)) - 1, [])
