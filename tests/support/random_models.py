"""Random small models, built from records and not from workbooks, for comparing evaluators and analysis."""

from __future__ import annotations

import random

from decision_tables.cells import Place
from decision_tables.grammar import Condition
from decision_tables.model import Column, Field, HitPolicy, ListValue, Literal, ModelDefinition, Rule, Table, ValueList
from decision_tables.regions import EVERYTHING, Interval, Members, Ordered, Region, SetTest, Subsets
from decision_tables.values import FieldType, Value

KEYS = ("a", "b", "c")
FIELDS = {
    "kind": Field("kind", "类别", FieldType.ENUM, value_list="list"),
    "age": Field("age", "年龄", FieldType.INTEGER, domain=Ordered(FieldType.INTEGER, (Interval(0, 4),))),
    "local": Field("local", "本地", FieldType.BOOLEAN),
    "marks": Field("marks", "标记", FieldType.SET, value_list="list"),
    "fee": Field("fee", "费用", FieldType.INTEGER),
    "group": Field("group", "组", FieldType.ENUM, value_list="list"),
}
POSSIBLE: dict[str, list[Value]] = {
    "kind": [None, *KEYS],
    "group": [None, *KEYS],
    "age": [None, 0, 1, 2, 3, 4],
    "local": [None, True, False],
    "marks": [None, *(frozenset(c) for c in ("a", "b", "c", "ab", "ac", "bc", "abc"))],
}


def random_region(field: str, chance: random.Random) -> Region:
    """A random region of one of the fields; often everything."""
    if chance.random() < 0.35:
        return EVERYTHING
    missing = chance.random() < 0.15
    if field == "age":
        low, high = sorted(chance.choices(range(5), k=2))
        return Ordered(FieldType.INTEGER, (Interval(low, high),), missing)
    if field == "local":
        return Members(frozenset({chance.random() < 0.5}), missing)
    names = [frozenset(key) for key in chance.sample(KEYS, chance.randint(1, 2))]
    if field == "marks":
        test = chance.choice(list(SetTest))
        return Subsets(test, () if test is SetTest.EMPTY else tuple(names))
    return Members(frozenset[str]().union(*names), missing)


def random_table(key: str, fields: tuple[str, ...], result: str, policy: HitPolicy, chance: random.Random) -> Table:
    """A table of up to six rules over the fields, sometimes with a default rule."""
    count = chance.randint(1, 6)
    rules = [_rule(n, fields, result, policy, chance, is_default=False) for n in range(1, count + 1)]
    if chance.random() < 0.3:
        rules.append(_rule(count + 1, fields, result, policy, chance, is_default=True))
    return Table(
        key=key,
        title=key,
        conditions=tuple(Column(field, Place(key, 1, n)) for n, field in enumerate(fields, start=1)),
        results=(Column(result, Place(key, 1, 9)),),
        rules=tuple(rules),
        hit_policy=policy,
        place=Place(key, 1, 1),
    )


def _rule(
    position: int, fields: tuple[str, ...], result: str, policy: HitPolicy, chance: random.Random, *, is_default: bool
) -> Rule:
    value: Value = chance.choice([1, 2, 3, None]) if result == "fee" else chance.choice([*KEYS, None])
    regions = [EVERYTHING if is_default else random_region(field, chance) for field in fields]
    return Rule(
        id="默认" if is_default else str(position),
        position=position,
        conditions=tuple(Condition(region, "") for region in regions),
        results=(Literal(value, Place()),),
        is_default=is_default,
        priority=chance.randint(1, 3) if policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER) else None,
        place=Place("t", position + 1, 1),
    )


def random_model(chance: random.Random, *, tables: int = 1) -> ModelDefinition:
    """A model of one table, or of two where the first one's result is a condition of the second."""
    policy = chance.choice(list(HitPolicy))
    names = chance.sample(["kind", "age", "local", "marks"], chance.randint(1, 3))
    made = [random_table("t", (*names, *(["group"] if tables == 2 else [])), "fee", policy, chance)]
    if tables == 2:
        single = [HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.ANY, HitPolicy.PRIORITY]
        others = tuple(chance.sample([f for f in ("kind", "age", "local", "marks") if f not in names], 1))
        made.insert(0, random_table("u", others, "group", chance.choice(single), chance))
    values = tuple(ListValue(key, key.upper()) for key in KEYS)
    return ModelDefinition("m", "m", FIELDS, {"list": ValueList("list", "list", values)}, {}, tuple(made))
