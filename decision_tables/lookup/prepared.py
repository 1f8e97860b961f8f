"""Decisions that are ready but for the day on which they are asked."""

from __future__ import annotations

import dataclasses

from decision_tables.compiler import CompiledTable
from decision_tables.compiler.answers import Answer
from decision_tables.evaluator.deciding import match_of, matches_of
from decision_tables.evaluator.decision import Decision, Match, ResultValue, Status
from decision_tables.model import Computed, Rule, Table


@dataclasses.dataclass(frozen=True, slots=True)
class Prepared:
    """What a table answers, as a decision says it; the dictionaries are copied for each caller."""

    status: Status
    results: dict[str, ResultValue]
    tables: dict[str, Status]
    matched: tuple[Match, ...]
    missing: tuple[str, ...] = ()


def prepared_answer(compiled: CompiledTable, answer: Answer, statuses: dict[str, Status]) -> Prepared | None:
    """An answer as a decision says it; None where it must be worked out from the inputs, or is refused."""
    if answer.values is None:
        return None
    table, rules = compiled.table, compiled.rules
    columns = zip(table.results, answer.values, strict=True)
    matched = matches_of(table, [rules[n] for n in answer.deciding], [rules[n] for n in answer.dissenting])
    results = {column.field: value for column, value in columns}
    return Prepared(answer.status, results, statuses, matched)


def prepared_rule(table: Table, rule: Rule, statuses: dict[str, Status]) -> Prepared | None:
    """The answer of one rule alone, where its results are constant and the hit policy gives them as they are."""
    if table.hit_policy.aggregates or table.hit_policy.gives_list:
        return None
    results: dict[str, ResultValue] = {}
    for column, result in zip(table.results, rule.results, strict=True):
        if isinstance(result, Computed):
            return None
        results[column.field] = result.value
    return Prepared(Status.MATCHED, results, statuses, (match_of(table, rule, dissent=False),))


def prepared_from(decision: Decision) -> Prepared:
    """What a decision about the same classes of inputs will say again."""
    return Prepared(
        decision.status, decision.results.copy(), decision.tables.copy(), decision.matched, decision.missing
    )
