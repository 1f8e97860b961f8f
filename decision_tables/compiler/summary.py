"""What the planner chose for each table, as data for people: axes, classes, plan, bytes, and what is not indexed."""

from __future__ import annotations

import dataclasses
from typing import Any

from decision_tables.compiler.axes import Axis, KindsAxis, MembersAxis, NamesAxis, OrderedAxis
from decision_tables.compiler.compiled import CompiledModel, CompiledTable, Dense
from decision_tables.model import ModelDefinition, Period
from decision_tables.text import Bilingual

AS_OF = Bilingual("基准日", "as-of date")


@dataclasses.dataclass(frozen=True, slots=True)
class AxisSummary:
    """An axis: its field, and how many classes its values fall into (0: none, the rules of each member are kept)."""

    field: str
    label: Bilingual
    kind: str
    classes: int


@dataclasses.dataclass(frozen=True, slots=True)
class TableSummary:
    """One table: its rules, axes and plan. ``bytes`` counts the arrays; ``compared`` names what is looked at rule by
    rule once the other axes have narrowed the rules down, and why.
    """

    table: str
    title: str
    period: Period
    rules: int
    defaults: int
    noted: int
    axes: tuple[AxisSummary, ...]
    plan: str
    combinations: int
    bytes: int
    compared: tuple[Bilingual, ...]
    formulas: int

    def as_json(self) -> dict[str, Any]:
        """The summary as plain data."""
        first, last = (day.isoformat() if day else None for day in (self.period.first, self.period.last))
        return {
            "table": self.table,
            "title": self.title,
            "from": first,
            "until": last,
            "rules": self.rules,
            "defaults": self.defaults,
            "noted": self.noted,
            "axes": [
                {"field": axis.field or "as_of", "kind": axis.kind, "classes": axis.classes} for axis in self.axes
            ],
            "plan": self.plan,
            "combinations": self.combinations,
            "bytes": self.bytes,
            "compared": [each.en for each in self.compared],
            "formulas": self.formulas,
        }


def summaries(compiled: CompiledModel) -> list[TableSummary]:
    """The plans of all tables."""
    return [_summary(each, compiled.definition) for each in compiled.tables]


def _summary(compiled: CompiledTable, model: ModelDefinition) -> TableSummary:
    table, last = compiled.table, compiled.deciding + compiled.defaults
    plan = compiled.plan
    return TableSummary(
        table=table.key,
        title=table.title,
        period=table.period,
        rules=compiled.deciding,
        defaults=compiled.defaults,
        noted=len(compiled.rules) - last,
        axes=tuple(_axis(axis, model) for axis in compiled.axes),
        plan="dense" if isinstance(plan, Dense) else "groups" if _is_grouped(compiled) else "bitsets",
        combinations=len(plan.cells) if isinstance(plan, Dense) else sum(map(len, plan.groups)),
        bytes=bytes_of(compiled),
        compared=tuple(_compared(compiled.axes[n], compiled, model) for n in compiled.unsure),
        formulas=sum(not hasattr(result, "value") for rule in table.rules for result in rule.results),
    )


def _is_grouped(compiled: CompiledTable) -> bool:
    plan = compiled.plan
    if isinstance(plan, Dense):
        return False
    used = [seat.group for seat in plan.seats if seat.group >= 0]
    return len(used) > len(set(used))


def bytes_of(compiled: CompiledTable) -> int:
    """What the arrays of a table's look-up take."""
    plan = compiled.plan
    total = sum(_axis_bytes(axis) for axis in compiled.axes)
    if isinstance(plan, Dense):
        return total + plan.cells.nbytes + plan.row_sets.starts.nbytes + plan.row_sets.numbers.nbytes
    return total + plan.always.nbytes + sum(rows.nbytes for rows in plan.groups)


def _axis_bytes(axis: Axis) -> int:
    match axis:
        case OrderedAxis():
            return axis.classes.nbytes + 8 * len(axis.points)
        case NamesAxis():
            return 8 * len(axis.names)
        case MembersAxis():
            return axis.wanting.nbytes + axis.refusing.nbytes
        case KindsAxis():
            return axis.codes.nbytes + 8 * len(axis.kinds)
    return axis.codes.nbytes + 8 * len(axis.texts)


def _axis(axis: Axis, model: ModelDefinition) -> AxisSummary:
    classes = 0 if isinstance(axis, MembersAxis) else axis.count
    kind = type(axis).__name__.removesuffix("Axis").lower()
    return AxisSummary(axis.field, _label(axis, model), kind, classes)


def _label(axis: Axis, model: ModelDefinition) -> Bilingual:
    return Bilingual(model.fields[axis.field].label, axis.field) if axis.field else AS_OF


def _compared(axis: Axis, compiled: CompiledTable, model: ModelDefinition) -> Bilingual:
    """Why the conditions on an axis are compared one by one."""
    label = _label(axis, model)
    if isinstance(axis, MembersAxis):
        patterns, members = len(axis.patterns), len(axis.members)
        zh = f"{label.zh}：{members} 个成员、{patterns} 个文字模式，组合太多"
        en = f"{label.en}: {members} members and {patterns} patterns make too many combinations"
        if not len(axis.wanting):
            return Bilingual(f"{zh}，按成员索引也超出内存上限", f"{en}, and rows for each exceed the bound of memory")
        return Bilingual(f"{zh}，按成员索引后再逐条核对", f"{en}; rules are found by member and then compared")
    return Bilingual(
        f"{label.zh}：{axis.count} 个等价类超出内存上限，合并成段后再逐条核对",
        f"{label.en}: {axis.count} classes exceed the bound of memory; they share buckets and rules are then compared",
    )
