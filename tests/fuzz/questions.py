"""Random inputs for a model: such as fit, and such as no caller should send."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from decision_tables.model import Field, ModelDefinition
from decision_tables.values import FieldType

ODD: tuple[object, ...] = (
    *(
        None,
        "",
        " ",
        "\x00",
        "\ud800",
        "x" * 20_000,
        "“",
        "、",
        "9" * 400,
        "1e999999",
        "2025-02-30",
        "２０２５－０１－０１",
    ),
    *(0, -1, 10**30, 1.5, float("nan"), float("inf"), True, False, b"bytes", object(), [], [[]], {}, {"a": 1}, (None,)),
    *(Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), Decimal("1E+999999"), Decimal("1E-999999"), Decimal("-0")),
    *(
        datetime.date.min,
        datetime.date.max,
        datetime.time(1),
        datetime.timedelta(1),
        ["a", "a"],
        [["a"]],
        frozenset({1}),
    ),
    datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC),
)
DAYS = tuple(
    datetime.date.fromisoformat(day) for day in ("0001-01-01", "2024-02-29", "2024-12-31", "2025-06-01", "9999-12-31")
)
NUMBERS = (0, 1, 7, 18, 59, 60, 61, 100, 2024, 2025, 5000, 999_999)


def questions(model: ModelDefinition, chance: random.Random, count: int) -> Iterator[dict[str, Any]]:
    """Keyword arguments of ``Model.evaluate``, with the inputs among them."""
    tables = [*(table.key for table in model.tables), *(table.title for table in model.tables), "", "nowhere"]
    for _ in range(count):
        chosen = [field for field in model.fields.values() if chance.random() < 0.6]
        inputs = {chance.choice((field.key, field.label)): an_input(field, model, chance) for field in chosen}
        if chance.random() < 0.05:
            inputs[chance.choice(("", "无此输入", "\x00", "a" * 5000))] = chance.choice(ODD)
        yield {
            "inputs": inputs,
            "table": chance.choice(tables) if chance.random() < 0.4 else None,
            "as_of": chance.choice((None, *DAYS)),
        }


def an_input(field: Field, model: ModelDefinition, chance: random.Random) -> object:
    """A value that mostly fits the field."""
    if chance.random() < 0.08:
        return chance.choice(ODD)
    match field.type:
        case FieldType.ENUM | FieldType.SET:
            values = model.lists[field.value_list].values if field.value_list in model.lists else ()
            names = [name for value in values for name in (value.key, value.label, *value.aliases)]
            members = chance.choices(names, k=chance.randint(0, 3)) if names else []
            return members if field.type is FieldType.SET else next(iter(members), None)
        case FieldType.BOOLEAN:
            return chance.choice((True, False, "是", "×"))
        case FieldType.DATE:
            return chance.choice((*DAYS, "2025-01-31", "2024年2月29日"))
        case FieldType.TEXT:
            return chance.choice(("甲", "A1", "11010519491231002X", "以A开头"))
        case FieldType.PERCENT:
            return chance.choice((Decimal("0.7"), "70%", 1))
        case _:
            return chance.choice((*NUMBERS, Decimal(chance.randint(-99, 9999)) / 100, "1万"))
