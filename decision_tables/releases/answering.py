"""Answers that can be repeated: a decision together with the release that took it and everything it was asked.

Stored as plain data, an answer is proved years later from the compiled bytes of its release alone: the workbook is not
read again, and no later release nor today's date has a part in it.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import Any

from decision_tables.evaluator.decision import Decision, refusal_json, result_json
from decision_tables.evaluator.refusal import Refusal
from decision_tables.releases.canonical import moment_text
from decision_tables.releases.preparing import Decider
from decision_tables.releases.release import Release


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """A question with its answer. ``outcome`` is the decision, or the refusal in both languages, as plain data."""

    at: datetime.datetime
    release: Release
    table: str | None
    inputs: Mapping[str, Any]
    as_of: datetime.date | None
    outcome: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The answer as plain data, with what it takes to repeat it."""
        return {
            "at": moment_text(self.at),
            "model": self.release.manifest.model,
            "release": self.release.digest,
            "unconfirmed": self.release.unconfirmed,
            "withdrawn": self.release.ended is not None,
            "semantics": self.release.manifest.semantics,
            "table": self.table,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "inputs": dict(self.inputs),
            **self.outcome,
        }


def answer(
    decider: Decider,
    release: Release,
    inputs: Mapping[str, object],
    *,
    table: str | None,
    as_of: datetime.date | None,
    at: datetime.datetime,
) -> Answer:
    """Decide by a release, and keep what it takes to do so again; a refusal is kept as an answer."""
    given = {name: input_json(value) for name, value in inputs.items()}
    try:
        decision = decider.evaluate(inputs, table=table, as_of=as_of)
    except Refusal as refusal:
        return Answer(at, release, table, given, as_of, {"error": refused(refusal)})
    return Answer(at, release, table, given, decision.as_of, decided(decision))


def input_json(value: object) -> Any:
    """An input as plain data that says the same again: numbers with digits after the point become texts."""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, list | set):
        return [input_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): input_json(item) for key, item in value.items()}
    return result_json(value)  # type: ignore[arg-type]  # any value that the engine takes


def decided(decision: Decision) -> dict[str, Any]:
    """A decision as the outcome of an answer."""
    return {"decision": decision.as_json()}


def refused(refusal: Refusal) -> dict[str, Any]:
    """A refusal as the outcome of an answer, in both languages."""
    plain = refusal_json(refusal, "en")
    return {**plain, "message": {"zh": refusal.message.zh, "en": refusal.message.en}}
