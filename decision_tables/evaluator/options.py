"""The values of one field, put together where no rule and no formula of a plan tells them apart.

Sets of rules are the bits of an integer, with two more bits above them: both are set where a decision is possible,
only the upper one where a required input is lacking, none where the evaluation is refused.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from decision_tables.evaluator.formulas import OPEN, REQUIRED
from decision_tables.evaluator.plan import Plan
from decision_tables.evaluator.prospects import REFUSED
from decision_tables.model import Field
from decision_tables.regions import Interval, Members, Ordered, Region, Subsets
from decision_tables.regions.representatives import Piece, Segments, pieces, segments, tells_all_sets
from decision_tables.values import FieldType, Value

Masks: TypeAlias = tuple[tuple[int, int], ...]
"""Sets of rules, each with the number of its table."""


Cuts: TypeAlias = Mapping[str, Segments | Sequence[Piece]]
"""Pieces of fields that are cut elsewhere."""


@dataclasses.dataclass(frozen=True, slots=True)
class Option:
    """Values of a field that no rule and no formula behind this step tells apart.

    ``masks`` holds the rules that they meet, for each table that tests the field, ``kept`` the value for formulas.
    """

    masks: Masks
    kept: Any
    pieces: tuple[Piece, ...]
    missing: bool

    @property
    def example(self) -> Value:
        """One of the values, a present one if there is any."""
        return self.pieces[0].value if self.pieces else None


class Options:
    """Finds the options of each field of a plan, once; ``is_exact`` says whether they stand for all values.

    ``cuts`` gives for a field the pieces to be used instead of its own; those of an ordered field are segments at
    whose points every bound of the field's conditions lies.
    """

    def __init__(self, plan: Plan, cuts: Cuts | None = None) -> None:
        self.is_exact = True
        self._plan = plan
        self._cuts = cuts or {}
        self._found: dict[str, tuple[Option, ...]] = {}

    def readers_of(self, key: str) -> tuple[int, ...]:
        """The tables whose conditions test a field."""
        return tuple(n for n, reader in enumerate(self._plan.readers) if key in reader.groups)

    def of(self, key: str) -> tuple[Option, ...]:
        """The values of a field, put together where nothing tells them apart."""
        if key not in self._found:
            self._found[key] = self._find_options(self._plan.index.field(key))
        return self._found[key]

    def _find_options(self, field: Field) -> tuple[Option, ...]:
        groups: dict[tuple[Any, Any], list[Piece]] = {}
        for piece, masks in [*self._with_masks(field), self._missing(field)]:
            groups.setdefault((masks, self._kept(field, piece)), []).append(piece)
        return tuple(
            Option(masks, kept, tuple(p for p in found if p.value is not None), any(p.value is None for p in found))
            for (masks, kept), found in groups.items()
        )

    def _missing(self, field: Field) -> tuple[Piece, Masks]:
        value = self._if_missing(field)
        return Piece(None), tuple((n, self.mask(n, field.key, value)) for n in self.readers_of(field.key))

    def _if_missing(self, field: Field) -> Value:
        """What stands for a missing value: its default, or that it is lacking."""
        if field.default is not None and field.key not in self._plan.opened:
            return field.default
        return REQUIRED if field.required else None

    def _with_masks(self, field: Field) -> Iterator[tuple[Piece, Masks]]:
        """The pieces of a field with the rules that they meet; for ordered fields in one sweep for each table."""
        readers = self.readers_of(field.key)
        tested = [self._plan.readers[n].groups[field.key] for n in readers]
        given = self._cuts.get(field.key)
        swept = isinstance(given, Segments) if given is not None else field.key not in self._plan.listed
        if field.type.is_ordered and swept and all(len(r) == 1 for g in tested for r in g):
            cut = given if isinstance(given, Segments) else self._segments(field, tested)
            met = [[bits for _, bits in cut.sweep((r, bits) for (r,), bits in g.items())] for g in tested]
            flags = [3 << len(self._plan.readers[n].rules) for n in readers]
            for at, piece in enumerate(piece for piece in cut.pieces if piece is not None):
                found = zip(readers, flags, met, strict=True)
                yield piece, tuple((n, flag | bits[at]) for n, flag, bits in found)
            return
        for piece in self._pieces(field):
            yield piece, tuple((n, self.mask(n, field.key, piece.value)) for n in readers)

    def _segments(self, field: Field, tested: Sequence[Mapping[tuple[Region, ...], int]]) -> Segments:
        return segments((region for groups in tested for (region,) in groups), field.type, field.domain)

    def _kept(self, field: Field, piece: Piece) -> Any:
        """What formulas see of a piece: a value that is gone through, a default, or only whether it is there."""
        value = self._if_missing(field) if piece.value is None else piece.value
        if not any(field.key in live for live in self._plan.live):
            return None
        if piece.value is None and value is not None:
            return value
        if value is None or value is REQUIRED or field.key in self._plan.listed:
            return None if field.type is FieldType.SET and not value else value
        return OPEN

    def _pieces(self, field: Field) -> list[Piece]:
        given = self._cuts.get(field.key)
        if given is not None:
            return [piece for piece in (given.pieces if isinstance(given, Segments) else given) if piece is not None]
        listed = self._plan.listed.get(field.key)
        if listed is not None:
            return [Piece(value, region_of(value, field.type)) for value in listed]
        regions = dict.fromkeys(
            region
            for n in self.readers_of(field.key)
            for row in self._plan.readers[n].groups[field.key]
            for region in row
        )
        universe = self._plan.universe(field)
        if field.type is FieldType.SET:
            self.is_exact &= tells_all_sets([r for r in regions if isinstance(r, Subsets)], universe)
        if not regions and field.key not in self._plan.asks:
            return []
        return pieces(list(regions), field.type, field.domain, universe)

    def mask(self, number: int, key: str, value: Any) -> int:
        """The rules of a table that a value of a field meets."""
        reader = self._plan.readers[number]
        if value is REFUSED or value is REQUIRED:
            return 0 if value is REFUSED else 2 << len(reader.rules)
        return 3 << len(reader.rules) | reader.admitting(key, value)


def region_of(value: Value, type_: FieldType) -> Region | None:
    """The region that holds one value; None where there is none for the type."""
    if type_.is_ordered:
        return Ordered(type_, (Interval(value, value),))
    if isinstance(value, bool):
        return Members(frozenset({value}))
    return Members(frozenset({str(value)})) if type_ is FieldType.ENUM else None
