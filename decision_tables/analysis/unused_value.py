"""Values of a list that no rule mentions."""

from __future__ import annotations

from collections.abc import Iterator

from decision_tables.analysis.upstream import Upstream
from decision_tables.expressions import named_values
from decision_tables.model import Computed, Field, ModelDefinition, Result, Table
from decision_tables.problems import Problems


def check_unused_values(upstream: Upstream, problems: Problems) -> None:
    """Report each value that no condition, result, formula or default names, itself or above or below it.

    Lists that no rule names at all belong to plain inputs and results, and are left alone.
    """
    model = upstream.model
    for name, keys in mentioned_values(model).items():
        value_list = model.lists[name]
        for value in value_list.values:
            if value_list.below[value.key].isdisjoint(keys):
                problems.add("DT831", value.place, list=value_list.label, value=value.label)


def mentioned_values(model: ModelDefinition) -> dict[str, set[str]]:
    """For each list that the model names values of, their keys."""
    mentioned: dict[str, set[str]] = {}
    for name, key in _mentions(model):
        mentioned.setdefault(name, set()).add(key)
    return mentioned


def _mentions(model: ModelDefinition) -> Iterator[tuple[str, str]]:
    """List and key of every value that the model names."""
    for field in model.fields.values():
        if field.formula is not None:
            yield from named_values(field.formula)
        yield from _of_value(field, field.default)
    for table in model.tables:
        yield from _mentions_of_table(table, model)


def _mentions_of_table(table: Table, model: ModelDefinition) -> Iterator[tuple[str, str]]:
    for at, column in enumerate(table.conditions):
        value_list = model.fields[column.field].value_list
        if value_list is not None:
            for condition in {id(rule.conditions[at]): rule.conditions[at] for rule in table.rules}.values():
                yield from ((value_list, key) for key in condition.mentions)
    for at, column in enumerate(table.results):
        for rule in table.rules:
            yield from _of_result(rule.results[at], model.fields[column.field])


def _of_result(result: Result, field: Field) -> Iterator[tuple[str, str]]:
    if isinstance(result, Computed):
        yield from named_values(result.expression)
    else:
        yield from _of_value(field, result.value)


def _of_value(field: Field, value: object) -> Iterator[tuple[str, str]]:
    if field.value_list is not None and value is not None:
        keys = value if isinstance(value, frozenset) else [value]
        yield from ((field.value_list, str(key)) for key in keys)
