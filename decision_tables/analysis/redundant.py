"""Conditions that could be 不限 without any answer changing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import islice, product

from decision_tables.analysis.deciding import is_ranked_by_formula, met_somewhere
from decision_tables.analysis.space import Box, Space, bits_of, members, within
from decision_tables.analysis.subject import Subject, comparable, is_computed
from decision_tables.analysis.unreachable import needless_rules
from decision_tables.analysis.walk import Budget, Unfinished, cells
from decision_tables.evaluator.hits import Conflict, resolve
from decision_tables.grammar.condition import ANYTHING
from decision_tables.model import HitPolicy, ModelDefinition, Rule, Table
from decision_tables.problems import Problems
from decision_tables.regions import Everything, Members
from decision_tables.text import Bilingual

MAX_SHOWN = 10
"""How many conditions of one table are reported."""

MAX_SAMPLES = 64
"""How many inputs are tried before all of them are."""

NAME = Bilingual("多余的条件", "redundant conditions")


def check_redundant(subject: Subject, problems: Problems) -> None:
    """Report each condition that could be 不限: no answer changes, or only those where the field is not given.

    The second is said only of a cell that admits every value that there is. Rules that never decide or could go are
    left out, and so are crosstabs, whose headings are wanted.
    """
    if subject.table.is_crosstab:
        return
    found: list[tuple[Rule, int, bool]] = []
    try:
        needless = {rule.position for rule, _ in needless_rules(subject, Budget())}
        found = [one for one in redundant_conditions(subject, Budget()) if one[0].position not in needless]
    except Unfinished:
        subject.unfinished(NAME, problems)
        return
    for rule, at, but_missing in found[:MAX_SHOWN]:
        _report(subject, rule, at, but_missing, problems)
    if len(found) > MAX_SHOWN:
        problems.add("DT848", subject.table.place, table=subject.table.title, count=len(found) - MAX_SHOWN)


def redundant_conditions(subject: Subject, budget: Budget) -> Iterator[tuple[Rule, int, bool]]:
    """Rules with the number of a column that could be 不限, and whether a missing value makes a difference."""
    numbers = [{rule.position: n for n, rule in enumerate(space.rules)} for space in subject.spaces]
    deciding = _deciding(subject, budget)
    for rule in subject.table.rules:
        if rule.position not in deciding:
            continue
        for at, condition in enumerate(rule.conditions):
            if isinstance(condition.region, Everything) or "无值" in condition.reading:
                continue
            openings = [
                Opening(space, known[rule.position], at, subject.model)
                for space, known in zip(subject.spaces, numbers, strict=True)
                if rule.position in known
            ]
            if all(opening.changes_nothing(budget) for opening in openings):
                yield rule, at, False
            elif all(opening.admits_all_present for opening in openings):
                yield rule, at, True


def _deciding(subject: Subject, budget: Budget) -> set[int]:
    """The positions of the rules that decide somewhere, or that are met where every hit counts."""
    counts_all = subject.table.hit_policy.gives_list or subject.table.hit_policy.aggregates
    found: set[int] = set()
    for space in subject.spaces:
        rules = met_somewhere(space, budget) if counts_all else subject.upstream.winners(space)
        found |= {space.rules[number].position for number in members(rules)}
    return found


@dataclasses.dataclass(frozen=True, slots=True)
class Opening:
    """One condition of a rule taken to be 不限, in one space."""

    space: Space
    number: int
    column: int
    model: ModelDefinition

    @property
    def _rule(self) -> Rule:
        return self.space.rules[self.number]

    @property
    def _opened(self) -> Rule:
        conditions = self._rule.conditions
        changed = (*conditions[: self.column], ANYTHING, *conditions[self.column + 1 :])
        return dataclasses.replace(self._rule, conditions=changed)

    @property
    def _axis(self) -> int:
        """The number of the axis that the column belongs to."""
        key = self.space.table.conditions[self.column].field
        return next(n for n, axis in enumerate(self.space.axes) if axis.field.key == key)

    def _free(self) -> int:
        """The classes of the axis that the other columns of its field admit."""
        axis, columns = self.space.axes[self._axis], self.space.table.conditions
        others = [
            self._rule.conditions[n].region
            for n, column in enumerate(columns)
            if n != self.column and column.field == axis.field.key
        ]
        if not others:
            return axis.seen
        return bits_of([n for n in members(axis.seen) if all(o.admits(axis.classes[n].example) for o in others)])

    @property
    def admits_all_present(self) -> bool:
        """Whether the condition admits every value that its field can have, and no condition asks for a missing one.

        A name that stands for the whole list, such as 全国, says on purpose that a value is there; and under 最具体 it
        is a step of its own above 不限.
        """
        condition = self._rule.conditions[self.column]
        is_one_name = isinstance(condition.region, Members) and "、" not in condition.reading
        if is_one_name or self.space.table.hit_policy is HitPolicy.MOST_SPECIFIC:
            return False
        axis = self.space.axes[self._axis]
        return not axis.names_missing and not self._free() & ~axis.bands[self.number] & ~axis.absent

    def changes_nothing(self, budget: Budget) -> bool:
        """Whether every input has the outcome that it had. Raises ``Unfinished``."""
        at, box = self._axis, list(self.space.box_of(self.number))
        free = self._free()
        is_ranked_by_conditions = self.space.table.hit_policy is HitPolicy.MOST_SPECIFIC
        box[at] = free if is_ranked_by_conditions else free & ~self.space.axes[at].bands[self.number]
        if not free & ~self.space.axes[at].bands[self.number] and not is_ranked_by_conditions:
            return True
        if not _can_resolve(self.space.table, self._rule) or self._adds_a_second_hit(tuple(box)):
            return False
        if any(self._differs(hits) for hits in self._samples(tuple(box), budget)):
            return False
        view = dataclasses.replace(within(self.space, tuple(box)), excluded=())
        return not any(self._differs(hits) for hits, _ in cells(view, lambda level, rules: False, budget))

    def _adds_a_second_hit(self, box: Box) -> bool:
        """Whether the rule would meet inputs of other rules, or of none, under 唯一: then the outcome changes."""
        default = self.space.default
        agrees = default is not None and comparable(default) == comparable(self._rule)
        return self.space.table.hit_policy is HitPolicy.UNIQUE and all(box) and not agrees

    def _samples(self, box: Box, budget: Budget) -> Iterator[int]:
        """The rules met at some inputs of a box: combinations of the first and the last classes of each axis."""
        if not all(box):
            return
        ends = [((bits & -bits).bit_length() - 1, bits.bit_length() - 1) for bits in box]
        for choice in islice(product((1, 0), repeat=len(ends)), MAX_SAMPLES):
            hits = self.space.everything
            for axis, pair, which in zip(self.space.axes, ends, choice, strict=True):
                hits &= axis.classes[pair[which]].rules
            budget.spend(1)
            yield hits

    def _differs(self, hits: int) -> bool:
        """Whether an input that meets some rules, this one perhaps among them, gets another outcome."""
        if self.space.table.hit_policy is HitPolicy.FIRST:
            return self._is_first_and_differs(hits)
        met = self.space.chosen(hits)
        opened = [*(rule for rule in met if rule is not self._rule), self._opened]
        if self.space.table.hit_policy is not HitPolicy.PRIORITY:
            opened.sort(key=lambda rule: rule.position)
        return self._outcome(met) != self._outcome(opened)

    def _is_first_and_differs(self, hits: int) -> bool:
        """The same under 首条, from the first hit alone."""
        if not hits:
            return self._outcome([]) != self._outcome([self._rule])
        first = (hits & -hits).bit_length() - 1
        return first > self.number and comparable(self.space.rules[first]) != comparable(self._rule)

    def _outcome(self, hits: Sequence[Rule]) -> object:
        """The results of the rules that meet an input; None where it is refused."""
        found = hits or [rule for rule in (self.space.default,) if rule is not None]
        try:
            return bool(found), resolve(self.space.table, found, comparable, self.model).values
        except Conflict:
            return None


def _can_resolve(table: Table, rule: Rule) -> bool:
    """Whether the outcome with a rule is known before results are computed."""
    if table.hit_policy.aggregates:
        return not is_computed(rule) and not any(is_computed(other) for other in table.rules)
    return not table.hit_policy.gives_list and not is_ranked_by_formula(table)


def _report(subject: Subject, rule: Rule, at: int, but_missing: bool, problems: Problems) -> None:
    field = subject.model.fields[subject.table.conditions[at].field].label
    problems.add(
        "DT843",
        subject.table.condition_places(rule)[at],
        table=subject.table.title,
        rule=rule.id,
        field=field,
        reading=rule.conditions[at].reading,
        but=Bilingual(f"（只有没有填“{field}”时不同）", f" (but for inputs without “{field}”)")
        if but_missing
        else Bilingual("", ""),
    )
