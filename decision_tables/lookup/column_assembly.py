"""Answers put together from what each table behind a question said."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Mapping

from decision_tables.evaluator.deciding import match_of
from decision_tables.evaluator.decision import Decision, Match, ResultValue, Status
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.linear import Outcome
from decision_tables.evaluator.refusal import Refusal
from decision_tables.lookup.column_derived import step_of
from decision_tables.lookup.column_nodes import TableNode
from decision_tables.lookup.column_reach import Reach


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """What a table, or a formula (without an outcome), says of a row.

    ``read`` are the fields that it looked at, in order, as far as tables lie behind them. ``counting`` are the missing
    inputs that count for it; None where that has to be asked of the row as a whole.
    """

    read: tuple[str, ...]
    outcome: Outcome | Refusal | None
    counting: frozenset[str] | None


class Assembly:
    """Puts answers together for one question on one day."""

    def __init__(self, index: ModelIndex, reach: Reach, day: datetime.date, producers: Mapping[str, TableNode]) -> None:
        self._index, self._day, self._producers = index, day, producers
        self._asked = [table.key for table in reach.asked]
        self._asks_all = reach.answers_given
        self._matches: dict[int, tuple[Outcome, tuple[Match, ...]]] = {}

    def answer(self, said: Mapping[str, Said], given: Collection[str]) -> Decision | Refusal | None:
        """The answer where each step said this and the caller gave these; None if it cannot be told from that."""
        outcomes = []
        for key in self._asked:
            outcome = said[key].outcome
            if isinstance(outcome, Refusal):
                return outcome
            outcomes.append(outcome)
        counting = [said[key].counting for key in self._asked]
        if None in counting:
            return None
        missing = frozenset[str]().union(*(each for each in counting if each is not None))
        return self._decision(said, [each for each in outcomes if each is not None], missing, given)

    def _decision(
        self, said: Mapping[str, Said], outcomes: list[Outcome], missing: frozenset[str], given: Collection[str]
    ) -> Decision:
        evaluated = _Walk(said, self._producers, given).through(self._asked)
        results: dict[str, ResultValue] = {}
        for outcome in outcomes:
            results |= outcome.values
        others = [outcome for key, outcome in evaluated.items() if key not in self._asked]
        return Decision(
            status=_overall(outcomes),
            results=results,
            tables=self._statuses(evaluated),
            matched=tuple(match for outcome in (*outcomes, *others) for match in self._matched(outcome)),
            missing=tuple(key for key in self._index.model.fields if key in missing) if missing else (),
            overridden=(),
            unused=(),
            as_of=self._day,
            model=self._index.model.key,
            digest=self._index.model.digest,
        )

    def _statuses(self, evaluated: Mapping[str, Outcome]) -> dict[str, Status]:
        found = {key: outcome.status for key, outcome in evaluated.items()}
        if self._asks_all:
            return {key: found.get(key, Status.NOT_IN_FORCE) for key in self._index.versions}
        return found

    def _matched(self, outcome: Outcome) -> tuple[Match, ...]:
        known = self._matches.get(id(outcome))
        if known is None:
            table = outcome.table
            deciding = (match_of(table, rule, dissent=False) for rule in outcome.deciding)
            dissenting = (match_of(table, rule, dissent=True) for rule in outcome.dissenting)
            known = self._matches[id(outcome)] = outcome, (*deciding, *dissenting)
        return known[1]


def _overall(outcomes: Collection[Outcome]) -> Status:
    matched = any(outcome.status is Status.MATCHED for outcome in outcomes)
    return Status.MATCHED if matched else Status.NO_MATCH


class _Walk:
    """Goes through tables as a single decision does: what a table reads comes before it, and nothing comes twice."""

    def __init__(self, said: Mapping[str, Said], producers: Mapping[str, TableNode], given: Collection[str]) -> None:
        self._said, self._producers = said, producers
        self._seen = set(given)
        self._found: dict[str, Outcome] = {}

    def through(self, asked: Collection[str]) -> dict[str, Outcome]:
        """The outcomes of all tables gone through, by their keys and in this order."""
        for key in asked:
            self._table(key)
        return self._found

    def _table(self, key: str) -> None:
        outcome = self._said[key].outcome
        if key not in self._found and isinstance(outcome, Outcome):
            self._fields(self._said[key].read)
            self._found[key] = outcome

    def _fields(self, keys: Collection[str]) -> None:
        for key in keys:
            if key in self._seen:
                continue
            self._seen.add(key)
            producer = self._producers.get(key)
            if producer is not None:
                self._table(producer.key)
            else:
                self._fields(self._said[step_of(key)].read)
