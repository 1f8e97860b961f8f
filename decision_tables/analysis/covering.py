"""Whether some boxes cover another, and which rules a rule meets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from decision_tables.analysis.space import Box, Space, members
from decision_tables.analysis.walk import Budget


def meet(one: Box, other: Box) -> bool:
    """Whether some cell lies in both boxes."""
    return all(a & b for a, b in zip(one, other, strict=True))


def uncovered(target: Box, boxes: Iterable[Box], budget: Budget) -> list[int] | None:
    """A cell of a box that lies in none of the others, or None. Raises ``Unfinished``."""
    if not all(target):
        return None
    near = [tuple(b & t for b, t in zip(box, target, strict=True)) for box in boxes if meet(box, target)]
    whole = _wild_below(target, near)
    failed: set[tuple[int, int]] = set()

    def search(at: int, alive: int) -> list[int] | None:
        if not alive:
            return [_lowest(bits) for bits in target[at:]]
        if alive & whole[at] or (at, alive) in failed:
            return None
        for part, left in _parted(target[at], [(n, near[n][at]) for n in members(alive)], budget):
            rest = search(at + 1, left)
            if rest is not None:
                return [_lowest(part), *rest]
        failed.add((at, alive))
        return None

    return search(0, (1 << len(near)) - 1)


def _wild_below(target: Box, boxes: Sequence[Box]) -> list[int]:
    """For each axis, the boxes that hold all of the target from there on."""
    wild = [-1]
    for at in reversed(range(len(target))):
        whole = sum(1 << n for n, box in enumerate(boxes) if box[at] == target[at])
        wild.append(wild[-1] & whole)
    return wild[::-1]


def _parted(classes: int, bands: Sequence[tuple[int, int]], budget: Budget) -> list[tuple[int, int]]:
    """Classes parted by bands, each part with the numbers of the bands that hold it, as bits; few bands first."""
    parts = [(classes, 0)]
    for number, band in bands:
        budget.spend(len(parts))
        parted: list[tuple[int, int]] = []
        for part, inside in parts:
            if part & band:
                parted.append((part & band, inside | 1 << number))
            if part & ~band:
                parted.append((part & ~band, inside))
        parts = parted
    return sorted(parts, key=lambda found: found[1].bit_count())


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


class Neighbours:
    """Finds the rules that a rule of a space meets."""

    def __init__(self, space: Space, budget: Budget) -> None:
        self._space, self._budget = space, budget
        self._meeting: list[dict[int, int]] = [{} for _ in space.axes]

    def of_box(self, box: Box) -> int:
        """The rules that meet a box, as bits."""
        met = self._space.everything
        for at, band in enumerate(box):
            met &= self._on_axis(at, band)
        return met

    def of(self, number: int) -> int:
        """The other rules that meet a rule, as bits."""
        return self.of_box(self._space.box_of(number)) & ~(1 << number)

    def _on_axis(self, at: int, band: int) -> int:
        if band not in self._meeting[at]:
            axis = self._space.axes[at]
            self._budget.spend(1 + band.bit_count() // 8)
            met = 0
            for number in members(band):
                met |= axis.classes[number].rules
            self._meeting[at][band] = met
        return self._meeting[at][band]
