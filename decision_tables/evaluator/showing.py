"""Values as clerks write them."""

from __future__ import annotations

from collections.abc import Mapping

from decision_tables.evaluator.decision import ResultValue
from decision_tables.model import Field, ModelDefinition
from decision_tables.regions.representatives import OTHER_TEXT
from decision_tables.text import Bilingual
from decision_tables.values import Value, plain

NOTHING = Bilingual("无", "no value")


def shown_value(value: ResultValue, field: Field, model: ModelDefinition) -> Bilingual:
    """A value as clerks write it: labels for keys, 是 and 否, 无 for none; several hits divided by ``；``."""
    if isinstance(value, tuple):
        parts = [shown_value(item, field, model) for item in value]
        return Bilingual("；".join(p.zh for p in parts), "; ".join(p.en for p in parts))
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return Bilingual("是", "yes") if value else Bilingual("否", "no")
    text = _shown_scalar(value, field, model)
    return Bilingual(text, text)


def _shown_scalar(value: Value, field: Field, model: ModelDefinition) -> str:
    if field.value_list is not None:
        values = model.lists[field.value_list].by_key
        keys = [key for key in values if key in value] if isinstance(value, frozenset) else [str(value)]
        return "、".join(values[key].label if key in values else key for key in keys) or "空"
    if field.type.is_number and not isinstance(value, str):
        return plain(value)  # type: ignore[arg-type]
    return str(value).replace(OTHER_TEXT, "某") if isinstance(value, str) else str(value)


def shown_inputs(inputs: Mapping[str, Value], model: ModelDefinition) -> Bilingual:
    """Inputs in one line: labels and values; a missing one says so."""
    shown = [(model.fields[key], value) for key, value in inputs.items()]
    zh = [
        f"{field.label} {shown_value(value, field, model).zh if value is not None else '未填'}"
        for field, value in shown
    ]
    en = [
        f"{field.label} {shown_value(value, field, model).en if value is not None else 'missing'}"
        for field, value in shown
    ]
    return Bilingual("，".join(zh) or "任何输入", ", ".join(en) or "any input")
