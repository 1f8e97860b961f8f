"""A workbook to start from that has the words of a model: its fields, value lists and sources, and no rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from decision_tables.expressions import print_expression
from decision_tables.model import ListValue, ModelDefinition, Source, ValueList
from decision_tables.template.written import Written, WrittenSheet
from decision_tables.values import Value

Row = tuple[Written, ...]

_BLANK: Row = (None,)
_FIELDS: Row = ("名称", "标识", "类型", "单位", "取值", "必填", "缺省", "计算", "说明", "个人信息")
_VALUES: Row = ("名称", "标识", "上级", "别名", "仅分组", "生效", "失效")
_SOURCES: Row = ("编号", "标题", "文号", "发布机关", "日期", "网址", "备注")
_NOTE: Row = ("注：字段和取值表已按现行模型写好，请在这里写决策表。Note: fields and value lists are those in force.",)


def sheets_of_model(model: ModelDefinition) -> list[WrittenSheet]:
    """The sheets: the words of the model, and room for tables."""
    words = [*_model(model), _BLANK, *_fields(model), _BLANK]
    for values in model.lists.values():
        words += [*_values(values), _BLANK]
    if model.sources:
        words += _sources(tuple(model.sources.values()))
    return [WrittenSheet("词汇 Words", tuple(words)), WrittenSheet("规则 Rules", (_NOTE,))]


def _model(model: ModelDefinition) -> Iterator[Row]:
    yield ("模型",)
    for name, text in (
        ("标识", model.key),
        ("名称", model.title),
        ("辖区", model.jurisdiction),
        ("币种", model.currency),
        ("时区", model.time_zone),
        ("说明", model.description),
        ("负责人", model.owner),
    ):
        if text:
            yield (name, text)


def _fields(model: ModelDefinition) -> Iterator[Row]:
    yield ("字段",)
    yield _FIELDS
    for field in model.fields.values():
        yield (
            field.label,
            field.key,
            field.type.label,
            field.unit or None,
            field.value_list or field.domain_reading or None,
            "是" if field.required else None,
            _default(field.default),
            print_expression(field.formula, "zh") if field.formula is not None else None,
            field.description or None,
            "是" if field.personal else None,
        )


def _default(value: Value) -> Written:
    """A default as a clerk writes it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, frozenset):
        return "、".join(sorted(value))
    return value


def _values(values: ValueList) -> Iterator[Row]:
    yield ("取值表", values.key, values.label, "固定" if values.frozen else None)
    yield _VALUES
    for value in values.values:
        yield _value(value, values)


def _value(value: ListValue, values: ValueList) -> Row:
    return (
        value.label,
        value.key,
        values.by_key[value.parent].label if value.parent else None,
        "、".join(value.aliases) or None,
        "是" if value.group_only else None,
        value.period.first,
        value.period.last,
    )


def _sources(sources: Sequence[Source]) -> Iterator[Row]:
    yield ("依据",)
    yield _SOURCES
    for each in sources:
        texts = (each.id, each.title, each.number, each.publisher, each.date, each.url, each.note)
        yield tuple(text or None for text in texts)
