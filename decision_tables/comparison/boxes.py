"""The inputs that lead to one leaf of a joint diagram, as maximal boxes that together cover exactly them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from decision_tables.comparison.joint import IMPOSSIBLE, Difference, Joint, JointNode

Box: TypeAlias = tuple[int, ...]
"""A product of classes: for each axis its chosen classes, as the bits of an integer."""

MAX_WORK = 5_000_000
"""How many steps may be spent on the boxes of one table."""


class OutOfWork(Exception):
    """The search for boxes reached its bound."""


class Boxes:
    """Finds boxes in one joint diagram, chosen greedily; the first ones need no missing value."""

    def __init__(self, joint: Joint) -> None:
        self._joint = joint
        self._full = [(1 << len(axis.classes)) - 1 for axis in joint.axes]
        self._reach: dict[int, int] = {}
        leaves = (n for n, content in enumerate(joint.nodes) if isinstance(content, Difference))
        self._bit = {leaf: 1 << at for at, leaf in enumerate(leaves)}
        self._work = 0

    def of(self, leaf: int) -> Iterator[Box]:
        """Boxes that cover exactly the inputs that lead to the leaf. Raises ``OutOfWork``."""
        found: list[Box] = []
        while (cell := _Search(self, leaf, found).cell()) is not None:
            found.append(self.widest(cell, leaf))
            yield found[-1]

    def spend(self, work: int) -> None:
        """Count some work. Raises ``OutOfWork``."""
        self._work += work
        if self._work > MAX_WORK:
            raise OutOfWork

    @property
    def joint(self) -> Joint:
        """The diagram."""
        return self._joint

    @property
    def full(self) -> Sequence[int]:
        """All classes of each axis."""
        return self._full

    def reaches(self, number: int, leaf: int) -> bool:
        """Whether some path from a node leads to the leaf."""
        return bool(self._reached(number) & self._bit[leaf])

    def _reached(self, number: int) -> int:
        """The leaves below a node, as the bits of an integer."""
        if number not in self._reach:
            content = self._joint.nodes[number]
            bits = self._bit.get(number, 0)
            if isinstance(content, JointNode):
                for child in set(content.children):
                    bits |= self._reached(child)
            self._reach[number] = bits
        return self._reach[number]

    def widest(self, cell: Box, leaf: int) -> Box:
        """The cell, widened axis by axis as far as everything in it leads to the leaf."""
        box = list(cell)
        for level, chosen in enumerate(box):
            if chosen != self._full[level]:
                box[level] = _Admitted(self, leaf, box, level).classes(self._joint.root) & self._full[level]
        return tuple(box)


class _Search:
    """Looks for a cell that leads to the leaf and lies in no box yet."""

    def __init__(self, boxes: Boxes, leaf: int, found: Sequence[Box]) -> None:
        self._boxes = boxes
        self._joint = boxes.joint
        self._leaf = leaf
        self._found = found
        self._failed: set[tuple[int, int, int]] = set()
        self._wild = self._wild_below()

    def _wild_below(self) -> list[int]:
        """For each level, the boxes that hold all classes of the axes from there on."""
        wild = [(1 << len(self._found)) - 1]
        for level in reversed(range(len(self._boxes.full))):
            here = sum(1 << n for n, box in enumerate(self._found) if box[level] == self._boxes.full[level])
            wild.append(wild[-1] & here)
        return wild[::-1]

    def cell(self) -> Box | None:
        """The cell; on axes that neither the diagram nor a box looks at it holds all classes."""
        return self._walk(0, self._joint.root, (1 << len(self._found)) - 1)

    def _walk(self, level: int, number: int, alive: int) -> Box | None:
        if alive & self._wild[level] or not self._boxes.reaches(number, self._leaf):
            return None
        if level == len(self._boxes.full):
            return ()
        state = (level, number, alive)
        if state in self._failed:
            return None
        found = self._step(level, number, alive)
        if found is None:
            self._failed.add(state)
        return found

    def _step(self, level: int, number: int, alive: int) -> Box | None:
        content = self._joint.nodes[number]
        tests = isinstance(content, JointNode) and content.level == level
        full = self._boxes.full[level]
        if not tests and all(self._found[n][level] == full for n in _bits(alive)):
            below = self._walk(level + 1, number, alive)
            return None if below is None else (full, *below)
        for chosen in self._by_presence(level):
            self._boxes.spend(1)
            child = content.children[chosen] if isinstance(content, JointNode) and tests else number
            left = sum(1 << n for n in _bits(alive) if self._found[n][level] >> chosen & 1)
            below = self._walk(level + 1, child, left)
            if below is not None:
                return (1 << chosen, *below)
        return None

    def _by_presence(self, level: int) -> list[int]:
        """The classes of an axis, those with present values first."""
        classes = self._joint.axes[level].classes
        return sorted(range(len(classes)), key=lambda n: not classes[n].pieces)


class _Admitted:
    """The classes of one axis that lead to the leaf wherever the rest of the input lies in the box."""

    def __init__(self, boxes: Boxes, leaf: int, box: Sequence[int], level: int) -> None:
        self._boxes = boxes
        self._joint = boxes.joint
        self._leaf = leaf
        self._box = box
        self._level = level
        self._inside: dict[int, bool] = {IMPOSSIBLE: True, leaf: True}
        self._classes: dict[int, int] = {}

    def classes(self, number: int) -> int:
        """The admitted classes below a node, as bits; all if the node does not look at the axis."""
        level = self._joint.level_of(number)
        if level > self._level:
            return self._boxes.full[self._level] if self._is_inside(number) else 0
        if number not in self._classes:
            self._classes[number] = self._found(number, level)
        return self._classes[number]

    def _found(self, number: int, level: int) -> int:
        content = self._joint.nodes[number]
        if not isinstance(content, JointNode):
            return 0
        self._boxes.spend(len(content.children))
        if level == self._level:
            return sum(1 << n for n, child in enumerate(content.children) if self._is_inside(child))
        admitted = self._boxes.full[self._level]
        for chosen in _bits(self._box[level]):
            admitted &= self.classes(content.children[chosen])
            if not admitted:
                break
        return admitted

    def _is_inside(self, number: int) -> bool:
        """Whether everything below a node, within the box, leads to the leaf."""
        if number not in self._inside:
            content = self._joint.nodes[number]
            if isinstance(content, JointNode):
                self._boxes.spend(len(content.children))
                children = (content.children[chosen] for chosen in _bits(self._box[content.level]))
                self._inside[number] = all(self._is_inside(child) for child in children)
            else:
                self._inside[number] = False
        return self._inside[number]


def _bits(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
