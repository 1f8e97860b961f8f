"""What is done aside with answers: kept in the decision log, or compared with what another release would answer.

Nothing here can change or fail an answer. With nobody to note anything, a call pays for one comparison.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

from decision_tables.engine import Model
from decision_tables.evaluator.decision import Decision
from decision_tables.evaluator.refusal import Refusal
from decision_tables.releases.answering import decided, input_json, refused
from decision_tables.releases.canonical import moment_text
from decision_tables.releases.masking import Hide, hide_personal
from decision_tables.releases.preparing import SEMANTICS
from decision_tables.releases.release import Release, Stage

Outcome: TypeAlias = "Decision | Refusal"
Question: TypeAlias = tuple[str, Mapping[str, object], datetime.date]
"""A table (all of them where it is empty), the inputs, and the date."""
_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer, as it was when it was given; ``record`` is None where a folder is served."""

    model: Model
    record: Release | None
    table: str
    inputs: Mapping[str, object]
    as_of: datetime.date | None
    outcome: Outcome
    at: datetime.datetime


Later: TypeAlias = Callable[[], Answered]
"""An answer that is put together when somebody looks at it."""


class Note(Protocol):
    """Somebody who is told of answers."""

    def note(self, answered: Answered) -> None:
        """Take an answer up, quickly; the work is done elsewhere."""

    def note_later(self, model: str, row: Later) -> None:
        """Take up a row of columns of a model; its question and answer are put together where they are used."""

    def skip(self, rows: int) -> None:
        """So many rows of columns were left out, since there were more than may be noted of one call."""


def tell(notes: tuple[Note, ...], answered: Answered) -> None:
    """Let everybody know of an answer; whoever fails is logged, and the caller never learns of it."""
    for note in notes:
        try:
            note.note(answered)
        except Exception:
            _log.exception("an answer could not be noted")


@dataclasses.dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one call in columns: of which model, how many, and how one is put together."""

    model: str
    count: int
    row: Callable[[int], Answered]


def tell_rows(notes: tuple[Note, ...], rows: Rows, most: int) -> None:
    """Let everybody know of rows of columns: of ``most`` at most, spread evenly over all of them."""
    count, noted = rows.count, min(rows.count, most)
    for note in notes:
        try:
            for number in range(noted):
                note.note_later(rows.model, functools.partial(rows.row, number * count // noted))
            if count > noted:
                note.skip(count - noted)
        except Exception:
            _log.exception("the rows of a call could not be noted")


def answered_again(model: Model, record: Release | None, question: Question, at: datetime.datetime) -> Answered:
    """A question with its answer, which is worked out here: one by one as everywhere, equal to that of the columns."""
    table, inputs, day = question
    try:
        outcome: Outcome = model.evaluate(inputs, table=table or None, as_of=day)
    except Refusal as refusal:
        outcome = refusal
    return Answered(model, record, table, inputs, day, outcome, at)


def stored(answered: Answered, hide: Hide | None) -> dict[str, Any]:
    """An answer as it is kept, with all that it takes to repeat it; ``hide`` hides personal fields."""
    outcome = answered.outcome
    day = outcome.as_of if isinstance(outcome, Decision) else answered.as_of
    plain: dict[str, Any] = {
        "at": moment_text(answered.at),
        "model": answered.model.key,
        **_release(answered.record),
        "table": answered.table or None,
        "as_of": day.isoformat() if day is not None else None,
        "inputs": {name: input_json(value) for name, value in answered.inputs.items()},
        **(decided(outcome) if isinstance(outcome, Decision) else {"error": refused(outcome)}),
    }
    return hide_personal(plain, answered.model.definition, hide) if hide is not None else plain


def _release(record: Release | None) -> dict[str, Any]:
    if record is None:
        return {"release": "", "semantics": SEMANTICS}
    return {
        "release": record.digest,
        "unconfirmed": record.unconfirmed,
        "withdrawn": record.stage is Stage.WITHDRAWN,
        "semantics": record.manifest.semantics,
    }
