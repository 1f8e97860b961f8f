"""Random small changes of random models, for comparing a model with what might be next year's."""

from __future__ import annotations

import dataclasses
import datetime
import random
from collections.abc import Callable

from decision_tables.cells import Place
from decision_tables.expressions import Expression
from decision_tables.grammar import Condition
from decision_tables.model import (
    Computed,
    Field,
    HitPolicy,
    ListValue,
    Literal,
    ModelDefinition,
    Period,
    Result,
    Rule,
    Table,
)
from decision_tables.regions import Interval, Ordered
from decision_tables.values import FieldType, Value
from tests.support.random_models import random_region

TURN = datetime.date(2025, 7, 1)
"""The day on which something that a mutation limits begins."""

Mutation = Callable[[ModelDefinition, random.Random], ModelDefinition]


def mutated(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    """The model with one to three random changes."""
    for mutation in chance.choices(MUTATIONS, k=chance.randint(1, 3)):
        model = mutation(model, chance)
    return model


def _in_table(change: Callable[[Table, random.Random], Table]) -> Mutation:
    def apply(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
        at = chance.randrange(len(model.tables))
        tables = list(model.tables)
        tables[at] = change(tables[at], chance)
        return dataclasses.replace(model, tables=tuple(tables))

    return apply


def _numbered(table: Table, rules: list[Rule]) -> Table:
    """The table with these rules; ids are kept, positions counted again."""
    again = (dataclasses.replace(rule, position=n) for n, rule in enumerate(rules, start=1))
    return dataclasses.replace(table, rules=tuple(again)) if rules else table


def _one(table: Table, chance: random.Random, change: Callable[[Rule], Rule]) -> Table:
    rules = list(table.rules)
    at = chance.randrange(len(rules))
    rules[at] = change(rules[at])
    return _numbered(table, rules)


def _result(table: Table, chance: random.Random) -> Table:
    names: list[Value] = ["a", "b", "c"] if table.results[0].field == "group" else [1, 2, 3, 9]
    return _one(table, chance, lambda r: dataclasses.replace(r, results=(Literal(chance.choice(names), Place()),)))


def _condition(table: Table, chance: random.Random) -> Table:
    def change(rule: Rule) -> Rule:
        if rule.is_default:
            return rule
        at = chance.randrange(len(rule.conditions))
        conditions = list(rule.conditions)
        conditions[at] = Condition(random_region(table.conditions[at].field, chance), "")
        return dataclasses.replace(rule, conditions=tuple(conditions))

    return _one(table, chance, change)


def _dropped(table: Table, chance: random.Random) -> Table:
    rules = list(table.rules)
    del rules[chance.randrange(len(rules))]
    return _numbered(table, rules)


def _added(table: Table, chance: random.Random) -> Table:
    rules = list(table.rules)
    model = chance.choice(rules)
    if model.is_default:
        return table
    conditions = tuple(Condition(random_region(column.field, chance), "") for column in table.conditions)
    rules.insert(chance.randint(0, len(rules)), dataclasses.replace(model, id="new", conditions=conditions))
    return _numbered(table, rules)


def _shuffled(table: Table, chance: random.Random) -> Table:
    rules = list(table.rules)
    chance.shuffle(rules)
    return _numbered(table, rules)


def _renamed(table: Table, chance: random.Random) -> Table:
    rules = [dataclasses.replace(rule, id=f"r{rule.id}") for rule in table.rules]
    return dataclasses.replace(_numbered(table, rules), title="renamed")


def _policy(table: Table, chance: random.Random) -> Table:
    single = [HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.ANY, HitPolicy.PRIORITY, HitPolicy.MOST_SPECIFIC]
    policy = chance.choice(single if table.results[0].field == "group" else list(HitPolicy))
    return dataclasses.replace(table, hit_policy=policy)


def _dates(table: Table, chance: random.Random) -> Table:
    before = chance.random() < 0.5
    period = Period(None, TURN - datetime.timedelta(days=1)) if before else Period(TURN, None)
    return _one(table, chance, lambda rule: dataclasses.replace(rule, period=period))


def _column(table: Table, chance: random.Random) -> Table:
    """One more condition column, which most rules leave open."""
    free = [f for f in ("kind", "age", "local", "marks") if f not in {c.field for c in table.conditions}]
    if not free:
        return table
    field = chance.choice(free)
    column = dataclasses.replace(table.conditions[0], field=field)
    rules = []
    for rule in table.rules:
        condition = Condition(random_region(field, chance) if not rule.is_default else random_region("", _open()), "")
        rules.append(dataclasses.replace(rule, conditions=(condition, *rule.conditions)))
    return _numbered(dataclasses.replace(table, conditions=(column, *table.conditions)), rules)


class _open(random.Random):  # noqa: N801
    """Chance that always leaves a condition open."""

    def random(self) -> float:
        return 0.0


def _field(key: str, change: Callable[[Field, random.Random], Field]) -> Mutation:
    def apply(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
        return dataclasses.replace(model, fields={**model.fields, key: change(model.fields[key], chance)})

    return apply


def _domain(field: Field, chance: random.Random) -> Field:
    low, high = chance.choice([(0, 3), (1, 4), (0, 4), (2, 2)])
    return dataclasses.replace(field, domain=Ordered(FieldType.INTEGER, (Interval(low, high),)))


def _value_added(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    values = model.lists["list"]
    if "d" in values.by_key:
        return model
    grown = dataclasses.replace(values, values=(*values.values, ListValue("d", "D", chance.choice([None, "a"]))))
    return dataclasses.replace(model, lists={"list": grown})


def _value_removed(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    values = model.lists["list"]
    kept = tuple(value for value in values.values if value.key != chance.choice("abcd"))
    return dataclasses.replace(model, lists={"list": dataclasses.replace(values, values=kept)}) if kept else model


def _value_ends(model: ModelDefinition, chance: random.Random) -> ModelDefinition:
    values = model.lists["list"]
    key = chance.choice("abc")
    period = chance.choice([Period(TURN, None), Period(None, TURN - datetime.timedelta(days=1))])
    changed = tuple(dataclasses.replace(v, period=period) if v.key == key else v for v in values.values)
    return dataclasses.replace(model, lists={"list": dataclasses.replace(values, values=changed)})


def with_formulas(model: ModelDefinition, formulas: list[Expression], chance: random.Random) -> ModelDefinition:
    """The model with some results of its last table computed by one of the formulas."""
    table = model.tables[-1]
    rules = []
    for rule in table.rules:
        result: Result = rule.results[0]
        if chance.random() < 0.5:
            result = Computed(chance.choice(formulas), Place())
        rules.append(dataclasses.replace(rule, results=(result,)))
    return dataclasses.replace(model, tables=(*model.tables[:-1], dataclasses.replace(table, rules=tuple(rules))))


MUTATIONS: list[Mutation] = [
    *map(_in_table, (_result, _condition, _dropped, _added, _shuffled, _renamed, _policy, _dates, _column)),
    *map(_in_table, (_result, _condition, _condition)),
    _field("age", _domain),
    _field("age", lambda field, chance: dataclasses.replace(field, required=not field.required)),
    _field("age", lambda field, chance: dataclasses.replace(field, default=chance.choice([None, 1, 3]))),
    _field("kind", lambda field, chance: dataclasses.replace(field, default=chance.choice([None, "a", "b"]))),
    _field("local", lambda field, chance: dataclasses.replace(field, required=not field.required)),
    _field("age", lambda field, chance: dataclasses.replace(field, label="岁数")),
    _value_added,
    _value_removed,
    _value_ends,
]
