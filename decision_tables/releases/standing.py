"""What answers, as one view of the store has it: enough to go on by alone, moments to come included.

A server that has read it needs the database no more until something changes: what was scheduled takes effect at its
moment even while the database is away.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from sqlalchemy import Row, Select, Subquery, select

from decision_tables.releases.canonical import moment_text
from decision_tables.releases.release import Activation, Release, Shadow, activation_from, release_from
from decision_tables.releases.rows import SHADOW, shadow_from
from decision_tables.releases.schema import ACTIVATIONS, RELEASES, SETTINGS
from decision_tables.releases.view import View
from decision_tables.releases.witness import Mark

_Query: TypeAlias = "Select[str, str | None]"


@dataclasses.dataclass(frozen=True, slots=True)
class Turn:
    """From a moment on a model answers by a release; ``release`` is None where it stops answering."""

    activation: Activation
    release: Release | None


@dataclasses.dataclass(frozen=True, slots=True)
class Shadowing:
    """A release that answers unseen beside the active one on a share of the calls."""

    release: Release
    percent: int


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """What is known of all models since the entry ``head``: the turn that has begun, and those to come, in order."""

    head: Mark
    turns: Mapping[str, tuple[Turn, ...]]
    shadows: Mapping[str, Shadowing]

    def at(self, moment: datetime.datetime) -> dict[str, Turn]:
        """The turn of each model that has begun by a moment, not earlier than the one at which this was read."""
        begun = {key: [turn for turn in turns if turn.activation.starts_at <= moment] for key, turns in self._all()}
        return {key: turns[-1] for key, turns in begun.items() if turns}

    def next_start(self, moment: datetime.datetime) -> datetime.datetime | None:
        """When the next turn after a moment begins; None if none is scheduled."""
        starts = (turn.activation.starts_at for _, turns in self._all() for turn in turns)
        return min((start for start in starts if start > moment), default=None)

    def _all(self) -> Iterator[tuple[str, tuple[Turn, ...]]]:
        yield from sorted(self.turns.items())


NOTHING = Standing(Mark(0, ""), {}, {})
"""What is known before the store was read."""


def standing_of(view: View) -> Standing:
    """What answers by one view of a store, with everything that is scheduled."""
    models = select(RELEASES.c.model).distinct().subquery()
    rows = [*view.connection.execute(_begun(models, view.now)), *view.connection.execute(_to_come(models, view.now))]
    turns: defaultdict[str, list[Turn]] = defaultdict(list)
    for turn in map(_turn, rows):
        turns[turn.activation.model].append(turn)
    return Standing(view.head(), {model: tuple(several) for model, several in turns.items()}, _shadows(view))


def _begun(models: Subquery, now: datetime.datetime) -> _Query:
    """The last activation of each model that has begun; one search in the index for each."""
    latest = (
        select(ACTIVATIONS.c.seq)
        .where(
            ACTIVATIONS.c.model == models.c.model,
            ACTIVATIONS.c.cancelled == 0,
            ACTIVATIONS.c.starts_at <= moment_text(now),
        )
        .order_by(ACTIVATIONS.c.starts_at.desc(), ACTIVATIONS.c.seq.desc())
        .limit(1)
        .correlate(models)
        .scalar_subquery()
    )
    return _with_release(models, ACTIVATIONS.c.seq == latest)


def _to_come(models: Subquery, now: datetime.datetime) -> _Query:
    """The activations that have not begun, in the order in which they do."""
    later = (ACTIVATIONS.c.model == models.c.model) & (ACTIVATIONS.c.starts_at > moment_text(now))
    waiting = _with_release(models, later & (ACTIVATIONS.c.cancelled == 0))
    return waiting.order_by(ACTIVATIONS.c.starts_at, ACTIVATIONS.c.seq)


def _with_release(models: Subquery, which: object) -> _Query:
    same = (RELEASES.c.model == ACTIVATIONS.c.model) & (RELEASES.c.number == ACTIVATIONS.c.number)
    joined = models.join(ACTIVATIONS, which).outerjoin(RELEASES, same)  # type: ignore[arg-type]  # a condition
    return select(ACTIVATIONS.c.document, RELEASES.c.document).select_from(joined)


def _turn(row: Row[str, str | None]) -> Turn:
    activation, release = row
    return Turn(activation_from(json.loads(activation)), release_from(json.loads(release)) if release else None)


def _shadows(view: View) -> dict[str, Shadowing]:
    documents = view.connection.execute(select(SETTINGS.c.document).where(SETTINGS.c.name == SHADOW)).scalars()
    shadows: list[Shadow] = [shadow for shadow in map(shadow_from, documents) if shadow.number]
    return {one.model: Shadowing(view.release(one.model, one.number), one.percent) for one in shadows}
