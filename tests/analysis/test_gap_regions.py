"""The regions without a rule are maximal and together cover every gap of small random tables, and nothing else."""

from __future__ import annotations

import os

import pytest

from decision_tables.analysis.gap import MAX_SHOWN, Gap, find_gaps
from decision_tables.analysis.space import Axis, Space, members, present
from decision_tables.analysis.walk import Budget
from decision_tables.values import Value
from tests.analysis.random_tables import DAYS, Case, random_case

ROUNDS = int(os.environ.get("RANDOM_MODELS", "300"))


def spaces_with_gaps(case: Case) -> list[tuple[Space, list[Gap]]]:
    """The spaces without a default, each with its gaps if all of them were listed."""
    spaces = [present(space) for space in case.subject.spaces if space.default is None]
    found = [(space, list(find_gaps(space, Budget()))) for space in spaces]
    return [(space, gaps) for space, gaps in found if len(gaps) <= MAX_SHOWN]


def class_of(axis: Axis, value: Value, rules: int) -> int:
    """The class that a value lies in, told by the rules that admit it."""
    wanted = value is not None
    return next(n for n, c in enumerate(axis.classes) if c.rules == rules and c.is_present is wanted)


def admitting(space: Space, field: str, value: Value) -> int:
    """The rules of a space whose conditions on one field admit a value, as bits."""
    at = [n for n, column in enumerate(space.table.conditions) if column.field == field]
    return sum(
        1 << number
        for number, rule in enumerate(space.rules)
        if all(rule.conditions[n].region.admits(value) for n in at)
    )


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_gap_regions_cover_every_gap_and_nothing_else(seed: int) -> None:
    case = random_case(seed, graph=False)
    for space, gaps in spaces_with_gaps(case):
        day = next(day for day in DAYS if space.period.includes(day))
        for inputs in case.inputs_on(day):
            if not case.present(inputs, day):
                continue
            cell = [
                class_of(axis, (v := inputs[axis.field.key]), admitting(space, axis.field.key, v))
                for axis in space.axes
            ]
            inside = any(all(bits >> n & 1 for bits, n in zip(gap.box, cell, strict=True)) for gap in gaps)
            assert inside == (not case.hits(inputs, day)), inputs


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_no_gap_region_can_be_widened(seed: int) -> None:
    for space, gaps in spaces_with_gaps(random_case(seed, graph=False)):
        for gap in gaps:
            for at, axis in enumerate(space.axes):
                rules = space.everything
                for i, bits in enumerate(gap.box):
                    if i != at:
                        met = 0
                        for value_class in space.axes[i].chosen(bits):
                            met |= value_class.rules
                        rules &= met
                outside = axis.seen & ~gap.box[at]
                assert all(axis.classes[n].rules & rules for n in members(outside))


def test_the_random_tables_have_gaps_of_several_regions() -> None:
    counts = {len(gaps) for seed in range(60) for _, gaps in spaces_with_gaps(random_case(seed, graph=False))}
    assert counts >= {0, 1, 2, 3}
