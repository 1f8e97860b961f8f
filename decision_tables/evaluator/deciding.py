"""One request from inputs to decision."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from decision_tables.evaluator import messages
from decision_tables.evaluator.decision import Decision, Match, ResultValue, Status
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.inputs import read_inputs
from decision_tables.evaluator.linear import Evaluation, Outcome
from decision_tables.evaluator.missing import MissingInputs
from decision_tables.evaluator.refusal import Reason, Refusal
from decision_tables.model import Rule, Table
from decision_tables.text import Bilingual

Missing: TypeAlias = Callable[[Evaluation, Sequence[Table]], tuple[str, ...]]
"""The missing inputs that count for tables which an evaluation went through."""


def missing_of(evaluation: Evaluation, tables: Sequence[Table]) -> tuple[str, ...]:
    """The missing inputs that count, as they are found anew each time."""
    return MissingInputs(evaluation).of_tables(tables)


def match_of(table: Table, rule: Rule, *, dissent: bool) -> Match:
    """A rule as a decision names it."""
    return Match(
        table=table.key,
        rule=rule.id,
        cell=str(rule.place),
        sources=tuple(str(citation) for citation in rule.citations or table.citations),
        status=rule.status,
        default=rule.is_default,
        dissent=dissent,
    )


def matches_of(table: Table, deciding: Sequence[Rule], dissenting: Sequence[Rule]) -> tuple[Match, ...]:
    """The rules that decided, then those that disagree."""
    return (
        *(match_of(table, rule, dissent=False) for rule in deciding),
        *(match_of(table, rule, dissent=True) for rule in dissenting),
    )


def decide(
    index: ModelIndex, inputs: Mapping[str, object], table: str | None = None, as_of: datetime.date | None = None
) -> Decision:
    """Decide for the inputs: one table with everything above it, or every table of the model.

    A table that the caller has answered (all its results are given) is not evaluated when the whole model is asked,
    and one that is not in force is said so; asked for by name, it is refused. Raises ``Refusal``.
    """
    try:
        return _decide(index, inputs, table, as_of)
    except RecursionError as error:
        raise messages.too_deep() from error


def _decide(
    index: ModelIndex, inputs: Mapping[str, object], table: str | None, as_of: datetime.date | None
) -> Decision:
    day = as_of_date(as_of, index)
    asked = asked_tables(table, index, day)
    evaluation = Evaluation(index, read_inputs(inputs, index, day), day)
    return decision_of(evaluation, asked, is_whole=table is None)


def decision_of(
    evaluation: Evaluation,
    asked: Sequence[Table],
    missing: Missing = missing_of,
    *,
    is_whole: bool,
) -> Decision:
    """What an evaluation answers for the tables asked; ``is_whole`` says that these are all of the model's."""
    index = evaluation.index
    may_be_answered = is_whole and not index.model.producers.keys().isdisjoint(evaluation.given)
    answered = [t for t in asked if may_be_answered and is_given(t, evaluation)]
    outcomes = [evaluation.outcome(t) for t in asked if t not in answered]
    used, overridden = evaluation.used.copy(), tuple(evaluation.overridden)
    evaluated = list(evaluation.outcomes.values())
    return Decision(
        status=_overall(outcomes),
        results=_results(outcomes, answered, evaluation),
        tables=_statuses(evaluated, answered, index.versions if is_whole else ()),
        matched=tuple(_matches(outcomes, evaluated)),
        missing=missing(evaluation, [outcome.table for outcome in outcomes]),
        overridden=overridden,
        unused=tuple([key for key in evaluation.given if key not in used]),
        as_of=evaluation.as_of,
        model=index.model.key,
        digest=index.model.digest,
    )


def as_of_date(as_of: datetime.date | None, index: ModelIndex) -> datetime.date:
    """The date whose rules apply; today where none was asked for. Raises ``Refusal`` for what is no date."""
    if as_of is None:
        return index.today()
    if isinstance(as_of, datetime.datetime) or not isinstance(as_of, datetime.date):
        message = Bilingual(f"基准日“{as_of}”不是日期。", f"The as-of date “{as_of}” is no calendar date.")
        raise Refusal(Reason.INVALID_REQUEST, message, field="as_of")
    return as_of


def asked_tables(name: str | None, index: ModelIndex, day: datetime.date) -> list[Table]:
    """The table asked for by key or title, or all that are in force. Raises ``Refusal``."""
    if name is None:
        found = [version for key in index.versions if (version := index.version(key, day))]
        if not found:
            raise messages.nothing_in_force(day)
        return found
    key = index.table_keys.get(name)
    if key is None:
        raise messages.unknown_table(name, index.table_keys)
    version = index.version(key, day)
    if version is None:
        raise messages.table_not_in_force(key, day, [table.place for table in index.versions[key]])
    return [version]


def is_given(table: Table, evaluation: Evaluation) -> bool:
    """Whether the caller gave every result of the table, which are then used."""
    given = all(column.field in evaluation.given for column in table.results)
    if given:
        for column in table.results:
            evaluation.value(column.field)
    return given


def _overall(outcomes: Iterable[Outcome]) -> Status:
    matched = any(outcome.status is Status.MATCHED for outcome in outcomes)
    return Status.MATCHED if matched else Status.NO_MATCH


def _results(outcomes: Iterable[Outcome], answered: Iterable[Table], evaluation: Evaluation) -> dict[str, ResultValue]:
    """Results by field in the order of the tables; what the caller gave stands for what he overrode."""
    results: dict[str, ResultValue] = {}
    for outcome in outcomes:
        results |= outcome.values
    for table in answered:
        results |= {column.field: evaluation.given[column.field] for column in table.results}
    return results


def _statuses(evaluated: Iterable[Outcome], answered: Iterable[Table], listed: Iterable[str]) -> dict[str, Status]:
    """How each table came out, in the order in which they were evaluated, or in that of a list of all tables."""
    statuses = {outcome.table.key: outcome.status for outcome in evaluated}
    statuses |= {table.key: Status.OVERRIDDEN for table in answered}
    return {key: statuses.get(key, Status.NOT_IN_FORCE) for key in listed} or statuses


def _matches(asked: Sequence[Outcome], evaluated: Sequence[Outcome]) -> list[Match]:
    """The rules of the asked tables first, then those of the tables above them."""
    found: list[Match] = []
    for outcome in _in_order(asked, evaluated):
        found += (
            matches_of(outcome.table, outcome.deciding, outcome.dissenting)
            if outcome.matched is None
            else outcome.matched
        )
    return found


def _in_order(asked: Sequence[Outcome], evaluated: Sequence[Outcome]) -> Sequence[Outcome]:
    if len(evaluated) == len(asked):
        return asked
    known = set(map(id, asked))
    return [*asked, *(outcome for outcome in evaluated if id(outcome) not in known)]
