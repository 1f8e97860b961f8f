"""Random rows for a model: values at the bounds of its conditions, labels and aliases, missing ones, and bad ones."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from decision_tables.bulk.answers import shown_in_text
from decision_tables.evaluator.decision import Decision
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.refusal import Refusal
from decision_tables.model import Field
from decision_tables.regions import Interval, Ordered, Texts
from decision_tables.values import FieldType

BAD: dict[FieldType, list[object]] = {
    FieldType.TEXT: [5, True, "x" * 10_001],
    FieldType.INTEGER: ["abc", "1,00", 1.5, Decimal("0.5"), True, 2**63, "六十"],
    FieldType.DECIMAL: ["abc", 0.1 + 0.2, float("inf"), Decimal("1E+50"), datetime.date(2025, 1, 1)],
    FieldType.MONEY: ["abc", "1.005", Decimal("1.005"), 1.005, "1，000"],
    FieldType.PERCENT: ["abc", 70, "70%", "150", Decimal("1.01"), 1.5],
    FieldType.DATE: ["2025-02-30", "20250101", 45000, "2025年", "2025-13-01"],
    FieldType.BOOLEAN: ["有", 1, 0, "maybe"],
    FieldType.ENUM: ["没有这个", "", "  ", True, 7],
    FieldType.SET: ["没有这个", ["没有这个"], 7, "A和B"],
}


def random_rows(index: ModelIndex, keys: list[str], count: int, chance: random.Random) -> list[dict[str, object]]:
    """Rows over the fields of these keys; about every fifth value is missing, few are bad.

    Most rows differ from an earlier one in one or two values, so that many cannot be told apart by the rules.
    """
    pools = {key: _pool(index, index.field(key)) for key in keys}
    rows: list[dict[str, object]] = []
    for _ in range(count):
        fresh = chance.sample(keys, min(len(keys), chance.randint(1, 2))) if len(rows) > 2 else keys
        row = dict(chance.choice(rows)) if rows else {}
        rows.append(row | {key: _drawn(pools[key], index.field(key), chance) for key in fresh})
    return rows


def _drawn(pool: list[object], field: Field, chance: random.Random) -> object:
    dice = chance.random()
    if dice < 0.15:
        return None
    return chance.choice(BAD[field.type] if dice < 0.17 or not pool else pool)


def _pool(index: ModelIndex, field: Field) -> list[object]:
    if field.type is FieldType.BOOLEAN:
        return [True, False, "是", "否", "Y", "√"]
    if field.value_list:
        return _of_list(index, field)
    regions = [
        c.region
        for t in index.model.tables
        for r in t.rules
        for col, c in zip(t.conditions, r.conditions, strict=True)
        if col.field == field.key
    ]
    regions += [field.domain] if field.domain is not None else []
    if field.type is FieldType.TEXT:
        texts = [text for region in regions if isinstance(region, Texts) for _, text in region.tests]
        return [*texts, *(f" {text}x" for text in texts), "别的", "１２３"]
    intervals = [i for region in regions if isinstance(region, Ordered) for i in region.intervals]
    return [form for value in _around(intervals, field.type) for form in _forms(value)]


def _of_list(index: ModelIndex, field: Field) -> list[object]:
    values = index.model.lists[field.value_list or ""].values
    names = [name for value in values for name in (value.key, value.label, *value.aliases)]
    if field.type is FieldType.ENUM:
        return [*names, *(f" {name} " for name in names)]
    pairs = [[a, b] for a, b in itertools.pairwise(names)]
    return [*names, *pairs, [], *(f"{a}、{b}" for a, b in pairs), "空"]


def _around(intervals: list[Interval], type_: FieldType) -> list[Any]:
    bounds = sorted({b for i in intervals for b in (i.low, i.high) if b is not None})
    if type_ is FieldType.DATE:
        day = datetime.timedelta(days=1)
        usual = [datetime.date(1960, 2, 29), datetime.date(1999, 12, 31), datetime.date(2025, 3, 1)]
        return [
            *usual,
            *(
                b + step
                for b in bounds
                for step in (-day, 0 * day, day)
                if b not in (datetime.date.min, datetime.date.max)
            ),
        ]
    step = Decimal(1) if type_ is FieldType.INTEGER else Decimal("0.01")
    near = [Decimal(b) + shift for b in bounds for shift in (-step, 0, step)]
    return [*near, *(Decimal(n) for n in (0, 1, -1, 7, 100))]


def _forms(value: Any) -> list[object]:
    """One value as callers may give it."""
    if isinstance(value, datetime.date):
        return [value, value.isoformat(), f"{value.year}年{value.month}月{value.day}日"]
    whole = [int(value)] if value == value.to_integral_value() else []
    return [value, float(value), format(value, "f"), *whole]


def same_answer(model: Any, row: Mapping[str, object], answer: Mapping[str, Any], **question: Any) -> str:
    """What differs between the answer to a row and what ``evaluate`` says of it; empty where nothing does."""
    got = {key: value for key, value in answer.items() if value is not None}
    try:
        wanted = _decided(model.evaluate(row, **question), question.get("table"))
    except Refusal as refusal:
        wanted = {
            "_status": "error",
            "_reason": refusal.reason.value,
            "_message_zh": refusal.message.zh,
            "_message_en": refusal.message.en,
        }
    alike = {key: _shaped(value, got.get(key)) for key, value in wanted.items()}
    return "" if got == alike else f"{got} instead of {wanted}"


def _shaped(value: Any, got: Any) -> Any:
    """One value in the shape of a column that holds other things too: lists of hits, or a count beside a truth."""
    if isinstance(got, list) and not isinstance(value, list):
        return [value]
    return shown_in_text(value) if isinstance(got, str) and not isinstance(value, str) else value


def _decided(decision: Decision, table: str | None) -> dict[str, Any]:
    """What the columns of an answer hold; without what is None or empty."""
    rules: dict[bool, list[str]] = {False: [], True: []}
    for match in decision.matched:
        rules[match.dissent].append(match.rule if match.table == table else f"{match.table}:{match.rule}")
    found = {key: _listed(value) for key, value in decision.results.items() if value is not None}
    found |= {"_status": decision.status.value, "_missing": "; ".join(decision.missing)}
    found |= {"_rules": "; ".join(rules[False]), "_dissent": "; ".join(rules[True])}
    return {key: value for key, value in found.items() if value != ""}


def _listed(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_listed(item) for item in value]
    return sorted(value) if isinstance(value, frozenset) else value
