"""The tables behind a question, each decided once for rows between which it cannot tell."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Mapping, Sequence

import numpy as np

from decision_tables.evaluator import messages
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.linear import Outcome
from decision_tables.evaluator.missing import Open
from decision_tables.evaluator.refusal import Refusal
from decision_tables.expressions import lookups
from decision_tables.lookup.column_batch import Batch, Rows, Slot
from decision_tables.lookup.column_entries import Entries, Entry
from decision_tables.lookup.column_keys import MAX_CELLS, UNKNOWN, Codes, Combinations
from decision_tables.lookup.column_rules import MAX_WORDS, RuleClasses, RuleSets, Sieve, demands_of, width_of
from decision_tables.lookup.column_settled import SettledEvaluation, SettledMissing
from decision_tables.model import Computed, Table
from decision_tables.values import Value


@dataclasses.dataclass(frozen=True, slots=True)
class Came:
    """How a table came out, and the missing inputs that count for its answer.

    ``counting`` is None where that has to be asked of the row as a whole.
    """

    outcome: Outcome | Refusal
    counting: frozenset[str] | None


class TableNode:
    """One table. ``slots`` are its condition fields, ``operands`` what its formulas read, ``yields`` its results.

    Of each case that it tells apart it keeps how it ``came`` out, and the fields that it ``read`` on the way.
    """

    def __init__(
        self,
        index: ModelIndex,
        table: Table,
        day: datetime.date,
        slots: Mapping[str, Slot],
        operands: Sequence[Slot],
        yields: Mapping[str, Entries],
        entries: Mapping[Slot, Entries],
    ) -> None:
        self.key = table.key
        self.came: list[Came] = []
        self.read: list[tuple[str, ...]] = []
        self._results: dict[str, list[int]] = {key: [] for key in yields}
        self._index, self._table, self._day, self._yields = index, table, day, yields
        self._tested, self._operands = list(slots.values()), list(operands)
        self._read_slots = [*self._tested, *self._operands]
        self._asks_others = asks_other_tables(table)
        width = width_of(table, day)
        few = width <= MAX_WORDS
        self._classes = [
            RuleClasses(entries[slot], demands_of(table, field, day) if few else None, width if few else 1)
            for field, slot in slots.items()
        ]
        self._sieve = Sieve(table, day, self._classes, has_formulas=index.has_formulas(table))
        self._sets = RuleSets()
        self._near = Combinations(len(slots) + len(self._operands))
        self._far = Combinations(1 + len(slots) + len(self._operands))

    @property
    def size(self) -> int:
        """How much memory it takes, in cells."""
        return self._near.size + self._far.size + 64 * len(self.came)

    def work_out(self, batch: Batch) -> None:
        """Note the case of each row, and the entries of the results."""
        cases = batch.cases[self.key] = self._cases(batch)
        for key, results in self._results.items():
            batch.codes[Slot(key, True)] = np.array(results, np.int32).take(cases)

    def _cases(self, batch: Batch) -> Codes:
        classes = [own.classes(batch.codes[slot]) for own, slot in zip(self._classes, self._tested, strict=True)]
        axes = [*classes, *(batch.codes[slot] for slot in self._operands)]
        counts = [*(own.count for own in self._classes), *batch.counts(self._operands)]
        every = np.arange(batch.rows)
        if math.prod(counts) > MAX_CELLS:
            return self._by_rules(batch, axes, every)
        found, finder = self._near.find(axes, counts, batch.rows)
        fresh = np.flatnonzero(found == UNKNOWN)
        if len(fresh):
            first, own = finder.first_rows(fresh)
            numbers = self._by_rules(batch, [axis.take(first) for axis in axes], first)
            finder.note(first, numbers)
            found[fresh] = numbers.take(own)
        return found

    def _by_rules(self, batch: Batch, axes: Sequence[Codes], rows: Rows) -> Codes:
        """The same for some rows, told apart by the rules they meet, by what is open, and by operands of formulas."""
        alive = self._sieve.alive(axes[: len(self._classes)], len(rows))
        wider = [self._sets.numbers(alive.rules), *alive.open, *axes[len(self._classes) :]]
        counts = [self._sets.count, *(1 + n for n in batch.counts(self._tested)), *batch.counts(self._operands)]
        found, finder = self._far.find(wider, counts, len(rows))
        fresh = np.flatnonzero(found == UNKNOWN)
        if len(fresh):
            first, own = finder.first_rows(fresh)
            numbers = np.array([self._learn(batch, row) for row in rows[first].tolist()], np.int32)
            finder.note(first, numbers)
            found[fresh] = numbers.take(own)
        return found

    def _learn(self, batch: Batch, row: int) -> int:
        evaluation = SettledEvaluation(self._index, self._day, batch.of_row(self._read_slots, row))
        try:
            outcome: Outcome | Refusal = evaluation.outcome(self._table)
        except Refusal as refusal:
            outcome = refusal
        except RecursionError:
            outcome = messages.too_deep()
        self.read.append(tuple(evaluation.read))
        counting, entries = self._opened(evaluation, outcome)
        self.came.append(Came(outcome, counting))
        for key, entry in entries.items():
            self._results[key].append(self._yields[key].number(entry))
        return len(self.came) - 1

    def _opened(
        self, evaluation: SettledEvaluation, outcome: Outcome | Refusal
    ) -> tuple[frozenset[str] | None, dict[str, Entry]]:
        """The missing inputs that count, and the results with what is open about them."""
        if isinstance(outcome, Refusal):
            return None, {key: Entry(outcome) for key in self._yields}
        values = {key: evaluation.had(key) for key in self._yields}
        above = evaluation.entries.values()
        if all(entry.is_settled for entry in above) and not self._asks_others:
            return frozenset(), {key: self._whole(value) for key, value in values.items()}
        if all(entry.is_known for entry in above):
            missing = SettledMissing(evaluation)
            try:
                counting = missing.counting(self._table)
                return counting, {key: self._entry(missing, key, value) for key, value in values.items()}
            except (Refusal, RecursionError):
                pass
        return None, {key: Entry(value, doubt=len(self.read)) for key, value in values.items()}

    def _entry(self, missing: SettledMissing, key: str, value: Value | Refusal) -> Entry:
        return Entry(value) if isinstance(value, Refusal) else missing.entry(self._index.field(key), value)

    def _whole(self, value: Value | Refusal) -> Entry:
        """A result where nothing above is open: only the caller could still give what the table does not."""
        return Entry(value, Open((), frozenset(), self._table) if value is None else None)


def asks_other_tables(table: Table) -> bool:
    """Whether some computed result asks another table. What is asked may be refused even where it does not decide."""
    results = (result for rule in table.rules for result in rule.results if isinstance(result, Computed))
    return any(lookups(result.expression) for result in results)
