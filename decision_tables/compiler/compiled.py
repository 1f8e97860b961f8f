"""The compiled form of tables, as data: axes, the plan that combines them, and what each set of rules answers."""

from __future__ import annotations

import dataclasses
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from decision_tables.compiler.axes import Axis
from decision_tables.model import ModelDefinition, Rule, Table

Unsigned: TypeAlias = npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | npt.NDArray[np.uint32]


@dataclasses.dataclass(frozen=True, slots=True)
class RowSets:
    """Different sets of rules, by number: set ``n`` is ``numbers[starts[n]:starts[n + 1]]``, in the order of rules."""

    starts: npt.NDArray[np.uint32]
    numbers: npt.NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def rules(self, number: int) -> tuple[int, ...]:
        """The numbers of the rules of one set."""
        return tuple(self.numbers[self.starts[number] : self.starts[number + 1]].tolist())


@dataclasses.dataclass(frozen=True, slots=True)
class Dense:
    """One cell for each combination of classes: the sum of class × stride is its place, its content a row set."""

    strides: tuple[int, ...]
    cells: Unsigned
    row_sets: RowSets


@dataclasses.dataclass(frozen=True, slots=True)
class Seat:
    """Where an axis enters the plan: the group, its stride inside, and into how many buckets its classes are put.

    Without a group (-1) the axis rules nothing out. ``buckets`` is the number of classes where each has its own.
    """

    group: int
    stride: int
    buckets: int


@dataclasses.dataclass(frozen=True, slots=True)
class Bitsets:
    """Rules as bits: for each group of axes a row for each combination of buckets; the rows of all groups are
    intersected, and with ``always``, the one row of axes that do not tell values apart. ``seats`` are aligned with the
    axes; a members axis has no seat of its own (group -1).
    """

    always: npt.NDArray[np.uint8]
    seats: tuple[Seat, ...]
    groups: tuple[npt.NDArray[np.uint8], ...]


Plan: TypeAlias = Dense | Bitsets


@dataclasses.dataclass(frozen=True)
class CompiledTable:
    """A table ready for look-ups.

    ``rules`` holds the rules in the order in which they are numbered: first those that decide, in row order, then
    the default rules, then the noted ones; ``deciding`` and ``defaults`` count the first two. ``axes`` has one entry
    for each field of the conditions (a members axis for each column), and last the as-of date where periods differ.
    ``unsure`` names the axes whose rows may hold too many rules, so that each rule found is compared with its
    conditions.
    """

    table: Table
    rules: tuple[Rule, ...]
    deciding: int
    defaults: int
    axes: tuple[Axis, ...]
    plan: Plan
    unsure: tuple[int, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether the classes of the values alone say which rules match."""
        return not self.unsure


@dataclasses.dataclass(frozen=True)
class CompiledModel:
    """A model with its compiled tables, aligned with ``definition.tables``."""

    definition: ModelDefinition
    tables: tuple[CompiledTable, ...]
