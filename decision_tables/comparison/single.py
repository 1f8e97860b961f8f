"""Tables that only one of two models has."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from decision_tables.comparison.changes import Answer, Change, Kind
from decision_tables.comparison.examples import answer
from decision_tables.evaluator.decision import Status
from decision_tables.evaluator.explore import explore
from decision_tables.evaluator.index import ModelIndex
from decision_tables.evaluator.showing import shown_inputs
from decision_tables.model import Period, Table
from decision_tables.text import Bilingual
from decision_tables.values import Value


def only_one_has(key: str, old: ModelIndex, new: ModelIndex) -> Iterator[Change]:
    """One change for each version of the table, with an example that a rule of it matches."""
    index, kind = (new, Kind.TABLE_ADDED) if key in new.versions else (old, Kind.TABLE_REMOVED)
    nothing = Answer(None, {}, Bilingual("没有这张表", "no such table"))
    for table in index.versions[key]:
        day = _day_of(table, index)
        example = _matching(index, table)
        found = answer(index, key, day, example)
        yield Change(
            table=key,
            title=table.title,
            kind=kind,
            region=Bilingual("任何输入", "any input"),
            demands=(),
            example=example,
            shown_example=shown_inputs(example, index.model),
            old=nothing if kind is Kind.TABLE_ADDED else found,
            new=found if kind is Kind.TABLE_ADDED else nothing,
            period=Period(table.period.first, table.period.last),
            old_as_of=day,
            new_as_of=day,
        )


def _day_of(table: Table, index: ModelIndex) -> datetime.date:
    today = index.today()
    return today if table.period.includes(today) else table.period.first or table.period.last or today


def _matching(index: ModelIndex, table: Table) -> dict[str, Value]:
    """Inputs for which a rule matches, if exploring the table finds any."""
    found = explore(index, {}, table.key, _day_of(table, index))
    outcomes = sorted(found.outcomes, key=lambda o: (o.status is not Status.MATCHED, o.only_if_missing))
    return dict(outcomes[0].example) if outcomes else {}
