"""The words of refusals, in Chinese and English; one function for each kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from decision_tables.cells import Place
from decision_tables.evaluator.refusal import Reason, Refusal
from decision_tables.model import Field, Rule, Table
from decision_tables.text import Bilingual, nearest

SHOWN = 80
"""The most characters of a caller's value that a message repeats."""


def shown(value: object) -> str:
    """A caller's value as messages repeat it: on one line and bounded."""
    text = " ".join(_written(value).split())
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _written(value: object) -> str:
    """Words of JSON for what has no words of its own; the inside of lists and objects, however deep, is left out."""
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case int():
            return str(Decimal(value))
        case Mapping():
            return "{…}"
        case list() | tuple() | set() | frozenset():
            return "[…]"
    return str(value)


def _guess(near: Sequence[str]) -> Bilingual:
    if not near:
        return Bilingual("", "")
    return Bilingual(f"是否想写“{near[0]}”？", f" Did you mean “{near[0]}”?")


def unknown_table(name: str, known: Iterable[str]) -> Refusal:
    """The model has no such table."""
    near = nearest(name, known)
    guess = _guess(near)
    message = Bilingual(f"没有名为“{shown(name)}”的表。{guess.zh}", f"There is no table “{shown(name)}”.{guess.en}")
    return Refusal(Reason.UNKNOWN_TABLE, message, table=shown(name), suggestions=near)


def table_not_in_force(name: str, as_of: object, places: Sequence[Place]) -> Refusal:
    """The table is not in force on the as-of date."""
    message = Bilingual(f"表“{name}”在 {as_of} 不生效。", f"The table “{name}” is not in force on {as_of}.")
    return Refusal(Reason.TABLE_NOT_IN_FORCE, message, table=name, places=places)


def nothing_in_force(as_of: object) -> Refusal:
    """No table of the model is in force on the as-of date."""
    message = Bilingual(f"这个模型在 {as_of} 没有任何生效的表。", f"No table of this model is in force on {as_of}.")
    return Refusal(Reason.TABLE_NOT_IN_FORCE, message)


def unknown_input(name: str, known: Iterable[str]) -> Refusal:
    """The model has no such field."""
    near = nearest(name, known)
    guess = _guess(near)
    message = Bilingual(f"没有名为“{shown(name)}”的输入。{guess.zh}", f"There is no input “{shown(name)}”.{guess.en}")
    return Refusal(Reason.UNKNOWN_INPUT, message, field=shown(name), suggestions=near)


def duplicate_input(field: Field) -> Refusal:
    """One field was given twice."""
    message = Bilingual(
        f"“{field.label}”给了两次（标识 {field.key} 和名称）。",
        f"“{field.key}” was given twice, by key and by label.",
    )
    return Refusal(Reason.DUPLICATE_INPUT, message, field=field.key)


def invalid_input(field: Field, value: object, why: Bilingual | None = None) -> Refusal:
    """The value is not of the field's type."""
    reason = why or Bilingual(f"应为{field.type.label}。", f"a value of type {field.type.value} is wanted.")
    message = Bilingual(
        f"“{field.label}”的值“{shown(value)}”不能使用：{reason.zh}",
        f"The value “{shown(value)}” of “{field.key}” cannot be used: {reason.en}",
    )
    return Refusal(Reason.INVALID_INPUT, message, field=field.key)


def unknown_value(field: Field, value: object, names: Iterable[str]) -> Refusal:
    """The value list has no such value."""
    near = nearest(str(value)[:SHOWN], names)
    guess = _guess(near)
    message = Bilingual(
        f"“{field.label}”没有“{shown(value)}”这个取值。{guess.zh}",
        f"“{field.key}” has no value “{shown(value)}”.{guess.en}",
    )
    return Refusal(Reason.UNKNOWN_VALUE, message, field=field.key, suggestions=near)


def group_value(field: Field, label: str, below: Sequence[str]) -> Refusal:
    """The value is a group and no input."""
    message = Bilingual(
        f"“{label}”只是分组，不能作为“{field.label}”的值，请给出它下面的具体取值。",
        f"“{label}” is only a group and no value of “{field.key}”; give one of the values below it.",
    )
    return Refusal(Reason.UNKNOWN_VALUE, message, field=field.key, suggestions=below[:5])


def value_not_in_force(field: Field, label: str, as_of: object) -> Refusal:
    """The value exists, but not on the as-of date."""
    message = Bilingual(
        f"“{field.label}”的取值“{label}”在 {as_of} 不生效。",
        f"The value “{label}” of “{field.key}” is not in force on {as_of}.",
    )
    return Refusal(Reason.UNKNOWN_VALUE, message, field=field.key)


def out_of_domain(field: Field, value: object) -> Refusal:
    """The value lies outside the field's domain."""
    message = Bilingual(
        f"“{field.label}”的值 {shown(value)} 不在取值范围“{field.domain_reading}”内。",
        f"The value {shown(value)} of “{field.key}” lies outside its domain “{field.domain_reading}”.",
    )
    return Refusal(Reason.OUT_OF_DOMAIN, message, field=field.key)


def required_missing(field: Field) -> Refusal:
    """A required field is needed and missing."""
    message = Bilingual(f"缺少必填的“{field.label}”。", f"The required input “{field.key}” is missing.")
    return Refusal(Reason.REQUIRED_INPUT_MISSING, message, field=field.key)


def conflicting_rules(table: Table, rules: Sequence[Rule]) -> Refusal:
    """Several rules match and the hit policy does not allow it."""
    names = "、".join(rule.id for rule in rules[:5])
    message = Bilingual(
        f"表“{table.title}”有多条规则同时命中（{names}），命中策略 {table.hit_policy.value} 无法取舍。",
        f"Several rules of “{table.key}” match ({names}), which its hit policy {table.hit_policy.value} cannot decide.",
    )
    return Refusal(Reason.CONFLICTING_RULES, message, table=table.key, places=[rule.place for rule in rules[:5]])


def calculation_failed(why: Bilingual, place: Place, *, field: str | None = None, table: str | None = None) -> Refusal:
    """A formula could not be calculated."""
    message = Bilingual(f"{place} 的公式无法计算：{why.zh}", f"The formula at {place} cannot be calculated: {why.en}")
    return Refusal(Reason.CALCULATION_FAILED, message, field=field, table=table, places=[place])


def too_deep() -> Refusal:
    """Formulas and tables rest on each other through more steps than can be followed."""
    message = Bilingual(
        "公式和表一层套一层，层数太多，无法计算。", "Formulas and tables rest on each other through too many steps."
    )
    return Refusal(Reason.CALCULATION_FAILED, message)
