"""A small glossary to check formulas against, and an environment to evaluate them in."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal

from decision_tables.expressions import Expression, FieldInfo, Outcome, TableInfo, Target, Unknown, parse_expression
from decision_tables.expressions.scope import Scope
from decision_tables.values import FieldType, Value

FIELDS = (
    FieldInfo("birth_date", "出生日期", FieldType.DATE),
    FieldInfo("enrol_date", "参保日期", FieldType.DATE),
    FieldInfo("age", "年龄", FieldType.INTEGER),
    FieldInfo("month_no", "月", FieldType.INTEGER),
    FieldInfo("income", "收入", FieldType.MONEY),
    FieldInfo("total", "合计(月)", FieldType.MONEY),
    FieldInfo("fee_2025", "2025年费", FieldType.MONEY),
    FieldInfo("annual_fee", "Annual fee", FieldType.MONEY),
    FieldInfo("odd", "a]b[c", FieldType.DECIMAL),
    FieldInfo("factor", "系数", FieldType.DECIMAL),
    FieldInfo("rate", "比例", FieldType.PERCENT),
    FieldInfo("hukou", "户籍", FieldType.ENUM, "area"),
    FieldInfo("parent_hukou", "父母户籍", FieldType.ENUM, "area"),
    FieldInfo("sex", "性别", FieldType.ENUM, "sex"),
    FieldInfo("identity", "身份", FieldType.SET, "identity"),
    FieldInfo("id_number", "证件号码", FieldType.TEXT),
    FieldInfo("remark", "备注", FieldType.TEXT),
    FieldInfo("in_school", "在校", FieldType.BOOLEAN),
    FieldInfo("insured", "参保", FieldType.BOOLEAN),
)

LISTS: dict[str, dict[str, tuple[str, ...]]] = {
    "area": {
        "province": ("示例省",),
        "city": ("示例市", "本市"),
        "east": ("东区",),
        "elsewhere": ("外省", "外地"),
    },
    "sex": {"male": ("男",), "female": ("女",)},
    "identity": {
        "aided": ("困难群众",),
        "low_income": ("低保对象", "低保"),
        "destitute": ("特困人员",),
        "disabled": ("残疾人",),
    },
}
"""For each list the label and the aliases of its keys."""

BELOW = {
    "province": frozenset({"province", "city", "east"}),
    "city": frozenset({"city", "east"}),
    "aided": frozenset({"aided", "low_income", "destitute"}),
}

TABLES = (
    TableInfo("fee", ("annual_fee", "hukou"), ("age", "hukou", "identity", "enrol_date")),
    TableInfo("materials", ("remark",), ("age",), gives_list=True),
)
TITLES = {"年费表": "fee", "材料表": "materials"}


class Glossary:
    """The names above."""

    def field(self, name: str) -> FieldInfo | None:
        return next((field for field in FIELDS if name in (field.key, field.label)), None)

    def field_names(self) -> Iterable[str]:
        return [name for field in FIELDS for name in (field.label, field.key)]

    def value(self, list_key: str, name: str) -> str | None:
        return next((key for key, names in LISTS[list_key].items() if name in (key, *names)), None)

    def value_names(self, list_key: str) -> Iterable[str]:
        return [name for key, (label, *aliases) in LISTS[list_key].items() for name in (label, key, *aliases)]

    def below(self, list_key: str, key: str) -> frozenset[str]:
        return BELOW.get(key, frozenset({key}))

    def table(self, name: str) -> TableInfo | None:
        return next((table for table in TABLES if table.key == TITLES.get(name, name)), None)

    def table_names(self) -> Iterable[str]:
        return [name for pair in TITLES.items() for name in pair]


GLOSSARY: Scope = Glossary()

AS_OF = datetime.date(2025, 6, 30)


@dataclasses.dataclass
class Values:
    """An environment: the given values; every other field is missing, or unknown if it is listed so."""

    given: Mapping[str, Value] = dataclasses.field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    as_of: datetime.date = AS_OF
    asked: list[tuple[str, str, Mapping[str, Value]]] = dataclasses.field(default_factory=list)

    def value(self, field_key: str) -> Outcome:
        return Unknown(frozenset({field_key})) if field_key in self.unknown else self.given.get(field_key)

    def look_up(self, table_key: str, result_key: str, fields: Mapping[str, Value]) -> Outcome:
        """The fee is 100 for people under 18, 200 for others, and not stated from 60 on."""
        self.asked.append((table_key, result_key, fields))
        age = fields.get("age")
        if not isinstance(age, int) or age >= 60:
            return None
        return Decimal(100 if age < 18 else 200)


def target_of(name: str) -> Target:
    """A target written as a type, ``enum:area`` for a list's."""
    type_, _, value_list = name.partition(":")
    return Target(FieldType(type_ or "decimal"), value_list or None)


def parsed(text: str, target: str = "decimal") -> Expression:
    """The expression of a formula that must check without findings."""
    expression, findings = parse_expression(text, GLOSSARY, target_of(target))
    assert findings == ()
    assert expression is not None
    return expression


def codes_of(text: str, target: str = "decimal") -> list[str]:
    """The codes of what is found in a formula."""
    return [finding.code for finding in parse_expression(text, GLOSSARY, target_of(target))[1]]
