"""Regions of inputs in the clerk's words."""

from __future__ import annotations

from collections.abc import Sequence

from decision_tables.analysis.space import Space, ValueClass, united
from decision_tables.evaluator.showing import shown_value
from decision_tables.grammar import Subject
from decision_tables.grammar.printer import print_tree
from decision_tables.grammar.tree import Ranges
from decision_tables.model import Field, ModelDefinition
from decision_tables.regions import Members, Ordered
from decision_tables.text import Bilingual

MAX_NAMES = 6


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
    zh = f"{first or ''}{'起' if last is None else '至'}{last or ''}" if first else f"{last}以前"
    en = f"from {first}" if last is None else f"until {last}" if first is None else f"{first} to {last}"
    return Bilingual(f"{text.zh}（{zh}）", f"{text.en} ({en})")


def _describe(field: Field, chosen: Sequence[ValueClass], model: ModelDefinition) -> Bilingual:
    present = [value_class for value_class in chosen if value_class.example is not None]
    region = united(present, field.type) if present else None
    if isinstance(region, Ordered):
        reading = print_tree(Ranges(region.intervals), Subject(field.key, field.label, field.type))
        return Bilingual(f"{field.label} {reading}", f"{field.label} {reading}")
    if isinstance(region, Members) and field.value_list is not None:
        labels = [value.label for value in model.lists[field.value_list].values if value.key in region.values]
        names = "、".join(labels[:MAX_NAMES])
        more = (
            Bilingual(f"等 {len(labels)} 个", f" and {len(labels) - MAX_NAMES} more")
            if len(labels) > MAX_NAMES
            else None
        )
        return Bilingual(
            f"{field.label} {names}{more.zh if more else ''}", f"{field.label} {names}{more.en if more else ''}"
        )
    shown = [shown_value(value_class.example, field, model) for value_class in chosen[:MAX_NAMES]]
    return Bilingual(
        f"{field.label} {' 或 '.join(s.zh for s in shown)}", f"{field.label} {' or '.join(s.en for s in shown)}"
    )
