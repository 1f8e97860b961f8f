"""What is done aside with answers: kept in the decision log, or compared with what another release would answer.

Nothing here can change or fail an answer. With nobody to note anything, a call pays for one comparison.
"""

from __future__ import annotations

import dataclasses
import datetime
import logging
from collections.abc import Mapping
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


class Note(Protocol):
    """Somebody who is told of answers."""

    def note(self, answered: Answered) -> None:
        """Take an answer up, quickly; the work is done elsewhere."""

    def skip(self, rows: int) -> None:
        """So many rows were decided in columns, where nothing is noted of each."""


def tell(notes: tuple[Note, ...], answered: Answered) -> None:
    """Let everybody know of an answer; whoever fails is logged, and the caller never learns of it."""
    for note in notes:
        try:
            note.note(answered)
        except Exception:
            _log.exception("an answer could not be noted")


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
