"""Values as clerks write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from decision_tables.evaluator.decision import ResultValue
from decision_tables.grammar import Subject
from decision_tables.grammar.printer import print_tree
from decision_tables.grammar.tree import Ranges
from decision_tables.model import Field, ModelDefinition
from decision_tables.regions import Members, Ordered, Region
from decision_tables.regions.representatives import OTHER_TEXT, united
from decision_tables.text import Bilingual
from decision_tables.values import EXACT, FieldType, Value, plain

MAX_NAMES = 6
"""How many names of a list are shown."""


class Classed(Protocol):
    """Values of a field that are alike: one of them, and all of them where they make a region."""

    @property
    def example(self) -> Value:
        """One of the values; None for the missing one."""

    @property
    def region(self) -> Region | None:
        """All of them."""


NOTHING = Bilingual("无", "no value")


def shown_value(value: ResultValue, field: Field, model: ModelDefinition) -> Bilingual:
    """A value as clerks write it: labels for keys, 是 and 否, 无 for none; several hits divided by ``；``."""
    if isinstance(value, tuple):
        parts = [shown_value(item, field, model) for item in value]
        return Bilingual("；".join(p.zh for p in parts), "; ".join(p.en for p in parts))
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return Bilingual("是", "yes") if value else Bilingual("否", "no")
    text = _shown_scalar(value, field, model)
    return Bilingual(text, text)


def unit_of(field: Field) -> str:
    """The unit that belongs behind a value of the field; none for percents, and for what is no number."""
    return field.unit if field.type.is_number and field.type is not FieldType.PERCENT else ""


def measured_value(value: ResultValue, field: Field, model: ModelDefinition) -> Bilingual:
    """A value as clerks write it, with its unit."""
    shown, unit = shown_value(value, field, model), unit_of(field)
    if not unit or value is None or isinstance(value, tuple):
        return shown
    return Bilingual(f"{shown.zh} {unit}", f"{shown.en} {unit}")


def _shown_scalar(value: Value, field: Field, model: ModelDefinition) -> str:
    if field.value_list is not None:
        values = model.lists[field.value_list].by_key
        keys = [key for key in values if key in value] if isinstance(value, frozenset) else [str(value)]
        return "、".join(values[key].label if key in values else key for key in keys) or "空"
    if field.type is FieldType.PERCENT and isinstance(value, Decimal):
        return f"{plain(EXACT.multiply(value, Decimal(100)))}%"
    if field.type.is_number and not isinstance(value, str):
        return plain(value)  # type: ignore[arg-type]
    return str(value).replace(OTHER_TEXT, "某") if isinstance(value, str) else str(value)


def shown_pieces(members: Sequence[Classed], field: Field, model: ModelDefinition) -> Bilingual:
    """Values of a field as one reading, such as ``≥ 50`` or ``本市、外地``; examples where they make no region."""
    present = [member for member in members if member.example is not None]
    region = united(present, field.type) if present else None
    if isinstance(region, Ordered):
        reading = print_tree(Ranges(region.intervals), Subject(field.key, field.label, field.type))
        return Bilingual(reading, reading)
    if isinstance(region, Members) and field.value_list is not None:
        return _named([v.label for v in model.lists[field.value_list].values if v.key in region.values])
    shown = [shown_value(member.example, field, model) for member in members[:MAX_NAMES]]
    return Bilingual(" 或 ".join(s.zh for s in shown), " or ".join(s.en for s in shown))


def _named(labels: Sequence[str]) -> Bilingual:
    names = "、".join(labels[:MAX_NAMES])
    more = len(labels) - MAX_NAMES
    return Bilingual(f"{names}等 {len(labels)} 个", f"{names} and {more} more") if more > 0 else Bilingual(names, names)


def shown_inputs(inputs: Mapping[str, Value], model: ModelDefinition) -> Bilingual:
    """Inputs in one line: labels and values; a missing one says so."""
    shown = [(model.fields[key], value) for key, value in inputs.items()]
    zh = [
        f"{field.label} {shown_value(value, field, model).zh if value is not None else '未填'}"
        for field, value in shown
    ]
    en = [
        f"{field.label} {shown_value(value, field, model).en if value is not None else 'missing'}"
        for field, value in shown
    ]
    return Bilingual("，".join(zh) or "任何输入", ", ".join(en) or "any input")
