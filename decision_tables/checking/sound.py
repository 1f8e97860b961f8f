"""Which parts of a model can be examined although other parts are at fault."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from decision_tables.model import Case, HitPolicy, ModelDefinition, Table
from decision_tables.model.builder import Built
from decision_tables.model.graph import needs_of_field, needs_of_table
from decision_tables.problems import Problems, Severity, severity_of

GRAPH_CODES = frozenset({"DT650", "DT651", "DT652", "DT653", "DT654", "DT656"})
"""Findings about the graph as a whole; with one of them no case can be trusted."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sound:
    """The tables without errors, and the cases that rest on such tables only.

    ``remnants`` are tables with errors in some rows, with the rules of the other rows.
    """

    tables: tuple[Table, ...]
    cases: tuple[Case, ...]
    remnants: tuple[Table, ...] = ()


NOTHING_SOUND = Sound((), ())


def sound_parts(model: ModelDefinition, built: Built, problems: Problems) -> Sound:
    """The parts of a model that hold no error and rest on none.

    A case is left out if its own row, a table it rests on, the glossary or the graph is at fault.
    """
    unsound = built.faulty_tables | built.lacking_tables
    tables = tuple(table for table in model.tables if table.place not in unsound)
    in_graph = any(problem.code in GRAPH_CODES and severity_of(problem) is Severity.ERROR for problem in problems)
    if in_graph or not built.glossary_is_sound:
        return Sound(tables, (), _remnants(model, built))
    faulty = {table.key for table in model.tables if table.place in built.faulty_tables}
    readable = (case for case in model.cases if (case.place.sheet, case.place.row) not in built.faulty_cases)
    cases = tuple(case for case in readable if not faulty & _rests_on(case, model))
    return Sound(tables, cases, _remnants(model, built))


def _remnants(model: ModelDefinition, built: Built) -> tuple[Table, ...]:
    faulty = (t for t in model.tables if t.place in built.faulty_tables and t.place not in built.lacking_tables)
    return tuple(table for table in (_remnant(table, built.faulty_rows) for table in faulty) if len(table.rules) > 1)


def _remnant(table: Table, wrong: frozenset[tuple[str, int]]) -> Table:
    """The rules of the rows without errors; none if the rows above the rules have one, or if other rules could undo
    what these do together, as under 最具体.
    """
    first = min((rule.place.row for rule in table.rules), default=0)
    is_known = not any((table.place.sheet, row) in wrong for row in range(table.place.row, first))
    if not is_known or table.hit_policy not in (HitPolicy.UNIQUE, HitPolicy.FIRST):
        return dataclasses.replace(table, rules=())
    rules = tuple(rule for rule in table.rules if (rule.place.sheet, rule.place.row) not in wrong)
    return dataclasses.replace(table, rules=rules)


def _rests_on(case: Case, model: ModelDefinition) -> set[str]:
    """The keys of all tables that a case evaluates."""
    waiting = [case.table] if case.table else list(model.table_keys)
    found: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += _above(key, model)
    return found


def _above(key: str, model: ModelDefinition) -> Iterable[str]:
    for table in model.tables:
        if table.key == key:
            needs = needs_of_table(table)
            yield from needs.tables
            yield from _producers(needs.fields, model)


def _producers(fields: Iterable[str], model: ModelDefinition) -> Iterable[str]:
    waiting, seen = list(fields), set[str]()
    while waiting:
        key = waiting.pop()
        if key in seen:
            continue
        seen.add(key)
        yield from model.producers.get(key, ())
        needs = needs_of_field(model.fields[key])
        yield from needs.tables
        waiting += needs.fields
