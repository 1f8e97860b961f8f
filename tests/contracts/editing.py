"""Edits of a model as a clerk might make them, for comparing what we and others say of them."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable

from decision_tables.cells import Place
from decision_tables.model import Column, Field, HitPolicy, ListValue, ModelDefinition, Table
from decision_tables.regions import Interval, Ordered
from decision_tables.values import FieldType

Edit = Callable[[ModelDefinition, random.Random], ModelDefinition]


def edited(model: ModelDefinition, chance: random.Random, count: int = 1) -> ModelDefinition:
    """The model after some random edits; its tables have no rules any more, only columns."""
    for _ in range(count):
        model = chance.choice(EDITS)(model, chance)
    return dataclasses.replace(model, tables=tuple(dataclasses.replace(t, rules=()) for t in model.tables))


def _with_tables(model: ModelDefinition, change: Callable[[Table], Table], key: str) -> ModelDefinition:
    tables = tuple(change(dataclasses.replace(t, rules=())) if t.key == key else t for t in model.tables)
    return dataclasses.replace(model, tables=tables)


def _table(model: ModelDefinition, chance: random.Random) -> str:
    return chance.choice(model.table_keys)


def _drop_condition(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    dropped = chance.random()

    def change(table: Table) -> Table:
        index = int(dropped * len(table.conditions))
        return dataclasses.replace(table, conditions=table.conditions[:index] + table.conditions[index + 1 :])

    return _with_tables(model, change, _table(model, chance))


def _add_condition(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    key = _table(model, chance)
    yielded = {column.field for table in model.tables for column in table.results}
    inputs = [f.key for f in model.fields.values() if f.formula is None and f.key not in yielded]
    column = Column(chance.choice(inputs), Place("表", 3, 3)) if inputs else None

    def change(table: Table) -> Table:
        return dataclasses.replace(table, conditions=(*(() if column is None else (column,)), *table.conditions))

    return _with_tables(model, change, key)


def _add_field(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    key = f"new{len(model.fields)}"
    field = Field(key, f"新{key}", chance.choice([FieldType.TEXT, FieldType.DATE, FieldType.MONEY, FieldType.INTEGER]))
    field = dataclasses.replace(field, required=chance.random() < 0.3)
    fields = list(model.fields.values())
    fields.insert(chance.randrange(len(fields) + 1), field)
    model = dataclasses.replace(model, fields={f.key: f for f in fields})
    column = Column(key, Place("表", 3, 4))

    def change(table: Table) -> Table:
        if chance.random() < 0.3:
            return dataclasses.replace(table, results=(*table.results, column))
        return dataclasses.replace(table, conditions=(column, *table.conditions))

    return _with_tables(model, change, _table(model, chance))


def _drop_field(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    yielded = {column.field for table in model.tables for column in table.results}
    free = [f for f in model.fields.values() if f.key not in yielded and f.formula is None]
    if not free or any(f.formula is not None for f in model.fields.values()):
        return model
    key = chance.choice(free).key
    tables = tuple(
        dataclasses.replace(t, rules=(), conditions=tuple(c for c in t.conditions if c.field != key))
        for t in model.tables
    )
    return dataclasses.replace(model, tables=tables, fields={k: f for k, f in model.fields.items() if k != key})


def _drop_result(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    def change(table: Table) -> Table:
        return dataclasses.replace(table, results=table.results[1:]) if len(table.results) > 1 else table

    return _with_tables(model, change, _table(model, chance))


def _change_policy(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    policy = chance.choice([HitPolicy.FIRST, HitPolicy.RULE_ORDER])
    return _with_tables(model, lambda table: dataclasses.replace(table, hit_policy=policy), _table(model, chance))


def _change_type(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    field = chance.choice([f for f in model.fields.values() if f.formula is None])
    type_ = chance.choice([FieldType.TEXT, FieldType.INTEGER, FieldType.MONEY, FieldType.BOOLEAN])
    return _with_field(model, dataclasses.replace(field, type=type_, domain=None, value_list=None, default=None))


def _change_domain(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    whole = [f for f in model.fields.values() if f.type is FieldType.INTEGER]
    if not whole:
        return model
    domain = Ordered(FieldType.INTEGER, (Interval(0, chance.choice([9, 2**31 - 1, 2**31])),))
    return _with_field(model, dataclasses.replace(chance.choice(whole), domain=domain))


def _toggle_required(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    field = chance.choice(list(model.fields.values()))
    return _with_field(model, dataclasses.replace(field, required=not field.required))


def _with_field(model: ModelDefinition, field: Field) -> ModelDefinition:
    return dataclasses.replace(model, fields={**model.fields, field.key: field})


def _shuffle_fields(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    keys = chance.sample(list(model.fields), len(model.fields))
    return dataclasses.replace(model, fields={key: model.fields[key] for key in keys})


def _shuffle_tables(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    return dataclasses.replace(model, tables=tuple(chance.sample(model.tables, len(model.tables))))


def _toggle_frozen(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    found = chance.choice(list(model.lists.values()))
    return dataclasses.replace(
        model, lists={**model.lists, found.key: dataclasses.replace(found, frozen=not found.frozen)}
    )


def _change_values(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    found = chance.choice(list(model.lists.values()))
    values = list(found.values)
    if chance.random() < 0.5:
        values.insert(0, ListValue(f"more{len(values)}", f"新值{len(values)}"))
    elif len(values) > 1:
        del values[chance.randrange(len(values))]
    return dataclasses.replace(
        model, lists={**model.lists, found.key: dataclasses.replace(found, values=tuple(values))}
    )


def _relabel(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    field = chance.choice(list(model.fields.values()))
    return _with_field(model, dataclasses.replace(field, label=f"{field.label}改"))


EDITS: tuple[Edit, ...] = (
    _drop_condition,
    _add_condition,
    _add_field,
    _drop_field,
    _drop_result,
    _change_policy,
    _change_type,
    _change_domain,
    _toggle_required,
    _shuffle_fields,
    _shuffle_tables,
    _toggle_frozen,
    _change_values,
    _relabel,
)
