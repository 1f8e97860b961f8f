"""Boxes of a joint diagram as people read them, and as condition cells that mean the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from decision_tables.comparison.boxes import Box
from decision_tables.comparison.fields import Cut
from decision_tables.comparison.joint import Axis, JointClass
from decision_tables.evaluator.showing import shown_pieces, shown_value
from decision_tables.grammar import Subject
from decision_tables.grammar.printer import print_tree
from decision_tables.grammar.tree import Ranges, Words
from decision_tables.model import Field, ModelDefinition, ValueList
from decision_tables.regions import (
    EVERYTHING,
    Members,
    Ordered,
    Region,
    SetTest,
    Subsets,
    Texts,
    TextTest,
    missing_only,
)
from decision_tables.regions.representatives import OTHER_TEXT, Piece, united
from decision_tables.text import Bilingual
from decision_tables.values import FieldType, Value

MAX_NAMES = 12
"""How many names of a list are shown."""

GIVEN = Bilingual("非无值", "any value")
MISSING = Bilingual("未填", "not given")

_SIDES = {None: Bilingual("", ""), 0: Bilingual("（旧）", " (old)"), 1: Bilingual("（新）", " (new)")}


@dataclasses.dataclass(frozen=True)
class Demand:
    """What a region asks of one field.

    ``reading`` is what a condition cell would say; it is None where no cell says just that. ``missing`` says that the
    value may be missing, ``present`` that any present value will do. ``side`` is set where the field is worked out on
    one side only (0 old, 1 new).
    """

    field: Field
    pieces: tuple[Piece, ...]
    missing: bool
    present: bool
    shown: Bilingual
    reading: str | None
    cut: Cut | None = None
    side: int | None = None
    regions: tuple[Region, ...] | None = None
    """Regions that together admit just these values; None where there are none such."""

    def admits(self, value: Value) -> bool:
        """Whether the region asks for this value among others."""
        if value is None:
            return self.missing
        if self.regions is not None:
            return all(region.admits(value) for region in self.regions)
        if self.cut is None:
            return any(piece.region.admits(value) if piece.region else piece.value == value for piece in self.pieces)
        piece = self.cut.piece_of(value)
        return any(piece is own for own in self.pieces)

    @property
    def name(self) -> str:
        """The key of the field; with ``old:`` or ``new:`` before it where only that side works it out so."""
        return self.field.key if self.side is None else f"{('old', 'new')[self.side]}:{self.field.key}"

    @property
    def phrase(self) -> Bilingual:
        """The demand with the name of its field, such as ``年龄 ≥ 60``."""
        where = _SIDES[self.side]
        label = self.field.label
        return Bilingual(f"{label}{where.zh} {self.shown.zh}", f"{label}{where.en} {self.shown.en}")


def demands(
    box: Box, axes: Sequence[Axis], cuts: dict[str, Cut], models: tuple[ModelDefinition, ModelDefinition]
) -> Iterator[Demand]:
    """What a box asks of each field; fields of which it asks nothing are left out."""
    for chosen, axis in zip(box, axes, strict=True):
        classes = [c for n, c in enumerate(axis.classes) if chosen >> n & 1]
        if len(classes) < len(axis.classes):
            yield _demand(axis, classes, cuts.get(axis.field), models)


def _demand(
    axis: Axis, chosen: Sequence[JointClass], cut: Cut | None, models: tuple[ModelDefinition, ModelDefinition]
) -> Demand:
    pieces = tuple(piece for c in chosen for piece in c.pieces)
    missing = any(c.missing for c in chosen)
    present = all(c in chosen for c in axis.classes if c.pieces)
    model = models[1] if axis.side != 0 and axis.field in models[1].fields else models[0]
    field = model.fields[axis.field]
    if axis.side is not None:
        shown, _ = _Naming(field, models, cut).words(pieces, missing=missing, present=present)
        return Demand(field, pieces, missing, present, shown, None, cut, axis.side)
    naming = _Naming(field, models, cut)
    shown, reading = naming.words(pieces, missing=missing, present=present)
    regions = naming.regions(pieces, missing=missing, present=present)
    return Demand(field, pieces, missing, present, shown, reading, cut, regions=regions)


class _Naming:
    """The words for values of one field."""

    def __init__(self, field: Field, models: tuple[ModelDefinition, ModelDefinition], cut: Cut | None) -> None:
        self._field = field
        self._models = models
        self._cut = cut

    def words(self, pieces: Sequence[Piece], *, missing: bool, present: bool) -> tuple[Bilingual, str | None]:
        """The values for people, and as a condition cell."""
        if not pieces:
            return MISSING, "空" if self._field.type is FieldType.SET else "无值"
        if present:
            return (GIVEN, "非无值") if not missing else (Bilingual("不限", "any"), "不限")
        shown, reading = self._values(pieces)
        if not missing or self._field.type is FieldType.SET:
            return shown, reading
        both = Bilingual(f"{shown.zh} 或{MISSING.zh}", f"{shown.en} or {MISSING.en}")
        return both, f"{reading}、无值" if reading else None

    def regions(self, pieces: Sequence[Piece], *, missing: bool, present: bool) -> tuple[Region, ...] | None:
        """Regions that together admit just these values."""
        type_ = self._field.type
        if present and missing:
            return (EVERYTHING,)
        if not pieces:
            return (missing_only(type_),)
        if type_ is FieldType.SET:
            return tuple(self._as_conditions(pieces)) or None
        if type_ is FieldType.TEXT:
            return self._text_region(pieces, missing)
        region = united(pieces, type_)
        if not isinstance(region, Ordered | Members):
            return None
        return (dataclasses.replace(region, missing=missing),)

    def _text_region(self, pieces: Sequence[Piece], missing: bool) -> tuple[Region, ...] | None:
        plain = [str(p.value) for p in pieces if OTHER_TEXT not in str(p.value)]
        if len(plain) == len(pieces):
            return (Texts(frozenset((TextTest.EQUALS, text) for text in plain), missing=missing),)
        if self._cut is None or not self._cut.exact:
            return None
        others = [str(p.value) for p in self._cut.present if OTHER_TEXT not in str(p.value) and p not in pieces]
        return (Texts(frozenset((TextTest.EQUALS, text) for text in others), negated=True, missing=missing),)

    def _values(self, pieces: Sequence[Piece]) -> tuple[Bilingual, str | None]:
        model = self._models[1] if self._field.key in self._models[1].fields else self._models[0]
        if self._field.type is FieldType.SET:
            return self._sets(pieces, model)
        if self._field.type is FieldType.TEXT:
            return self._texts(pieces, model)
        region = united(pieces, self._field.type)
        if isinstance(region, Ordered):
            subject = Subject(self._field.key, self._field.label, self._field.type)
            reading = print_tree(Ranges(region.intervals), subject)
            return Bilingual(reading, reading), reading
        if isinstance(region, Members) and self._field.type is FieldType.ENUM:
            names = self._names([str(value) for value in region.values])
            return _listed(names), "、".join(names)
        return shown_pieces(pieces, self._field, model), "、".join("是" if p.value else "否" for p in pieces)

    # Lists

    def _lists(self) -> list[ValueList]:
        fields = [(model, model.fields.get(self._field.key)) for model in reversed(self._models)]
        return [model.lists[f.value_list] for model, f in fields if f is not None and f.value_list]

    def _names(self, keys: Sequence[str]) -> list[str]:
        """The labels of values, those below one parent under its name where the parent has no others."""
        names: dict[str, None] = {}
        left = set(keys)
        for values in self._lists():
            usable = {str(p.value) for p in self._cut.present} if self._cut else set()
            for value in values.values:
                below = values.below[value.key] & usable
                if len(below) > 1 and below <= left:
                    names[value.label] = None
                    left -= below
            for value in values.values:
                if value.key in left:
                    names[value.label] = None
                    left.discard(value.key)
        return [*names, *sorted(left)]

    def _sets(self, pieces: Sequence[Piece], model: ModelDefinition) -> tuple[Bilingual, str | None]:
        """Sets by the conditions of the tables, or by those that they imply; examples where none fits."""
        found = self._as_conditions(pieces)
        if not found:
            shown = [shown_value(piece.value, self._field, model) for piece in pieces[:6]]
            return Bilingual(" 或 ".join(s.zh for s in shown), " or ".join(s.en for s in shown)), None
        readings = [self._set_reading(region) for region in found]
        text = Bilingual(" 且 ".join(readings), " and ".join(readings))
        return text, readings[0] if len(readings) == 1 else None

    def _as_conditions(self, pieces: Sequence[Piece]) -> list[Subsets]:
        """One condition, or two that both hold, that admit just these sets; none where there are none such."""
        if self._cut is None:
            return []
        chosen = {id(piece) for piece in pieces}
        wanted = frozenset(n for n, piece in enumerate(self._cut.present) if id(piece) in chosen)
        wider: list[tuple[Subsets, frozenset[int]]] = []
        for condition, found in self._cut.set_conditions.items():
            if found == wanted:
                return [condition]
            if found > wanted:
                wider.append((condition, found))
        for n, (one, found) in enumerate(wider):
            for other, more in wider[n + 1 :]:
                if found & more == wanted:
                    return [one, other]
        return []

    def _set_reading(self, region: Subsets) -> str:
        groups = ["、".join(self._names(sorted(group))) for group in region.groups]
        names = "、".join(groups)
        match region.test:
            case SetTest.ANY:
                return names
            case SetTest.ALL:
                return f"同时({names})"
            case SetTest.NONE:
                return f"非({names})" if "、" in names else f"非{names}"
            case SetTest.ONLY:
                return f"仅({names})"
        return "空"

    # Texts

    def _texts(self, pieces: Sequence[Piece], model: ModelDefinition) -> tuple[Bilingual, str | None]:
        plain = [str(p.value) for p in pieces if OTHER_TEXT not in str(p.value)]
        subject = Subject(self._field.key, self._field.label, self._field.type)
        if len(plain) == len(pieces):
            reading = print_tree(Words(tuple((TextTest.EQUALS, text) for text in plain)), subject)
            return Bilingual(reading, reading), reading
        if self._cut is not None and self._cut.exact:
            others = [str(p.value) for p in self._cut.present if OTHER_TEXT not in str(p.value) and p not in pieces]
            reading = print_tree(Words(tuple((TextTest.EQUALS, text) for text in others), True), subject)
            return Bilingual(reading, reading), reading
        shown = shown_pieces(pieces, self._field, model)
        return Bilingual(f"如 {shown.zh}", f"such as {shown.en}"), None


def _listed(names: Sequence[str]) -> Bilingual:
    shown = "、".join(names[:MAX_NAMES])
    more = len(names) - MAX_NAMES
    return Bilingual(f"{shown}等 {len(names)} 个", f"{shown} and {more} more") if more > 0 else Bilingual(shown, shown)


def region_of(found: Sequence[Demand]) -> Bilingual:
    """The demands in one line; a value that need only be there, or come to something, is not mentioned."""
    phrases = [demand.phrase for demand in found if not demand.present]
    if not phrases:
        return Bilingual("任何输入", "any input")
    return Bilingual("，".join(p.zh for p in phrases), ", ".join(p.en for p in phrases))
