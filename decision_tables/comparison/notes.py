"""What else differs between two models, told in a line each: results, values and days that only one of them has."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from decision_tables.comparison.cells import period_words
from decision_tables.comparison.periods import Pins, moves_with_time
from decision_tables.evaluator.index import ModelIndex
from decision_tables.model import Period, Table
from decision_tables.text import Bilingual


def notes_on(old: ModelIndex, new: ModelIndex, pins: Pins) -> Iterator[Bilingual]:
    """The notes, tables first."""
    for key in (key for key in new.versions if key in old.versions):
        yield from _results(key, old, new)
        yield from _days(key, old, new, pins)
    if moves_with_time(old, new):
        yield Bilingual(
            "有的公式取决于基准日；列出的变化按所示日期比较，别的日子里年龄等会不同。",
            "Some formulas rest on the as-of date; the changes hold on the days shown, and may move on others.",
        )


def _results(key: str, old: ModelIndex, new: ModelIndex) -> Iterator[Bilingual]:
    before, after = (_columns(index.versions[key]) for index in (old, new))
    title = new.versions[key][0].title
    for field in [f for f in after if f not in before]:
        label = new.model.fields[field].label
        yield Bilingual(f"表“{title}”新增结果“{label}”。", f"Table “{title}” gains the result “{label}”.")
    for field in [f for f in before if f not in after]:
        label = old.model.fields[field].label
        yield Bilingual(f"表“{title}”不再有结果“{label}”。", f"Table “{title}” loses the result “{label}”.")


def _columns(tables: tuple[Table, ...]) -> dict[str, None]:
    return {column.field: None for table in tables for column in table.results}


def _days(key: str, old: ModelIndex, new: ModelIndex, pins: Pins) -> Iterator[Bilingual]:
    """The days on which only one side has the table in force."""
    before, after = (_periods(index.versions[key]) for index in (old, new))
    title = new.versions[key][0].title
    if before != after and pins.new is None:
        zh = ["、".join(period_words(p).zh for p in periods) for periods in (before, after)]
        en = [", ".join(period_words(p).en for p in periods) for periods in (before, after)]
        yield Bilingual(
            f"表“{title}”的生效期间：旧 {zh[0]}；新 {zh[1]}。"
            "旧表不在生效期的日子，以它此前最后一天（没有则此后第一天）相比。",
            f"Table “{title}” is in force: old {en[0]}; new {en[1]}. "
            "On days without the old table, its last day before (or else its first after) is compared.",
        )


def _periods(tables: tuple[Table, ...]) -> list[Period]:
    """The periods in order, neighbours joined."""
    joined: list[Period] = []
    for period in sorted((t.period for t in tables), key=lambda p: p.first or datetime.date.min):
        last = joined[-1].last if joined else None
        if last is not None and period.first == last + datetime.timedelta(days=1):
            joined[-1] = Period(joined[-1].first, period.last)
        else:
            joined.append(period)
    return joined
