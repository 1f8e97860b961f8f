"""Random models of tables that rest on each other over three levels, with derived fields and formulas between them.

The fields, lists and values are those of ``rich_models``.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping, Sequence

from decision_tables.cells import Place
from decision_tables.model import Field, HitPolicy, ModelDefinition, Source, Table
from decision_tables.values import FieldType
from tests.support.rich_models import (
    DAYS,
    DERIVED,
    FIRST,
    LISTS,
    PLAIN,
    RESULTS,
    THEN,
    Making,
    Question,
    head_of,
    name_of,
    varied,
    written_value,
)

LEVELS = (("rank", "place"), ("share", "free"), ("fee", "note", "since"))
"""The results of each level; conditions and formulas of a level use those of the levels above it."""

BETWEEN = {
    "twice": ("两倍", FieldType.INTEGER, ("等级*2", "SUM(等级, 人数)", "IF(ISBLANK(等级), 1, 10/等级)")),
    "same": ("同地", FieldType.BOOLEAN, ("去处=地区", "ISBLANK(去处)", "包含(身份们, 身份)", "IF(本地, 等级>2)")),
    "later": ("以后", FieldType.DATE, ("出生日期+等级", "EDATE(出生日期, 12)", "DATE(2000, 年龄, 29)")),
}
COMPUTED = {
    "rank": ("人数*2", "将来年龄", "IF(本地, 1)", "MAX(年龄, 人数)"),
    "place": ("地区", "所在", 'IF(年龄>3, "东区", 地区)'),
    "share": ("比例*2", "1/等级", "IF(本地, 比例, 0.5)", "两倍/10"),
    "free": ("本地", "等级>3", "同地", "AND(本地, 等级>1)"),
    "fee": (
        "收入*份额",
        "IF(免费, 0, 收入)",
        "等级+人数",
        "余额+0.005",
        "LOOKUP(a, 等级, 地区, 地区)",
        "LOOKUP(a, 等级, 地区, 去处)*份额",
        "SLICE(收入, 1, 等级)",
    ),
    "note": ('"n"&等级', '去处&"-"&姓名', "姓名"),
    "since": ("以后", "出生日期+1", "TODAY()"),
}
SINGLE = (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY, HitPolicy.FIRST, HitPolicy.MOST_SPECIFIC)


def graph_model(chance: random.Random) -> ModelDefinition:
    """A model of three to five tables: ``a``, ``b`` or ``b2`` below it, ``t`` or ``t2`` at the end."""
    fields = {field.key: field for field in (*(varied(field, chance) for field in PLAIN), *RESULTS)}
    making = Making(fields, chance, (head_of("a", ("area",), LEVELS[0]),), COMPUTED)
    for key, (label, type_, formulas) in {**DERIVED, **BETWEEN}.items():
        field = Field(key, label, type_, value_list="area" if type_ is FieldType.ENUM else None)
        formula = making.formula(chance.choice(formulas), field)
        fields[key] = dataclasses.replace(field, formula=formula, place=Place("字段", 9, 6))
    tables = [_table(making, "a", ["area", *_some(PLAIN, 2, chance)], LEVELS[0], SINGLE)]
    tables += _level(making, "b", [*_some(PLAIN, 2, chance), *_above(1, chance)], LEVELS[1], SINGLE)
    tables += _level(making, "t", [*_some(PLAIN, 3, chance), *_above(2, chance)], LEVELS[2], tuple(HitPolicy))
    sources = {"S1": Source("S1", "办法"), "S2": Source("S2", "通知")}
    return ModelDefinition("m", "模型", fields, LISTS, sources, tuple(tables), digest="sha256:00")


def _some(fields: Sequence[Field], most: int, chance: random.Random) -> list[str]:
    return [field.key for field in chance.sample(fields, chance.randint(0, most))]


def _above(level: int, chance: random.Random) -> list[str]:
    """Results of the levels above, and derived fields."""
    results = [key for above in LEVELS[:level] for key in above]
    return chance.sample([*results, *BETWEEN, *DERIVED], chance.randint(1, 3))


def _level(
    making: Making, key: str, tested: list[str], results: Sequence[str], policies: Sequence[HitPolicy]
) -> list[Table]:
    """One table, two that follow each other in time, or one that begins late."""
    shape = making.chance.random()
    tables = [_table(making, key, tested, results, policies)]
    if shape < 0.12:
        return [dataclasses.replace(tables[0], period=THEN)]
    if shape < 0.24:
        after = dataclasses.replace(tables[0], rules=tables[0].rules[:1], period=THEN)
        return [dataclasses.replace(tables[0], period=FIRST), after]
    return tables


def _table(making: Making, key: str, tested: list[str], results: Sequence[str], policies: Sequence[HitPolicy]) -> Table:
    policy = making.chance.choice(policies)
    numeric = policy.aggregates and policy is not HitPolicy.COUNT
    fewest = len(results) if key == "a" else 1
    kept = ("fee",) if numeric else making.chance.sample(results, making.chance.randint(fewest, len(results)))
    return making.table(key, list(dict.fromkeys(tested)), kept, policy)


def graph_question(model: ModelDefinition, chance: random.Random) -> Question:
    """A question to one table or to all; all inputs, or some, now and then with results that the caller knows."""
    odds = chance.choice((1.0, 0.95, 0.8, 0.4))
    plain: Mapping[str, Field] = {field.key: field for field in PLAIN}
    inputs: dict[str, object] = {
        name_of(field, chance): written_value(model.fields[key], chance)
        for key, field in plain.items()
        if chance.random() < odds
    }
    for key in (*BETWEEN, *DERIVED, *(key for level in LEVELS for key in level)):
        if chance.random() < 0.06:
            inputs[key] = written_value(model.fields[key], chance)
    return Question(inputs, chance.choice([None, None, "t", "b", "a"]), chance.choice(DAYS))
