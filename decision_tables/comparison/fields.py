"""The inputs that two models share, cut into pieces that neither of them tells apart any further."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator
from decimal import Decimal

from decision_tables.evaluator.options import region_of
from decision_tables.evaluator.plan import Plan
from decision_tables.model import Field
from decision_tables.regions import Interval, Ordered, Region, Subsets, Texts
from decision_tables.regions.order import union
from decision_tables.regions.region import SetTest, TextTest
from decision_tables.regions.representatives import Piece, Segments, pieces, segments, set_kinds, subsets_of
from decision_tables.values import FieldType, Value

_NUMBERS = (FieldType.INTEGER, FieldType.MONEY, FieldType.PERCENT, FieldType.DECIMAL)
"""Types of numbers; each takes the values of those before it."""

MAX_KINDS = 12
"""Up to so many kinds of members every set is tried."""

MAX_MEMBERS = 8
"""Up to so many members every set is tried where a formula reads it."""


class NotComparable(Exception):
    """The two models use a field in ways that have nothing in common."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def domain_of(field: Field) -> Region | None:
    """What an input may be; a percent without a domain stays at or below 1."""
    if field.type is FieldType.PERCENT and field.domain is None:
        return Ordered(FieldType.PERCENT, (Interval(None, Decimal(1)),))
    return field.domain


def refuses(field: Field, plan: Plan, value: Value) -> bool:
    """Whether a model does not take a value as the field's input."""
    if value is None:
        return False
    domain = domain_of(field)
    if domain is not None and not domain.admits(value):
        return True
    if field.type.has_list:
        members = value if isinstance(value, frozenset) else {value}
        return not members <= set(plan.universe(field))
    return field.type is FieldType.INTEGER and isinstance(value, Decimal) and value != value.to_integral_value()


@dataclasses.dataclass(frozen=True)
class Cut:
    """The pieces of a field for both models, and the regions that they were cut by.

    ``exact`` says whether the pieces stand for all values.
    """

    pieces: Segments | tuple[Piece, ...]
    exact: bool = True
    regions: tuple[Region, ...] = ()
    members: tuple[str, ...] = ()
    """Of a set field: all values of its lists."""

    @functools.cached_property
    def present(self) -> list[Piece]:
        """The pieces, all of present values."""
        found = self.pieces.pieces if isinstance(self.pieces, Segments) else self.pieces
        return [piece for piece in found if piece is not None]

    @functools.cached_property
    def set_conditions(self) -> dict[Subsets, frozenset[int]]:
        """Conditions on a set that say something about its pieces, those of the tables first; and which they admit."""
        regions = [region for region in self.regions if isinstance(region, Subsets) and any(region.groups)]
        groups = [group for region in regions for group in (frozenset[str]().union(*region.groups), *region.groups)]
        groups += [self._kind(member, groups) for member in self.members]
        found: dict[Subsets, None] = dict.fromkeys(regions)
        for test in (SetTest.ANY, SetTest.NONE, SetTest.ONLY):
            found |= {Subsets(test, (group,)): None for group in groups}
        found |= {Subsets(SetTest.EMPTY): None, Subsets(SetTest.ANY, (frozenset(self.members),)): None}
        return {c: frozenset(n for n, p in enumerate(self.present) if c.admits(p.value)) for c in found}

    def _kind(self, member: str, groups: list[frozenset[str]]) -> frozenset[str]:
        """The members that no group tells from this one."""
        return frozenset(m for m in self.members if all((m in group) == (member in group) for group in groups))

    def piece_of(self, value: Value) -> Piece | None:
        """The piece that a present value lies in; None for one that no piece stands for."""

        def alike(piece: Piece) -> bool:
            if piece.region is not None:
                return piece.region.admits(value)
            return all(region.admits(value) == region.admits(piece.value) for region in self.regions)

        return next((piece for piece in self.present if alike(piece)), None)


def common_type(fields: list[Field]) -> FieldType:
    """The type whose values all the fields can take. Raises ``NotComparable``."""
    types = {field.type for field in fields}
    if len(types) > 1 and not types <= set(_NUMBERS):
        raise NotComparable(fields[0].key)
    return next(iter(types)) if len(types) == 1 else max(types, key=_NUMBERS.index)


def cut_field(key: str, plans: list[Plan], *, worked_out: bool = False) -> Cut:
    """Cut a field so that no condition of the plans divides a piece, and values that formulas need stand alone.

    ``worked_out`` says that the value comes from a formula or a table, which may give any value of a list.
    """
    known = [plan for plan in plans if key in plan.index.model.fields]
    fields = [plan.index.field(key) for plan in known]
    type_ = common_type(fields)
    regions = list(dict.fromkeys(region for plan in known for region in _tested(key, plan)))
    listed = dict.fromkeys(value for plan in known for value in plan.listed.get(key, ()))
    universes = [_all_values(f, p) if worked_out else p.universe(f) for p, f in zip(known, fields, strict=True)]
    universe = list(dict.fromkeys(value for values in universes for value in values))
    if type_.is_ordered:
        return _ordered(fields, type_, [*regions, *_points(type_, list(listed))])
    if type_ is FieldType.SET:
        regions += [_other_than(values, universe) for values in universes]
        return _sets(regions, universe, reads_all=bool(listed) or _is_read(key, known))
    exact = type_ is not FieldType.TEXT or not _has_patterns(regions)
    return Cut(tuple(pieces(regions, type_, None, universe)), exact, tuple(regions))


def _all_values(field: Field, plan: Plan) -> list[Value]:
    return list(plan.index.model.lists[field.value_list].by_key) if field.value_list else []


def _tested(key: str, plan: Plan) -> Iterator[Region]:
    for reader in plan.readers:
        for row in reader.groups.get(key, {}):
            yield from row


def _points(type_: FieldType, values: list[Value]) -> Iterator[Region]:
    found = (region_of(value, type_) for value in values)
    return (region for region in found if region is not None)


def _ordered(fields: list[Field], type_: FieldType, regions: list[Region]) -> Cut:
    domains = [domain_of(field) for field in fields]
    bounded = [domain for domain in domains if isinstance(domain, Ordered)]
    whole = None
    if len(bounded) == len(domains):
        whole = Ordered(type_, union(interval for domain in bounded for interval in domain.intervals))
    return Cut(segments([*regions, *bounded], type_, whole), len({field.type for field in fields}) == 1)


def _sets(regions: list[Region], universe: list[Value], *, reads_all: bool) -> Cut:
    found = [region for region in regions if isinstance(region, Subsets)]
    members = tuple(str(member) for member in universe)
    if reads_all and len(universe) <= MAX_MEMBERS:
        found += [Subsets(SetTest.ANY, (frozenset({str(member)}),)) for member in universe]
        return Cut(tuple(map(Piece, subsets_of([str(member) for member in universe]))), True, tuple(found), members)
    kinds = set_kinds(found, members)
    if len(kinds) <= MAX_KINDS:
        return Cut(tuple(map(Piece, subsets_of(kinds))), not reads_all, tuple(found), members)
    return Cut(tuple(pieces(found, FieldType.SET, None, universe)), False, tuple(found), members)


def _other_than(usable: list[Value], universe: list[Value]) -> Region:
    """The sets with a member that one model does not take."""
    return Subsets(SetTest.ANY, (frozenset(str(member) for member in universe if member not in usable),))


def _is_read(key: str, plans: list[Plan]) -> bool:
    return any(key in live for plan in plans for live in plan.live)


def _has_patterns(regions: list[Region]) -> bool:
    tests = (test for region in regions if isinstance(region, Texts) for test, _ in region.tests)
    return any(test is not TextTest.EQUALS for test in tests)
