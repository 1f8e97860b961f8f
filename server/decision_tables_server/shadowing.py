"""A release that answers unseen beside the active one: how often it would answer otherwise, and examples of it.

The work is done by one thread of its own. What finds its queue full is left out and counted; callers never wait.
"""

from __future__ import annotations

import collections
import dataclasses
import json
import logging
import queue
import random
import threading
from collections.abc import Mapping
from typing import Any, Final

from decision_tables.engine import Model
from decision_tables.evaluator.decision import Decision
from decision_tables.evaluator.refusal import Refusal
from decision_tables.releases.masking import masked
from decision_tables.releases.release import Release
from decision_tables_server.noting import Answered, Later, Outcome, stored

CAPACITY: Final = 1000
"""How many answers may wait to be compared."""
SAMPLES: Final = 20
"""How many differences of each shadow are kept as examples, and logged; the first ones, and then every hundredth."""
SAMPLE_EVERY: Final = 100

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class ReadyShadow:
    """A shadow that can answer."""

    release: Release
    model: Model
    percent: int


@dataclasses.dataclass
class Compared:
    """What comparing has shown of one shadow. ``failed`` counts what the shadow itself broke down on."""

    same: int = 0
    different: int = 0
    failed: int = 0
    samples: collections.deque[Mapping[str, Any]] = dataclasses.field(
        default_factory=lambda: collections.deque(maxlen=SAMPLES)
    )


class Shadows:
    """Compares a share of the answers of some models with those of their shadows; a ``Note``."""

    def __init__(self, capacity: int = CAPACITY, chance: random.Random | None = None) -> None:
        self._shadows: Mapping[str, ReadyShadow] = {}
        self._chance = chance or random.Random()  # noqa: S311 - a sample, no secret
        self._queue: queue.Queue[tuple[ReadyShadow, Answered | Later] | None] = queue.Queue(capacity)
        self._found: dict[str, Compared] = {}
        self._dropped = 0
        self._skipped = 0
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    @property
    def ready(self) -> Mapping[str, ReadyShadow]:
        """The shadows by model."""
        return self._shadows

    def set(self, shadows: Mapping[str, ReadyShadow]) -> None:
        """Compare with these from now on; the figures of one that has ended are logged and kept."""
        for key, old in self._shadows.items():
            if key not in shadows or shadows[key].release.proposal != old.release.proposal:
                _log.info("shadow %s has ended: %s", old.release.name, json.dumps(self._figures(old.release.name)))
        self._shadows = shadows
        if shadows and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="shadow", daemon=True)
            self._thread.start()

    def note(self, answered: Answered) -> None:
        """Put an answer of the active release among those to compare, if chance takes it."""
        shadow = self._shadows.get(answered.model.key)
        if shadow is not None:
            self._put(shadow, answered)

    def note_later(self, model: str, row: Later) -> None:
        """The same with a row of columns, whose answer is not put together if chance does not take it."""
        shadow = self._shadows.get(model)
        if shadow is not None:
            self._put(shadow, row)

    def _put(self, shadow: ReadyShadow, answered: Answered | Later) -> None:
        if self._chance.random() * 100 >= shadow.percent:
            return
        try:
            self._queue.put_nowait((shadow, answered))
        except queue.Full:
            with self._lock:
                self._dropped += 1

    def skip(self, rows: int) -> None:
        """Count rows of columns that are left out."""
        if self._shadows:
            with self._lock:
                self._skipped += rows

    def stop(self, seconds: float = 1.0) -> None:
        """End; what still waits is left out."""
        self.set({})
        if self._thread is not None:
            try:
                self._queue.put(None, timeout=seconds)
            except queue.Full:
                return
            self._thread.join(seconds)

    def as_dict(self) -> dict[str, int]:
        """The counts of all shadows together."""
        with self._lock:
            found = list(self._found.values())
            return {
                "shadow_same": sum(one.same for one in found),
                "shadow_different": sum(one.different for one in found),
                "shadow_failed": sum(one.failed for one in found),
                "shadow_dropped": self._dropped,
                "shadow_skipped": self._skipped,
            }

    def found(self) -> dict[str, dict[str, Any]]:
        """What was found, by the name of the shadowing release, with examples."""
        with self._lock:
            names = list(self._found)
        return {name: {**self._figures(name), "samples": list(self._found[name].samples)} for name in names}

    def _figures(self, name: str) -> dict[str, int]:
        with self._lock:
            one = self._found.get(name, Compared())
            return {"same": one.same, "different": one.different, "failed": one.failed}

    def _run(self) -> None:
        while (waiting := self._queue.get()) is not None:
            shadow, answered = waiting
            try:
                self._compare(shadow, answered if isinstance(answered, Answered) else answered())
            except Exception:
                _log.exception("the shadow %s broke down", shadow.release.name)
                self._count(shadow.release.name, failed=1)

    def _compare(self, shadow: ReadyShadow, answered: Answered) -> None:
        outcome = answer_of(shadow.model, answered)
        if meaning(outcome) == meaning(answered.outcome):
            self._count(shadow.release.name, same=1)
            return
        number = self._count(shadow.release.name, different=1)
        if number <= SAMPLES or number % SAMPLE_EVERY == 0:
            self._keep(shadow, answered, outcome)

    def _keep(self, shadow: ReadyShadow, answered: Answered, outcome: Outcome) -> None:
        sample = stored(answered, masked)
        theirs = stored(dataclasses.replace(answered, outcome=outcome), masked)
        shown = {**sample, "shadow": {name: theirs[name] for name in ("decision", "error") if name in theirs}}
        with self._lock:
            self._found[shadow.release.name].samples.append(shown)
        _log.info("shadow %s differs: %s", shadow.release.name, json.dumps(shown, ensure_ascii=False))

    def _count(self, name: str, *, same: int = 0, different: int = 0, failed: int = 0) -> int:
        """Count; how many differences there are by now."""
        with self._lock:
            one = self._found.setdefault(name, Compared())
            one.same += same
            one.different += different
            one.failed += failed
            return one.different


def answer_of(model: Model, answered: Answered) -> Outcome:
    """What another model answers to the same question, on the day that was asked about."""
    decided = answered.outcome
    day = decided.as_of if isinstance(decided, Decision) else answered.as_of
    try:
        return model.evaluate(answered.inputs, table=answered.table or None, as_of=day)
    except Refusal as refusal:
        return refusal


def meaning(outcome: Outcome) -> tuple[object, ...]:
    """What callers act upon: status and results, or why it was refused; not where in which workbook that stands."""
    if isinstance(outcome, Refusal):
        return ("refused", outcome.reason, outcome.field)
    return (outcome.status, dict(outcome.results), tuple(sorted(outcome.missing)))
