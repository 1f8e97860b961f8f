"""Results that never occur, since no rule that can decide gives them."""

from __future__ import annotations

from collections.abc import Iterator

from decision_tables.analysis.deciding import met_somewhere
from decision_tables.analysis.space import members
from decision_tables.analysis.subject import Subject
from decision_tables.analysis.unused_default import used_defaults
from decision_tables.analysis.unused_value import mentioned_values
from decision_tables.analysis.upstream import Upstream
from decision_tables.analysis.walk import Budget, Unfinished
from decision_tables.cells import Place
from decision_tables.evaluator.showing import shown_value
from decision_tables.model import Computed, Field, ModelDefinition, RuleStatus, Table
from decision_tables.problems import Problems
from decision_tables.text import Bilingual
from decision_tables.values import Value

NAME = Bilingual("永远不会出现的结果", "results that never occur")


def check_results(upstream: Upstream, problems: Problems) -> None:
    """Report each value of a result's list that only rules which never decide give, or that no rule gives.

    A list that plain inputs use too is left alone in the second case, and so is a value that no rule mentions at all,
    which is a finding of its own. Amounts and texts have no list of what is expected: there the rule says it all.
    """
    model = upstream.model
    mentioned = mentioned_values(model)
    for key in model.producers:
        field = model.fields[key]
        tables = [table for table in model.tables if any(column.field == key for column in table.results)]
        given, lost = _given(field, tables, upstream, problems)
        for value, place in lost.items() if field.value_list is not None else ():
            problems.add("DT832", place, field=field.label, value=shown_value(value, field, model))
        if given is not None:
            _report_never_given(field, given | lost.keys(), mentioned, model, problems)


def _given(
    field: Field, tables: list[Table], upstream: Upstream, problems: Problems
) -> tuple[set[Value] | None, dict[Value, Place]]:
    """The values that deciding rules give, None if some are computed or not known; and those that only others give."""
    given: set[Value] = set()
    others: dict[Value, Place] = {}
    is_known = True
    for table in tables:
        at = next(n for n, column in enumerate(table.results) if column.field == field.key)
        deciding = _deciding(table, upstream, problems)
        for rule in table.rules:
            result = rule.results[at]
            if isinstance(result, Computed):
                is_known = False
            elif deciding is None or rule.position in deciding:
                given.add(result.value)
            elif rule.status is not RuleStatus.NOTED and not rule.is_default and result.value is not None:
                others.setdefault(result.value, result.place)
    lost = {value: place for value, place in others.items() if value not in given}
    return (given if is_known else None), (lost if is_known else {})


def _deciding(table: Table, upstream: Upstream, problems: Problems) -> set[int] | None:
    """The positions of the rules that decide somewhere; None if that is not known."""
    if not upstream.is_sound(table):
        return None
    subject, budget = Subject(table, upstream), Budget()
    counts_all = table.hit_policy.gives_list or table.hit_policy.aggregates
    found: set[int] = set()
    try:
        for space in subject.spaces:
            rules = met_somewhere(space, budget) if counts_all else upstream.winners(space)
            found |= {space.rules[number].position for number in members(rules)}
        return found | used_defaults(subject, budget)
    except Unfinished:
        subject.unfinished(NAME, problems)
        return None


def _report_never_given(
    field: Field, given: set[Value], mentioned: dict[str, set[str]], model: ModelDefinition, problems: Problems
) -> None:
    if field.value_list is None or any(_is_plain(other, model) for other in _sharing(field, model)):
        return
    value_list = model.lists[field.value_list]
    keys = {key for value in given if value for key in (value if isinstance(value, frozenset) else [value])}
    for value in value_list.values:
        if not value.group_only and value.key not in keys and value.key in mentioned.get(value_list.key, set()):
            problems.add("DT833", value.place, field=field.label, value=value.label)


def _sharing(field: Field, model: ModelDefinition) -> Iterator[Field]:
    """The other fields with the same list."""
    return (other for other in model.fields.values() if other.value_list == field.value_list and other is not field)


def _is_plain(field: Field, model: ModelDefinition) -> bool:
    return field.key not in model.producers or field.formula is not None
