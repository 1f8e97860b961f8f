"""Hit policies: from the rules that match to the outcome of a table.

Works on rows of results that are already computed, so that the same resolution serves a decision, the search for
missing inputs, and analysis.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from decision_tables.model import Field, HitPolicy, ModelDefinition, Rule, Table
from decision_tables.regions import covers
from decision_tables.values import EXACT, FieldType

Results = Callable[[Rule], Sequence[Any]]
"""Gives the results of a rule, aligned with the table's result columns."""


class Conflict(Exception):
    """The rules that match cannot be resolved under the hit policy."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        super().__init__("conflicting rules")
        self.rules = tuple(rules)


@dataclasses.dataclass(frozen=True, slots=True)
class Resolution:
    """The rules that decide, and one value per result column (a tuple aligned by hit where all hits are answered)."""

    deciding: tuple[Rule, ...]
    values: tuple[Any, ...]


def resolve(table: Table, hits: Sequence[Rule], results: Results, model: ModelDefinition) -> Resolution:
    """The outcome of the rules that match, in row order, the default row among them only if nothing else matches.

    No hits give no values: None, and 0 for a count. Raises ``Conflict``.
    """
    policy = table.hit_policy
    if policy.aggregates:
        rows = [results(rule) for rule in hits]
        columns = ([row[i] for row in rows] for i in range(len(table.results)))
        return Resolution(tuple(hits), tuple(_aggregate(policy, column) for column in columns))
    if not hits:
        return Resolution((), (None,) * len(table.results))
    if policy.gives_list:
        ordered = _ranked(table, hits, results, model) if policy is HitPolicy.OUTPUT_ORDER else hits
        return Resolution(tuple(ordered), tuple(zip(*map(results, ordered), strict=True)))
    deciding = _SINGLE[policy](table, hits, results, model)
    return Resolution(tuple(deciding), tuple(results(deciding[0])))


def _unique(table: Table, hits: Sequence[Rule], results: Results, model: ModelDefinition) -> Sequence[Rule]:
    if len(hits) > 1:
        raise Conflict(hits)
    return hits


def _any(table: Table, hits: Sequence[Rule], results: Results, model: ModelDefinition) -> Sequence[Rule]:
    return _equal_or_conflict(hits, results)


def _equal_or_conflict(hits: Sequence[Rule], results: Results) -> Sequence[Rule]:
    first = tuple(results(hits[0]))
    if any(tuple(results(rule)) != first for rule in hits[1:]):
        raise Conflict(hits)
    return hits


def _first(table: Table, hits: Sequence[Rule], results: Results, model: ModelDefinition) -> Sequence[Rule]:
    return hits[:1]


def _priority(table: Table, hits: Sequence[Rule], results: Results, model: ModelDefinition) -> Sequence[Rule]:
    ranks = {rule.position: rank_of(table, rule, results, model) for rule in hits}
    best = min(ranks.values())
    return _equal_or_conflict([rule for rule in hits if ranks[rule.position] == best], results)[:1]


def _ranked(table: Table, hits: Sequence[Rule], results: Results, model: ModelDefinition) -> Sequence[Rule]:
    return sorted(hits, key=lambda rule: rank_of(table, rule, results, model))


def rank_of(table: Table, rule: Rule, results: Results, model: ModelDefinition) -> tuple[int, Any]:
    """The rank of a rule under P and O, smallest first; a missing priority and a missing or open result rank last."""
    if table.preference is None:
        if rule.priority is not None:
            return (0, rule.priority)
        if any(other.priority is not None for other in table.rules):
            return (1, 0)
    wanted = table.preference.field if table.preference else table.results[0].field
    position = next(i for i, column in enumerate(table.results) if column.field == wanted)
    value = results(rule)[position]
    if value is None:
        return (1, 0)
    place = _place_of(value, model.fields[wanted], model)
    if place is None:
        return (1, 0)
    return (0, -place if table.preference and table.preference.largest_first else place)


def _place_of(value: Any, field: Field, model: ModelDefinition) -> int | Decimal | None:
    """Where a result stands among those of its field; None for types without an order, and for a formula."""
    if isinstance(value, datetime.date):
        return value.toordinal()
    if field.type is FieldType.ENUM and field.value_list:
        keys = list(model.lists[field.value_list].by_key)
        return keys.index(value) if value in keys else None
    return value if isinstance(value, int | Decimal) else None


def _most_specific(table: Table, hits: Sequence[Rule], results: Results, model: ModelDefinition) -> Sequence[Rule]:
    inner = [rule for rule in hits if all(lies_inside(rule, other) for other in hits)]
    if not inner:
        raise Conflict(hits)
    return _equal_or_conflict(inner, results)[:1]


def lies_inside(rule: Rule, other: Rule) -> bool:
    """Whether every input that meets ``rule`` meets ``other``, column by column."""
    pairs = zip(rule.conditions, other.conditions, strict=True)
    return rule is other or all(covers(outer.region, inner.region) for inner, outer in pairs)


_SINGLE: dict[HitPolicy, Callable[[Table, Sequence[Rule], Results, ModelDefinition], Sequence[Rule]]] = {
    HitPolicy.UNIQUE: _unique,
    HitPolicy.ANY: _any,
    HitPolicy.PRIORITY: _priority,
    HitPolicy.FIRST: _first,
    HitPolicy.MOST_SPECIFIC: _most_specific,
}


def _aggregate(policy: HitPolicy, values: Sequence[Any]) -> Any:
    """One value over all hits; missing results are passed over, and nothing at all gives no value (a count: 0)."""
    if policy is HitPolicy.COUNT:
        return Decimal(len(values))
    present = [value for value in values if value is not None]
    if not present:
        return None
    if policy is HitPolicy.SUM:
        total = Decimal(0)
        for value in present:
            total = EXACT.add(total, Decimal(value))
        return total
    return min(present) if policy is HitPolicy.MINIMUM else max(present)
