"""Where the order of the rules matters under 首条, and where it need not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from decision_tables.analysis.covering import Neighbours, uncovered
from decision_tables.analysis.space import Space, example_of, members, possible
from decision_tables.analysis.subject import Subject, comparable
from decision_tables.analysis.touching import touch_of
from decision_tables.analysis.walk import Budget, Unfinished
from decision_tables.evaluator.showing import shown_inputs
from decision_tables.model import HitPolicy, Rule
from decision_tables.problems import Problems
from decision_tables.text import Bilingual

MAX_SHOWN = 5
"""How many pairs are named in one sentence."""

NAME = Bilingual("规则的先后是否起作用", "where the order of the rules matters")


@dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """Two rules that meet, the first one before the other, with an input that both meet."""

    one: Rule
    other: Rule
    example: Bilingual


def check_order(subject: Subject, problems: Problems) -> None:
    """Report, under 首条, that no two rules meet; or the pairs with different results of which neither holds the other.

    An exception before a general rule is what 首条 is for, and is not told.
    """
    if subject.table.hit_policy is not HitPolicy.FIRST:
        return
    meeting = False
    telling: dict[tuple[int, int], Pair] = {}
    try:
        for is_telling, pair in _pairs(subject, Budget()):
            meeting = True
            if is_telling:
                telling.setdefault((pair.one.position, pair.other.position), pair)
    except Unfinished:
        subject.unfinished(NAME, problems)
        return
    if telling:
        _report(subject, list(telling.values()), problems)
    elif not meeting and sum(not rule.is_default for rule in subject.table.rules) > 1:
        problems.add("DT844", subject.table.place, table=subject.table.title)


def _pairs(subject: Subject, budget: Budget) -> Iterator[tuple[bool, Pair]]:
    """Pairs of rules that meet, and whether their order is a choice: different results, neither inside the other."""
    for space in map(possible, subject.spaces):
        near = Neighbours(space, budget)
        boxes = [space.box_of(number) for number in range(len(space.rules))]
        whole = tuple(axis.seen for axis in space.axes)
        anywhere = sum(1 << n for n, box in enumerate(boxes) if box == whole)
        for number, one in enumerate(space.rules):
            later = near.of(number) >> number << number
            if later & anywhere:
                yield False, Pair(one, one, Bilingual("", ""))
            for at in members(later & ~anywhere):
                budget.spend(1)
                both = tuple(a & b for a, b in zip(boxes[number], boxes[at], strict=True))
                cell = uncovered(both, space.excluded, budget)
                if cell is not None:
                    example = shown_inputs(example_of(space, cell), subject.model)
                    yield _is_telling(space, number, at, subject), Pair(one, space.rules[at], example)


def _is_telling(space: Space, one: int, other: int, subject: Subject) -> bool:
    first, second = space.box_of(one), space.box_of(other)
    if comparable(space.rules[one]) == comparable(space.rules[other]):
        return False
    first_inside = all(a & ~b == 0 for a, b in zip(first, second, strict=True))
    second_inside = all(b & ~a == 0 for a, b in zip(first, second, strict=True))
    touches = touch_of(subject.table, space.rules[one], space.rules[other], subject.model)
    return not first_inside and not second_inside and touches is None


def _report(subject: Subject, pairs: list[Pair], problems: Problems) -> None:
    shown = [f"{pair.one.id} → {pair.other.id}" for pair in pairs[:MAX_SHOWN]]
    more = len(pairs) - MAX_SHOWN
    zh, en = "、".join(shown), ", ".join(shown)
    problems.add(
        "DT845",
        subject.table.place,
        table=subject.table.title,
        pairs=Bilingual(f"{zh} 等 {len(pairs)} 对", f"{en} and {more} more") if more > 0 else Bilingual(zh, en),
        example=pairs[0].example,
        winner=pairs[0].one.id,
        related=[pairs[0].one.place, pairs[0].other.place],
    )
