"""Regions of inputs in the clerk's words."""

from __future__ import annotations

from collections.abc import Sequence

from decision_tables.analysis.space import Space, ValueClass
from decision_tables.evaluator.showing import shown_pieces
from decision_tables.model import Field, ModelDefinition
from decision_tables.text import Bilingual


def describe_box(space: Space, box: Sequence[Sequence[ValueClass]], model: ModelDefinition) -> Bilingual:
    """A product of value classes, such as ``年龄 ≥ 50，户籍 外地``; axes that are wholly open are left out."""
    parts = {
        axis.field.key: _describe(axis.field, chosen, model)
        for axis, chosen in zip(space.axes, box, strict=True)
        if len(chosen) < len(axis.classes)
    }
    ordered = [parts[key] for key in dict.fromkeys(c.field for c in space.table.conditions) if key in parts]
    if not ordered:
        return Bilingual("任何输入", "any input")
    return Bilingual("，".join(part.zh for part in ordered), ", ".join(part.en for part in ordered))


def in_period(text: Bilingual, space: Space) -> Bilingual:
    """The text, with the days for which it holds where they are not all the days of the table."""
    first, last = space.period.first, space.period.last
    if space.period == space.table.period:
        return text
    if first is None:
        return Bilingual(f"{text.zh}（{last}及以前）", f"{text.en} (until {last})")
    if last is None:
        return Bilingual(f"{text.zh}（{first}起）", f"{text.en} (from {first})")
    return Bilingual(f"{text.zh}（{first}至{last}）", f"{text.en} ({first} to {last})")


def _describe(field: Field, chosen: Sequence[ValueClass], model: ModelDefinition) -> Bilingual:
    shown = shown_pieces(chosen, field, model)
    return Bilingual(f"{field.label} {shown.zh}", f"{field.label} {shown.en}")
