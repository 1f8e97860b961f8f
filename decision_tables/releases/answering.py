"""Answers that can be repeated: a decision together with the release that took it and everything it was asked.

Stored as plain data, an answer is proved years later from the compiled bytes of its release alone: the workbook is not
read again, and no later release nor today's date has a part in it.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime
import threading
from collections.abc import Mapping
from typing import Any, Final

from decision_tables.compiler import CompiledRefused
from decision_tables.evaluator.decision import Decision, refusal_json, result_json
from decision_tables.evaluator.refusal import Refusal
from decision_tables.releases.canonical import moment_text
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused, StoreFailure
from decision_tables.releases.preparing import Decider, Program
from decision_tables.releases.release import Release
from decision_tables.releases.view import View

MAX_LOADED: Final = 32
"""How many compiled models are kept ready; older ones are loaded again from the store when they are asked for."""


class Deciders:
    """Compiled models ready to decide, loaded from the store on demand, the ones used last kept."""

    def __init__(self, program: Program, most: int = MAX_LOADED) -> None:
        self._program = program
        self._most = most
        self._loaded: collections.OrderedDict[str, Decider] = collections.OrderedDict()
        self._lock = threading.Lock()

    def of(self, view: View, release: Release) -> Decider:
        """The compiled model of a release. Raises ``ReleaseRefused`` for a proposal, ``StoreFailure`` if damaged."""
        if not release.can_decide:
            raise ReleaseRefused(ReleaseReason.NOT_APPROVED, release=release.name)
        digest = release.manifest.compiled
        with self._lock:
            if digest in self._loaded:
                self._loaded.move_to_end(digest)
                return self._loaded[digest]
        decider = self._load(view.content(digest), release)
        with self._lock:
            self._loaded[digest] = decider
            while len(self._loaded) > self._most:
                self._loaded.popitem(last=False)
        return decider

    def _load(self, content: bytes, release: Release) -> Decider:
        try:
            return self._program.load(content)
        except CompiledRefused as refused:
            raise StoreFailure(ReleaseReason.NOT_LOADABLE, release=release.name, why=refused.message) from refused


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
