"""Large tables as bureaus have them: a space of cases parted again and again, each part a rule."""

from __future__ import annotations

import dataclasses
import random

from decision_tables.cells import Place
from decision_tables.grammar import Condition
from decision_tables.model import Column, Field, HitPolicy, ListValue, Literal, ModelDefinition, Rule, Table, ValueList
from decision_tables.regions import EVERYTHING, Interval, Members, Ordered, Region
from decision_tables.values import FieldType

OLDEST = 2_000
NAMES = tuple(f"v{number}" for number in range(60))

Part = tuple[int, int]
"""The first and the last step of a field that a condition admits."""


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """How a large table is made: how many rules and conditions, and of how many rules one condition is opened."""

    rules: int
    conditions: int
    opened: int = 0
    policy: HitPolicy = HitPolicy.UNIQUE


def large_model(shape: Shape, seed: int = 1) -> ModelDefinition:
    """A model with one table whose rules part all inputs between them, but for those that were opened."""
    chance = random.Random(seed)
    fields = [_field(number) for number in range(shape.conditions)]
    boxes = _parted([(0, _steps(field) - 1) for field in fields], shape.rules, chance)
    rules = [_rule(position, box, fields, chance) for position, box in enumerate(boxes, start=1)]
    for at in chance.sample(range(len(rules)), shape.opened):
        rules[at] = _opened(rules[at], chance)
    columns = tuple(Column(field.key, Place("表", 3, number + 2)) for number, field in enumerate(fields))
    fee = Field("fee", "费用", FieldType.INTEGER)
    table = Table(
        key="fee",
        title="费用",
        conditions=columns,
        results=(Column("fee", Place("表", 3, len(fields) + 2)),),
        rules=tuple(rules),
        hit_policy=shape.policy,
        place=Place("表", 1, 1),
    )
    values = ValueList("list", "列表", tuple(ListValue(name, name) for name in NAMES))
    return ModelDefinition("m", "m", {f.key: f for f in (*fields, fee)}, {"list": values}, {}, (table,))


def _field(number: int) -> Field:
    """Ages, names and yes or no in turn."""
    key = f"f{number}"
    match number % 3:
        case 0:
            return Field(key, key, FieldType.INTEGER, domain=Ordered(FieldType.INTEGER, (Interval(0, OLDEST),)))
        case 1:
            return Field(key, key, FieldType.ENUM, value_list="list")
    return Field(key, key, FieldType.BOOLEAN)


def _steps(field: Field) -> int:
    return {FieldType.INTEGER: OLDEST + 1, FieldType.ENUM: len(NAMES), FieldType.BOOLEAN: 2}[field.type]


def _parted(whole: list[Part], count: int, chance: random.Random) -> list[list[Part]]:
    """The whole, cut into ``count`` boxes, one box in two along one field at a time; the oldest box comes first."""
    boxes = [whole]
    at = 0
    while len(boxes) < count:
        box = boxes[at]
        wide = [n for n, (first, last) in enumerate(box) if first < last]
        axis = chance.choice(wide)
        first, last = box[axis]
        cut = chance.randint(first, last - 1)
        if axis % 3 == 0:
            cut = first + max(cut - first, 1) // 5 * 5 if first + max(cut - first, 1) // 5 * 5 < last else cut
        boxes[at] = [part if n != axis else (first, cut) for n, part in enumerate(box)]
        boxes.append([part if n != axis else (cut + 1, last) for n, part in enumerate(box)])
        at = chance.randrange(len(boxes))
        while all(low == high for low, high in boxes[at]):
            at = chance.randrange(len(boxes))
    chance.shuffle(boxes)
    return boxes


def _rule(position: int, box: list[Part], fields: list[Field], chance: random.Random) -> Rule:
    conditions = tuple(Condition(_region(part, field), "") for part, field in zip(box, fields, strict=True))
    fee = Literal(chance.randrange(1_000), Place("表", position + 3, len(fields) + 2))
    return Rule(str(position), position, conditions, (fee,), place=Place("表", position + 3, 1))


def _region(part: Part, field: Field) -> Region:
    first, last = part
    if last - first + 1 == _steps(field):
        return EVERYTHING
    match field.type:
        case FieldType.INTEGER:
            return Ordered(field.type, (Interval(first, last),))
        case FieldType.ENUM:
            return Members(frozenset(NAMES[first : last + 1]))
    return Members(frozenset({first == 1}))


def _opened(rule: Rule, chance: random.Random) -> Rule:
    at = chance.randrange(len(rule.conditions))
    conditions = (Condition(EVERYTHING, "") if n == at else c for n, c in enumerate(rule.conditions))
    return dataclasses.replace(rule, conditions=tuple(conditions))
