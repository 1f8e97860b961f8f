"""Inputs that no rule meets."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from decision_tables.analysis.describing import describe_box, in_period
from decision_tables.analysis.space import Budget, Space, Unfinished, cells, example_of, present, wild_below
from decision_tables.evaluator.showing import shown_inputs
from decision_tables.model import ModelDefinition, Rule, Table
from decision_tables.problems import Problems

MAX_SHOWN = 12
"""How many gaps of one table are reported."""

MAX_NEIGHBOURS = 4


def check_gaps(table: Table, spaces: Sequence[Space], model: ModelDefinition, problems: Problems) -> None:
    """Report maximal regions of inputs without a rule, chosen greedily so that together they cover every gap; capped.

    Over present values; the missing value only where a column's conditions name it. A partial table and one with a
    default rule have no gaps.
    """
    if table.is_partial or not table.rules:
        return
    count, budget = 0, Budget()
    for space in map(present, spaces):
        if space.has_default:
            continue
        try:
            for box in find_gaps(space, budget):
                count += 1
                if count > MAX_SHOWN:
                    problems.add("DT812", table.place, table=table.title, shown=MAX_SHOWN)
                    return
                _report(space, box, model, problems)
        except Unfinished:
            problems.add("DT890", table.place, table=table.title)
            return


Box: TypeAlias = list[list[int]]
"""A product of value classes: for each axis the numbers of its classes."""


def find_gaps(space: Space, budget: Budget) -> Iterator[Box]:
    """Boxes without a rule; each one found is then treated as a rule, until no input is left over."""
    boxes: list[Box] = []
    while len(boxes) <= MAX_SHOWN:
        covered = _with_boxes(space, boxes)
        found = _cell_without_rule(covered, budget)
        if found is None:
            return
        boxes.append(_widest(found, space))
        yield boxes[-1]


def _cell_without_rule(space: Space, budget: Budget) -> list[int] | None:
    wild = wild_below(space)
    met = cells(space, lambda level, rules: bool(rules & wild[level]), budget)
    path = next((path for rules, path in met if not rules), None)
    if path is None:
        return None
    return [
        next(n for n, other in enumerate(axis.classes) if other is value_class)
        for axis, value_class in zip(space.axes, path, strict=True)
    ]


def _with_boxes(space: Space, boxes: Sequence[Box]) -> Space:
    """The space with one more rule for each box."""
    axes = []
    for at, axis in enumerate(space.axes):
        extra = [0] * len(axis.classes)
        for n, box in enumerate(boxes):
            for number in box[at]:
                extra[number] |= 1 << len(space.rules) + n
        classes = (dataclasses.replace(c, rules=c.rules | bits) for c, bits in zip(axis.classes, extra, strict=True))
        axes.append(dataclasses.replace(axis, classes=tuple(classes)))
    return dataclasses.replace(space, rules=(*space.rules, *(Rule("", 0, (), ()) for _ in boxes)), axes=tuple(axes))


def _widest(cell: Sequence[int], space: Space) -> Box:
    """The cell, widened axis by axis as far as it stays without a rule."""
    box: Box = [[number] for number in cell]
    for at, axis in enumerate(space.axes):
        others = space.everything
        for i, chosen in enumerate(box):
            if i != at:
                others &= _rules_of(space, i, chosen)
        box[at] = [n for n, c in enumerate(axis.classes) if n == cell[at] or not c.rules & others]
    return box


def _rules_of(space: Space, at: int, chosen: Sequence[int]) -> int:
    rules = 0
    for number in chosen:
        rules |= space.axes[at].classes[number].rules
    return rules


def _report(space: Space, box: Box, model: ModelDefinition, problems: Problems) -> None:
    chosen = [[axis.classes[n] for n in numbers] for axis, numbers in zip(space.axes, box, strict=True)]
    problems.add(
        "DT811",
        space.table.place,
        table=space.table.title,
        region=in_period(describe_box(space, chosen, model), space),
        example=shown_inputs(example_of(space, [classes[0] for classes in chosen]), model),
        related=[rule.place for rule in _neighbours(space, box)],
    )


def _neighbours(space: Space, box: Box) -> list[Rule]:
    """A few rules that meet the box on all axes but one."""
    met = [_rules_of(space, at, numbers) for at, numbers in enumerate(box)]
    near = 0
    for at in range(len(met)):
        others = space.everything
        for i, rules in enumerate(met):
            if i != at:
                others &= rules
        near |= others
    return list(islice((rule for n, rule in enumerate(space.rules) if near >> n & 1), MAX_NEIGHBOURS))
