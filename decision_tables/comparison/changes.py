"""What a comparison answers, as data."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from typing import Any

from decision_tables.comparison.readings import Demand
from decision_tables.evaluator.decision import Match, ResultValue, Status, result_json
from decision_tables.model import Period
from decision_tables.text import Bilingual
from decision_tables.values import Value


class Kind(enum.Enum):
    """What a change is about."""

    RESULTS = "results"
    TABLE_ADDED = "table_added"
    TABLE_REMOVED = "table_removed"


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What one model answers to an example; ``status`` is None where it refuses, and ``why`` says what for.

    ``formulas`` holds, for results that move with the input inside the region, how they are computed; ``parts`` each
    result in words, and ``labels`` what the results are called.
    """

    status: Status | None
    results: dict[str, ResultValue]
    shown: Bilingual
    matched: tuple[Match, ...] = ()
    sources: tuple[str, ...] = ()
    formulas: dict[str, Bilingual] = dataclasses.field(default_factory=dict)
    parts: dict[str, Bilingual] = dataclasses.field(default_factory=dict)
    labels: dict[str, str] = dataclasses.field(default_factory=dict)
    why: Bilingual | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """A region of inputs for which a table answers otherwise, in the new model's period.

    ``demands`` say which inputs; all of them must hold. ``example`` is one of these inputs, ``old`` and ``new`` what
    the two models answer to it on ``old_as_of`` and ``new_as_of``. ``only_if_missing`` says that some input must be
    missing. ``exact`` is False where the region is known only by samples; the example is real in any case.
    """

    table: str
    title: str
    kind: Kind
    region: Bilingual
    demands: tuple[Demand, ...]
    example: dict[str, Value]
    shown_example: Bilingual
    old: Answer
    new: Answer
    period: Period
    old_as_of: datetime.date
    new_as_of: datetime.date
    only_if_missing: bool = False
    exact: bool = True

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        """The change as plain data."""
        return {
            "table": self.table,
            "title": self.title,
            "kind": self.kind.value,
            "region": self.region.in_language(language),
            "region_readings": {
                demand.name: demand.reading or demand.shown.in_language(language)
                for demand in self.demands
                if not (demand.present and demand.missing)
            },
            "example": {key: result_json(value) for key, value in self.example.items()},
            "example_reading": self.shown_example.in_language(language),
            "old": _results_json(self.old),
            "new": _results_json(self.new),
            "since": _date(self.period.first),
            "until": _date(self.period.last),
            "exact": self.exact,
            "only_if_missing": self.only_if_missing,
            "old_answer": answer_json(self.old, self.old_as_of, language),
            "new_answer": answer_json(self.new, self.new_as_of, language),
        }


def _results_json(answer: Answer) -> dict[str, Any]:
    return {key: result_json(value) for key, value in answer.results.items()}


def _date(day: datetime.date | None) -> str | None:
    return day.isoformat() if day is not None else None


def answer_json(answer: Answer, day: datetime.date, language: str) -> dict[str, Any]:
    """How one side comes to its answer."""
    found: dict[str, Any] = {
        "status": answer.status.value if answer.status else "refused",
        "shown": answer.shown.in_language(language),
        "as_of": day.isoformat(),
        "rules": [{"table": m.table, "rule": m.rule, "cell": m.cell, "dissent": m.dissent} for m in answer.matched],
        "sources": list(answer.sources),
    }
    if answer.formulas:
        found["formulas"] = {key: words.in_language(language) for key, words in answer.formulas.items()}
    if answer.why is not None:
        found["why"] = answer.why.in_language(language)
    return found


@dataclasses.dataclass(frozen=True, slots=True)
class CellChange:
    """Something that the workbooks write differently: at which cells, and what it means in each.

    ``kind`` is one word, such as ``condition`` or ``rule_added``; a side on which there is nothing is None.
    """

    kind: str
    table: str
    what: Bilingual
    old_cell: str | None
    new_cell: str | None
    old: Bilingual | None
    new: Bilingual | None

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        """The change as plain data."""
        return {
            "kind": self.kind,
            "table": self.table,
            "what": self.what.in_language(language),
            "old_cell": self.old_cell,
            "new_cell": self.new_cell,
            "old": self.old.in_language(language) if self.old is not None else None,
            "new": self.new.in_language(language) if self.new is not None else None,
        }


@dataclasses.dataclass(frozen=True, slots=True)
class Compared:
    """A table that was compared in one stretch of time, and the days that were asked for."""

    table: str
    period: Period
    old_as_of: datetime.date
    new_as_of: datetime.date

    def as_json(self) -> dict[str, Any]:
        """The record as plain data."""
        return {
            "table": self.table,
            "since": _date(self.period.first),
            "until": _date(self.period.last),
            "old_as_of": self.old_as_of.isoformat(),
            "new_as_of": self.new_as_of.isoformat(),
        }


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """What changes if the new model replaces the old one.

    ``changes`` come table by table, those first that no other table uses. Their regions together are exactly the
    inputs that are answered otherwise, unless ``exact`` is False; ``finished`` is False where the search reached its
    bound, so that changes may lack. ``notes`` tell of what else differs, such as a result that only one side has.
    """

    changes: tuple[Change, ...]
    cells: tuple[CellChange, ...]
    notes: tuple[Bilingual, ...]
    compared: tuple[Compared, ...]
    exact: bool
    finished: bool
    old_model: str
    new_model: str
    old_digest: str
    new_digest: str

    def as_json(self, language: str = "zh") -> dict[str, Any]:
        """The comparison as plain data, its words in ``zh`` or ``en``."""
        return {
            "changes": [change.as_json(language) for change in self.changes],
            "cells": [cell.as_json(language) for cell in self.cells],
            "notes": [note.in_language(language) for note in self.notes],
            "compared": [compared.as_json() for compared in self.compared],
            "exact": self.exact,
            "finished": self.finished,
            "old": {"model": self.old_model, "digest": self.old_digest},
            "new": {"model": self.new_model, "digest": self.new_digest},
        }
