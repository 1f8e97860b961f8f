"""Inputs that no rule meets."""

from __future__ import annotations

from collections.abc import Sequence

from decision_tables.analysis.describing import describe_box
from decision_tables.analysis.space import Axis, Space, Unfinished, ValueClass, cells, example_of, spaces_of, wild_below
from decision_tables.evaluator.showing import shown_inputs
from decision_tables.model import ModelDefinition, Table
from decision_tables.problems import Problems

MAX_SHOWN = 12
"""How many gaps of one table are reported."""


def check_gaps(table: Table, model: ModelDefinition, problems: Problems) -> None:
    """Report maximal regions of inputs without a rule, chosen greedily so that together they cover every gap; capped.

    Over present values; the missing value only where a column's conditions name it. A partial table and one with a
    default rule have no gaps.
    """
    if table.is_partial or not table.rules:
        return
    count = 0
    for space in spaces_of(table, model, with_missing=False):
        if space.has_default:
            continue
        try:
            for box in find_gaps(space):
                count += 1
                if count > MAX_SHOWN:
                    problems.add("DT812", table.place, table=table.title, shown=MAX_SHOWN)
                    return
                _report(space, box, model, problems)
        except Unfinished:
            problems.add("DT890", table.place, table=table.title)


Box = list[list[ValueClass]]


def find_gaps(space: Space) -> list[Box]:
    """Boxes without a rule; each one found is then treated as a rule, until no input is left over."""
    boxes: list[Box] = []
    while len(boxes) <= MAX_SHOWN:
        covered = _with_boxes(space, boxes)
        wild = wild_below(covered)
        skip = lambda level, rules, wild=wild: bool(rules & wild[level])  # noqa: E731 the level decides what is wild
        path = next((path for rules, path in cells(covered, skip) if rules == 0), None)
        if path is None:
            return boxes
        positions = [axis.classes.index(value_class) for axis, value_class in zip(covered.axes, path, strict=True)]
        boxes.append(_widest([space.axes[i].classes[at] for i, at in enumerate(positions)], space))
    return boxes


def _with_boxes(space: Space, boxes: Sequence[Box]) -> Space:
    if not boxes:
        return space
    axes = []
    for at, axis in enumerate(space.axes):
        classes = []
        for value_class in axis.classes:
            bits = value_class.rules
            for n, box in enumerate(boxes):
                if value_class in box[at]:
                    bits |= 1 << len(space.rules) + n
            classes.append(ValueClass(bits, value_class.example, value_class.region))
        axes.append(Axis(axis.field, tuple(classes)))
    rules = (*space.rules, *(space.rules[0] for _ in boxes)) if space.rules else space.rules
    return Space(space.table, space.period, rules, space.has_default, tuple(axes))


def _widest(cell: Sequence[ValueClass], space: Space) -> Box:
    """The cell, widened axis by axis as far as it stays without a rule."""
    box: Box = [[value_class] for value_class in cell]
    for at, axis in enumerate(space.axes):
        others = space.everything
        for i, chosen in enumerate(box):
            if i != at:
                others &= _rules_of(chosen)
        box[at] = [c for c in axis.classes if c in box[at] or not c.rules & others]
    return box


def _rules_of(chosen: Sequence[ValueClass]) -> int:
    rules = 0
    for value_class in chosen:
        rules |= value_class.rules
    return rules


def _report(space: Space, box: Box, model: ModelDefinition, problems: Problems) -> None:
    path = [chosen[0] for chosen in box]
    neighbours = [rule for rule in space.rules if _touches(rule_bits(space, rule), box)][:4]
    problems.add(
        "DT811",
        space.table.place,
        table=space.table.title,
        region=describe_box(space, box, model),
        example=shown_inputs(example_of(space, path), model),
        related=[rule.place for rule in neighbours],
    )


def rule_bits(space: Space, rule: object) -> int:
    """One rule as bits."""
    return 1 << next(n for n, other in enumerate(space.rules) if other is rule)


def _touches(bit: int, box: Box) -> bool:
    """Whether a rule meets the box on all axes but one."""
    return sum(not bit & _rules_of(chosen) for chosen in box) <= 1
