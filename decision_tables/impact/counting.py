"""Counts pairs of answers into figures."""

from __future__ import annotations

import collections
import dataclasses
import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeAlias

from decision_tables.evaluator.decision import Decision, ResultValue, Status
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.evaluator.showing import shown_value
from decision_tables.impact.figures import Bar, ColumnTotals, Group, Impact, Move, Refused
from decision_tables.model import Field
from decision_tables.text import Bilingual
from decision_tables.values import EXACT, FieldType, plain

Answer: TypeAlias = Decision | Refusal

MAX_MOVES = 200
"""The most moves that are listed."""

MAX_KEPT = 200_000
"""The most different moves that are told apart while counting."""

MAX_GROUPS = 200
MAX_REASONS = 100
MAX_BARS = 12
"""The most bars of a chart; beyond, differences are put together."""

BROKEN = "BROKEN_ROW"
"""The reason of a row that cannot be taken apart into columns."""

NO_MATCH = Bilingual("没有规则命中", "no match")

Outcome: TypeAlias = tuple[Status, tuple[ResultValue, ...]]


@dataclasses.dataclass
class _Column:
    """The sums of one numeric result."""

    field: Field
    old: Decimal = Decimal(0)
    new: Decimal = Decimal(0)
    rose: int = 0
    fell: int = 0

    def add(self, old: Decimal, new: Decimal, rows: int) -> None:
        self.old = EXACT.add(self.old, EXACT.multiply(old, Decimal(rows)))
        self.new = EXACT.add(self.new, EXACT.multiply(new, Decimal(rows)))
        self.rose += rows if new > old else 0
        self.fell += rows if new < old else 0


@dataclasses.dataclass
class _Group:
    """The sums of one group: rows, changed ones, and for each numeric result the two totals."""

    rows: int = 0
    changed: int = 0
    totals: dict[str, list[Decimal]] = dataclasses.field(default_factory=dict)

    def add(self, amounts: Sequence[tuple[str, Decimal, Decimal]], rows: int, *, changed: bool) -> None:
        self.rows += rows
        self.changed += rows if changed else 0
        for key, *sides in amounts:
            totals = self.totals.setdefault(key, [Decimal(0), Decimal(0)])
            for n, amount in enumerate(sides):
                totals[n] = EXACT.add(totals[n], EXACT.multiply(amount, Decimal(rows)))


class Counting:
    """Takes in pairs of answers, each with the number of its rows."""

    def __init__(self, table: str, old: ModelIndex, new: ModelIndex) -> None:
        self.blank = 0
        self._table = table
        self._indexes = (old, new)
        self._keys = _common_results(table, old, new)
        numeric = [key for key in self._keys if all(_is_amount(key, table, index) for index in (old, new))]
        self._columns = {key: _Column(new.field(key)) for key in numeric}
        self._rows = self._same = self._changed = self._refused = 0
        self._moves: dict[tuple[Outcome, Outcome], list[int]] = {}
        self._other_moves = 0
        self._refusals: dict[tuple[str, str, Bilingual], list[int]] = {}
        self._groups: dict[str, _Group] = collections.defaultdict(_Group)

    def add_broken(self, row: int, message: Bilingual) -> None:
        """A row that neither model could be asked about."""
        self._rows += 1
        self._refused += 1
        self._note("both", BROKEN, message, 1, row)

    def add(self, old: Answer, new: Answer, rows: int, row: int, group: str) -> None:
        """Some rows with the same two answers; ``row`` is one of them."""
        self._rows += rows
        if isinstance(old, Refusal) or isinstance(new, Refusal):
            self._refused += rows
            self._refuse(old, new, rows, row)
            self._groups[group].rows += rows
            return
        outcomes = self._outcome(old), self._outcome(new)
        changed = outcomes[0] != outcomes[1]
        amounts = [(key, _amount(old.results.get(key)), _amount(new.results.get(key))) for key in self._columns]
        for key, before, after in amounts:
            self._columns[key].add(before, after, rows)
        self._groups[group].add(amounts, rows, changed=changed)
        if not changed:
            self._same += rows
            return
        self._changed += rows
        self._move(outcomes, rows, row)

    def _outcome(self, decision: Decision) -> Outcome:
        return decision.status, tuple(decision.results.get(key) for key in self._keys)

    def _move(self, outcomes: tuple[Outcome, Outcome], rows: int, row: int) -> None:
        if outcomes not in self._moves and len(self._moves) >= MAX_KEPT:
            self._other_moves += rows
            return
        found = self._moves.setdefault(outcomes, [0, row])
        found[0] += rows
        found[1] = min(found[1], row)

    def _refuse(self, old: Answer, new: Answer, rows: int, row: int) -> None:
        if isinstance(old, Refusal) and isinstance(new, Refusal):
            self._note("both", new.reason.value, new.message, rows, row)
        elif isinstance(old, Refusal):
            self._note("old", old.reason.value, old.message, rows, row)
        elif isinstance(new, Refusal):
            self._note("new", new.reason.value, new.message, rows, row)

    def _note(self, side: str, reason: str, message: Bilingual, rows: int, row: int) -> None:
        name = (side, reason, message)
        if name not in self._refusals and len(self._refusals) >= MAX_REASONS:
            name = (side, reason, Bilingual("（其他）", "(others)"))
        found = self._refusals.setdefault(name, [0, row])
        found[0] += rows
        found[1] = min(found[1], row)

    # Figures

    def impact(self, notes: Sequence[Bilingual], by: str | None, days: tuple[datetime.date, datetime.date]) -> Impact:
        """The figures of everything taken in."""
        main = self._main()
        moves = sorted(self._moves.items(), key=lambda item: (-item[1][0], item[1][1]))
        others = self._other_moves + sum(found[0] for _, found in moves[MAX_MOVES:])
        version = self._indexes[1].versions[self._table][-1]
        return Impact(
            table=self._table,
            title=version.title,
            rows=self._rows,
            same=self._same,
            changed=self._changed,
            refused=self._refused,
            blank=self.blank,
            columns=tuple(self._totals()),
            main=main,
            moves=tuple(self._told(outcomes, found, main) for outcomes, found in moves[:MAX_MOVES]),
            other_moves=others,
            refusals=tuple(self._reasons()),
            by=by,
            groups=tuple(self._grouped(main)) if by is not None else (),
            bars=tuple(self._bars(main)),
            notes=tuple(notes),
            old_as_of=days[0],
            new_as_of=days[1],
        )

    def _main(self) -> str | None:
        """The numeric result that moves for most rows; the first one if none moves."""
        return max(self._columns, key=lambda key: self._columns[key].rose + self._columns[key].fell, default=None)

    def _totals(self) -> Iterator[ColumnTotals]:
        for key, c in self._columns.items():
            yield ColumnTotals(key, c.field.label, c.field.unit, c.old, c.new, c.rose, c.fell)

    def _told(self, outcomes: tuple[Outcome, Outcome], found: Sequence[int], main: str | None) -> Move:
        shown = [self._shown(side, at, outcomes) for at, side in enumerate(outcomes)]
        return Move(shown[0], shown[1], found[0], self._difference(outcomes, main), found[1])

    def _shown(self, outcome: Outcome, side: int, both: tuple[Outcome, Outcome]) -> Bilingual:
        """The results that differ, or that no rule matches."""
        if outcome[0] is Status.NO_MATCH and all(value is None for value in outcome[1]):
            return NO_MATCH
        whole = both[0][0] is not both[1][0]
        index = self._indexes[side]
        parts = [
            (index.field(key).label, shown_value(value, index.field(key), index.model))
            for n, (key, value) in enumerate(zip(self._keys, outcome[1], strict=True))
            if whole or both[0][1][n] != both[1][1][n]
        ]
        return Bilingual("，".join(f"{n} {w.zh}" for n, w in parts), ", ".join(f"{n} {w.en}" for n, w in parts))

    def _difference(self, outcomes: tuple[Outcome, Outcome], main: str | None) -> Decimal | None:
        if main is None:
            return None
        at = self._keys.index(main)
        values = [outcome[1][at] for outcome in outcomes]
        return None if None in values else EXACT.subtract(_amount(values[1]), _amount(values[0]))

    def _reasons(self) -> Iterator[Refused]:
        for (side, reason, message), (rows, row) in sorted(self._refusals.items(), key=lambda item: -item[1][0]):
            yield Refused(side, reason, message, rows, row)

    def _grouped(self, main: str | None) -> Iterator[Group]:
        """The largest groups, and one for all others."""
        ordered = sorted(self._groups.items(), key=lambda item: -item[1].rows)
        nothing = [Decimal(0), Decimal(0)]
        for name, group in ordered[:MAX_GROUPS]:
            old, new = group.totals.get(main or "", nothing)
            yield Group(name, group.rows, group.changed, old, new)
        rest = [group for _, group in ordered[MAX_GROUPS:]]
        if rest:
            totals = [sum((g.totals.get(main or "", nothing)[n] for g in rest), Decimal(0)) for n in (0, 1)]
            yield Group("…", sum(g.rows for g in rest), sum(g.changed for g in rest), totals[0], totals[1])

    def _bars(self, main: str | None) -> Iterator[Bar]:
        """The rows by how much the main result moves."""
        counts: dict[Decimal, int] = collections.Counter()
        for outcomes, found in self._moves.items():
            difference = self._difference(outcomes, main)
            if difference:
                counts[difference] += found[0]
        if len(counts) <= MAX_BARS:
            yield from (Bar(signed(amount), rows) for amount, rows in sorted(counts.items()))
            return
        yield from _put_together(counts)


def _put_together(counts: dict[Decimal, int]) -> Iterator[Bar]:
    """Bars of equal width, with bounds of one digit; rises and falls stay apart, since 0 is a bound."""
    low, high = min(counts), max(counts)
    step = _round_step((high - low) / (MAX_BARS - 2))
    bars: dict[int, int] = collections.Counter()
    for amount, rows in counts.items():
        bars[int((amount / step).to_integral_value("ROUND_FLOOR"))] += rows
    for n in sorted(bars):
        yield Bar(f"{signed(step * n)} … {signed(step * (n + 1))}", bars[n])


def _round_step(width: Decimal) -> Decimal:
    """1, 2, 5 or 10 times a power of ten, at least as wide."""
    power = Decimal(1).scaleb(width.adjusted())
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= width)


def signed(amount: Decimal) -> str:
    """An amount with its sign."""
    return f"+{plain(amount)}" if amount > 0 else plain(amount)


def _common_results(table: str, old: ModelIndex, new: ModelIndex) -> tuple[str, ...]:
    sides = [{c.field: None for t in index.versions[table] for c in t.results} for index in (old, new)]
    return tuple(key for key in sides[1] if key in sides[0])


def _is_amount(key: str, table: str, index: ModelIndex) -> bool:
    """Whether a result is one number that can be summed up."""
    lists = any(version.hit_policy.gives_list for version in index.versions[table])
    return not lists and index.field(key).type in (FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY)


def _amount(value: ResultValue) -> Decimal:
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(0)
