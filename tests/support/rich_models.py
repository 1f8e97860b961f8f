"""Random models with everything that the table language has: all types and policies, hierarchies, periods, formulas,
tables that rest on each other; and random questions to them, right ones and wrong ones.

Built from records and not from workbooks, so that thousands take seconds. ``random_models`` makes the small ones that
can be tried out whole.
"""

from __future__ import annotations

import dataclasses
import datetime
import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

from decision_tables.cells import Place
from decision_tables.expressions import Expression, Target, parse_expression
from decision_tables.grammar import Condition
from decision_tables.model import (
    ALWAYS,
    Citation,
    Column,
    Computed,
    Field,
    HitPolicy,
    ListValue,
    Literal,
    ModelDefinition,
    Period,
    Preference,
    Result,
    Rule,
    RuleStatus,
    Source,
    Table,
    ValueList,
)
from decision_tables.model.builder import GlossaryScope
from decision_tables.regions import (
    EVERYTHING,
    Interval,
    Members,
    Ordered,
    Region,
    SetTest,
    Subsets,
    Texts,
    TextTest,
)
from decision_tables.values import FieldType, Value

DAYS = [datetime.date(2024, 12, 31), datetime.date(2025, 1, 1), datetime.date(2025, 6, 1), datetime.date(2026, 1, 1)]
FIRST = Period(None, datetime.date(2024, 12, 31))
THEN = Period(datetime.date(2025, 1, 1), None)
BRIEF = Period(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))
PERIODS = [FIRST, THEN, BRIEF]

AREAS = ValueList(
    "area",
    "地区",
    (
        ListValue("land", "全国", group_only=True),
        ListValue("city", "本市", "land", ("市内",)),
        ListValue("east", "东区", "city"),
        ListValue("west", "西区", "city", period=THEN),
        ListValue("away", "外地", "land", ("外省", "外市")),
    ),
)
MARKS = ValueList("mark", "身份", tuple(ListValue(f"m{n}", f"身份{n}", "m0" if n == 1 else None) for n in range(5)))
MANY = ValueList("many", "证件", tuple(ListValue(f"c{n}", f"证件{n}") for n in range(20)))
LISTS = {each.key: each for each in (AREAS, MARKS, MANY)}
TEXTS = ("甲", "甲乙", "乙", "丙", "ab", "abc", "b")

PLAIN = (
    Field("area", "地区", FieldType.ENUM, value_list="area"),
    Field("mark", "身份", FieldType.ENUM, value_list="mark"),
    Field("age", "年龄", FieldType.INTEGER, domain=Ordered(FieldType.INTEGER, (Interval(0, 9),)), domain_reading="0-9"),
    Field("count", "人数", FieldType.INTEGER),
    Field("income", "收入", FieldType.MONEY),
    Field("ratio", "比例", FieldType.PERCENT),
    Field("weight", "重量", FieldType.DECIMAL),
    Field("birth", "出生日期", FieldType.DATE),
    Field("local", "本地", FieldType.BOOLEAN),
    Field("marks", "身份们", FieldType.SET, value_list="mark"),
    Field("cards", "证件", FieldType.SET, value_list="many"),
    Field("name", "姓名", FieldType.TEXT),
)
RESULTS = (
    Field("fee", "费用", FieldType.MONEY, domain=Ordered(FieldType.MONEY, (Interval(None, Decimal(900)),))),
    Field("rank", "等级", FieldType.INTEGER),
    Field("place", "去处", FieldType.ENUM, value_list="area"),
    Field("share", "份额", FieldType.PERCENT),
    Field("note", "说明", FieldType.TEXT),
    Field("free", "免费", FieldType.BOOLEAN),
    Field("since", "起始", FieldType.DATE),
)
DERIVED = {
    "older": ("将来年龄", FieldType.INTEGER, ("年龄+1", "IF(ISBLANK(年龄), 0, 年龄*2)", "10/年龄", "SUM(年龄, 人数)")),
    "left": ("余额", FieldType.MONEY, ("收入-人数", "收入/3", "MAX(0, 收入-2)", "IF(本地, 收入, 0)")),
    "where": ("所在", FieldType.ENUM, ('IF(本地, "本市", 地区)', "地区", 'IF(年龄>3, "东区")')),
}
COMPUTED = {
    "fee": (
        "收入*2",
        "IF(本地, 10, 收入/年龄)",
        "人数+0.005",
        "100/年龄",
        "收入+余额",
        "LOOKUP(side, 等级, 地区, 地区)",
    ),
    "rank": ("人数*2", "将来年龄", "LOOKUP(side, 等级, 地区, 地区)", "IF(本地, 1)"),
    "share": ("1/3", "比例*2"),
    "note": ('"a"&人数', "姓名"),
    "place": ("地区", "所在"),
    "free": ("本地", "年龄>3"),
    "since": ("出生日期+1", "TODAY()"),
}
NUMBERS: dict[FieldType, list[Any]] = {
    FieldType.INTEGER: [0, 1, 2, 3, 5, 7, 9, -1],
    FieldType.MONEY: [Decimal(text) for text in ("0", "0.01", "1", "1.99", "2", "2.01", "5")],
    FieldType.PERCENT: [Decimal(text) for text in ("0", "0.1", "0.333", "0.5", "1")],
    FieldType.DECIMAL: [Decimal(text) for text in ("-1", "0", "0.001", "1.5", "2", "3")],
    FieldType.DATE: [datetime.date(2000, 2, 29), datetime.date(2010, 1, 1), datetime.date(2010, 1, 2), DAYS[2]],
}


# Conditions


def random_region(field: Field, chance: random.Random) -> Region:
    """What a cell under a field might demand; often everything."""
    if chance.random() < 0.3:
        return EVERYTHING
    missing = chance.random() < 0.12
    if field.type.is_ordered:
        return _ordered(field.type, chance, missing)
    if field.type is FieldType.BOOLEAN:
        return Members(frozenset({chance.random() < 0.5}), missing)
    if field.type is FieldType.TEXT:
        tests = {(chance.choice(list(TextTest)[: chance.choice((1, 3))]), chance.choice(TEXTS)) for _ in range(2)}
        return Texts(frozenset(tests), chance.random() < 0.3, missing)
    below = LISTS[field.value_list or ""].below
    groups = tuple(below[key] for key in chance.sample(sorted(below), chance.randint(1, 3)))
    if field.type is FieldType.ENUM:
        named = frozenset[str]().union(*groups)
        return Members(frozenset(below) - named if chance.random() < 0.2 else named, missing)
    test = chance.choice(list(SetTest))
    return Subsets(test, () if test is SetTest.EMPTY else groups)


def _ordered(type_: FieldType, chance: random.Random, missing: bool) -> Region:
    intervals = []
    for _ in range(chance.choice((1, 1, 1, 2))):
        low, high = sorted(chance.choices(NUMBERS[type_], k=2))
        closed = (chance.random() < 0.7, chance.random() < 0.7)
        shape = chance.random()
        intervals.append(
            Interval(
                low if shape > 0.2 else None, high if shape < 0.8 else None, *(closed if low < high else (True, True))
            )
        )
    kept = [each if chance.random() < 0.9 or each.low is None else Interval(each.low, each.low) for each in intervals]
    return Ordered(type_, tuple(kept), missing)


# Tables


@dataclasses.dataclass(frozen=True)
class Making:
    """One model while it is made."""

    fields: dict[str, Field]
    chance: random.Random
    heads: tuple[Any, ...]
    computed: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=lambda: COMPUTED)

    def formula(self, text: str, field: Field) -> Expression | None:
        """A formula for a field; None where it does not fit."""
        names = {name: each.key for each in self.fields.values() for name in (each.key, each.label)}
        glossary = SimpleNamespace(names=names, fields=self.fields, lists=LISTS)
        scope = GlossaryScope(cast(Any, glossary), self.heads)
        return parse_expression(text, scope, Target(field.type, field.value_list))[0]

    def result(self, key: str, policy: HitPolicy, *, with_formulas: bool) -> Result:
        """A result cell."""
        field, chance = self.fields[key], self.chance
        if with_formulas and key in self.computed and chance.random() < 0.25:
            formula = self.formula(chance.choice(self.computed[key]), field)
            if formula is not None:
                return Computed(formula, Place("f", chance.randint(1, 9), 2))
        if chance.random() < 0.1:
            return Literal(None, Place())
        return Literal(_some(field, chance), Place())

    def table(self, key: str, conditions: Sequence[str], results: Sequence[str], policy: HitPolicy) -> Table:
        """A table over these fields."""
        chance = self.chance
        with_formulas = chance.random() < 0.4
        has_periods = chance.random() < 0.35
        rules: list[Rule] = []
        for position in range(1, chance.randint(1, 9) + 1):
            is_default = position > 1 and chance.random() < 0.06 and not any(rule.is_default for rule in rules)
            rules.append(
                Rule(
                    id="默认" if is_default else f"r{position}",
                    position=position,
                    conditions=tuple(
                        Condition(
                            EVERYTHING if is_default else random_region(self.fields[c], chance), f"读法{position}"
                        )
                        for c in conditions
                    ),
                    results=tuple(self.result(r, policy, with_formulas=with_formulas) for r in results),
                    is_default=is_default,
                    priority=chance.choice([None, 1, 2, 3]) if policy in _RANKING else None,
                    status=chance.choice([RuleStatus.ADOPTED] * 6 + [RuleStatus.CONTESTED, RuleStatus.NOTED]),
                    period=chance.choice([ALWAYS, *PERIODS]) if has_periods else ALWAYS,
                    citations=(Citation("S1", f"第{position}条"),) if chance.random() < 0.4 else (),
                    place=Place(key, position + 3, 1),
                )
            )
        return Table(
            key=key,
            title=f"表{key}",
            conditions=tuple(Column(c, Place(key, 2, n)) for n, c in enumerate(conditions, start=2)),
            results=tuple(Column(r, Place(key, 2, n)) for n, r in enumerate(results, start=20)),
            rules=tuple(rules),
            hit_policy=policy,
            preference=Preference(results[0], chance.random() < 0.5)
            if policy in _RANKING and chance.random() < 0.4
            else None,
            citations=(Citation("S2"),) if chance.random() < 0.3 else (),
            place=Place(key, 1, 1),
        )


_RANKING = (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)
_SINGLE = (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY, HitPolicy.FIRST, HitPolicy.MOST_SPECIFIC)
_SUMMING = (HitPolicy.SUM, HitPolicy.MINIMUM, HitPolicy.MAXIMUM)


def _some(field: Field, chance: random.Random) -> Value:
    if field.type in NUMBERS:
        return cast(Value, chance.choice(NUMBERS[field.type]))
    if field.type is FieldType.BOOLEAN:
        return chance.random() < 0.5
    if field.type is FieldType.TEXT:
        return chance.choice(TEXTS)
    keys = [value.key for value in LISTS[field.value_list or ""].values if not value.group_only]
    if field.type is FieldType.ENUM:
        return chance.choice(keys)
    return frozenset(chance.sample(keys, chance.randint(1, 3)))


def rich_model(chance: random.Random) -> ModelDefinition:
    """A model of one to four tables: ``t``, sometimes in two versions, and ``upper`` and ``side`` that it rests on."""
    plain = [varied(field, chance) for field in PLAIN]
    fields = {field.key: field for field in (*plain, *RESULTS)}
    policy = chance.choice(list(HitPolicy))
    tested = chance.sample([field.key for field in PLAIN], chance.randint(1, 5))
    numeric = policy.aggregates and policy is not HitPolicy.COUNT
    results = chance.sample(["fee", "rank"] if numeric else [field.key for field in RESULTS], chance.randint(1, 2))
    with_side, with_upper, with_derived = (chance.random() < odds for odds in (0.25, 0.3, 0.35))
    if with_side and ("rank" in results or "place" in results):
        with_side = False
    if with_upper:
        results = [key for key in results if key != "place"] or ["fee"]
    heads = [head_of("side", ("area",), ("rank",))] if with_side else []
    making = Making(fields, chance, tuple(heads))
    if with_derived:
        for key, (label, type_, formulas) in DERIVED.items():
            field = Field(key, label, type_, value_list="area" if type_ is FieldType.ENUM else None)
            formula = making.formula(chance.choice(formulas), field)
            fields[key] = dataclasses.replace(field, formula=formula, place=Place("字段", 9, 6))
        tested += chance.sample(sorted(DERIVED), 1)
    tables = []
    if with_side:
        tables.append(making.table("side", ("area",), ("rank",), chance.choice(_SINGLE)))
    if with_upper:
        upper = chance.sample([field.key for field in PLAIN], chance.randint(1, 2))
        tables.append(making.table("upper", upper, ("place",), chance.choice(_SINGLE)))
        tested.append("place")
    if chance.random() < 0.15:
        tested.append(chance.choice(tested))
    tables += _versions(making, tested, results, policy)
    sources = {"S1": Source("S1", "办法"), "S2": Source("S2", "通知")}
    return ModelDefinition("m", "模型", fields, LISTS, sources, tuple(tables), digest="sha256:00")


def _versions(making: Making, tested: list[str], results: list[str], policy: HitPolicy) -> list[Table]:
    table = making.table("t", tested, results, policy)
    if making.chance.random() < 0.8:
        return [table]
    before = making.table("t", tested, results, policy)
    return [dataclasses.replace(before, period=FIRST), dataclasses.replace(table, period=THEN)]


def head_of(key: str, conditions: Sequence[str], results: Sequence[str]) -> Any:
    return SimpleNamespace(
        key=key,
        title=key,
        conditions=tuple(Column(c, Place()) for c in conditions),
        results=tuple(Column(r, Place()) for r in results),
        settings=SimpleNamespace(hit_policy=HitPolicy.FIRST),
    )


def varied(field: Field, chance: random.Random) -> Field:
    """A field that is sometimes required, and sometimes has a default."""
    draw = chance.random()
    if draw < 0.08:
        return dataclasses.replace(field, required=True)
    return dataclasses.replace(field, default=_some(field, chance)) if draw < 0.16 else field


# Questions


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """What a caller asks."""

    inputs: dict[str, object]
    table: str | None
    as_of: datetime.date


def random_question(model: ModelDefinition, chance: random.Random) -> Question:
    """Mostly a question that can be answered, sometimes one with something wrong or unusual in it."""
    table = model.tables[-1]
    needed = {column.field for column in table.conditions}
    needed |= {column.field for each in model.tables if each is not table for column in each.conditions}
    inputs: dict[str, object] = {}
    for field in PLAIN:
        odds = 0.93 if field.key in needed else 0.15
        if chance.random() < odds:
            inputs[name_of(field, chance)] = written_value(model.fields[field.key], chance)
    for key in ("place", "older", "left", "where", "rank"):
        if key in model.fields and chance.random() < 0.04:
            inputs[key] = written_value(model.fields[key], chance)
    if chance.random() < 0.01:
        inputs["没有"] = 1
    if chance.random() < 0.02:
        inputs["age"] = 1
        inputs["年龄"] = 2
    asked = chance.choice(["t"] * 8 + ["表t", table.key, None, "没有"]) if chance.random() < 0.3 else "t"
    return Question(inputs, asked, chance.choice(DAYS))


def name_of(field: Field, chance: random.Random) -> str:
    draw = chance.random()
    return field.key if draw < 0.5 else field.label if draw < 0.97 else f" {field.label.replace('年', '年')} "


def written_value(field: Field, chance: random.Random) -> object:
    draw = chance.random()
    if draw < 0.03:
        return chance.choice([None, "", "  ", "无效", 1.5, True, "1", 10**30, Decimal("0.005"), b"x", [], object, "12"])
    if draw < 0.05 and field.type.is_number:
        return chance.choice([Decimal("1." + "0" * 40), float("nan"), 0.1, 2.0, Decimal("1E+3"), Decimal("NaN"), -0.0])
    return _written(field, _some(field, chance), chance)


def _written(field: Field, value: Value, chance: random.Random) -> object:
    """A value as callers give it: of its type, or as text by label, key or alias."""
    if field.type is FieldType.ENUM:
        return chance.choice(_names_of(field, str(value)))
    if isinstance(value, frozenset):
        names = [chance.choice(_names_of(field, key)) for key in sorted(value)]
        return chance.choice([value, names, tuple(names), "、".join(names)])
    if isinstance(value, bool):
        return chance.choice([value, value, "是" if value else "否"])
    if field.type is FieldType.TEXT:
        return chance.choice([value, f" {value}", f"{value}丁"])
    if isinstance(value, int | Decimal):
        return chance.choice([value, value, value, Decimal(value), str(value), f"{value} ", float(value)])
    return chance.choice([value, value, str(value)])


def _names_of(field: Field, key: str) -> list[str]:
    value = LISTS[field.value_list or ""].by_key[key]
    return [key, value.label, *value.aliases]
