"""What is served at one moment. A call takes the snapshot once and sees nothing else until it ends."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import hashlib
import threading
from collections.abc import Mapping
from typing import Any, TypeAlias

from decisiontables.v1.release_pb2 import ReleaseReference

from decision_tables.engine import Model
from decision_tables.problems import Problem
from decision_tables.releases.release import Release
from decision_tables.text import Bilingual, nearest
from decision_tables_server.archive import Archive
from decision_tables_server.errors import ServerReason, fault
from decision_tables_server.noting import Note
from decision_tables_server.shadowing import Shadows

Finding: TypeAlias = Mapping[str, Any]
"""A finding as plain data, as ``problems.report_json`` writes it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Example:
    """A case that somebody can try: the table, or None for all, the inputs as texts, and the date in ISO form."""

    table: str | None
    inputs: Mapping[str, str]
    as_of: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class ServedModel:
    """A model that answers, the file it comes from, and the problems of a newer version that could not be used.

    ``contract_lock`` is the lock of its typed contract as its release has it; it, ``release`` and ``reference`` are
    empty where a folder is served. ``not_loadable`` says why the release that should answer instead cannot be loaded.
    ``examples`` are test cases of the workbook; a release in compiled form has none. ``reported`` are the findings
    about the workbook of a release as they were when it was proposed; those of a folder's workbook stand in its model.
    """

    model: Model
    file: str
    refused: tuple[Problem, ...] = ()
    contract_lock: bytes = b""
    release: Release | None = None
    reference: ReleaseReference | None = None
    not_loadable: Bilingual | None = None
    examples: tuple[Example, ...] = ()
    reported: tuple[Finding, ...] = ()

    @property
    def digests(self) -> str:
        """What names its content: the digest of its workbook, and of its release where it has one."""
        release = self.release.digest if self.release is not None else ""
        return f"{self.model.definition.digest} {release}"

    def answers_as(self, other: ServedModel) -> bool:
        """Whether both give the same answers and say the same of where these come from."""
        same_model = self.model.definition.digest == other.model.definition.digest
        return same_model and self.reference == other.reference


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """The models by key, in the order of their keys; and why others cannot answer although they should."""

    models: Mapping[str, ServedModel] = dataclasses.field(default_factory=dict)
    missing: Mapping[str, Bilingual] = dataclasses.field(default_factory=dict)

    def model(self, key: str) -> ServedModel:
        """The model of that key; without a key the only one there is."""
        if not key:
            return self._only_model()
        found = self.models.get(key)
        if found is None and key in self.missing:
            why = self.missing[key]
            raise fault(ServerReason.NOT_LOADABLE, why.zh, why.en, model=key)
        if found is None:
            suggestions = tuple(nearest(key, self.models))
            raise fault(
                ServerReason.UNKNOWN_MODEL,
                f"没有标识为“{key}”的模型。",
                f"There is no model “{key}”.",
                field="model",
                model=key,
                suggestions=suggestions,
            )
        return found

    def _only_model(self) -> ServedModel:
        if len(self.models) != 1:
            raise fault(
                ServerReason.MODEL_REQUIRED,
                f"服务器上有 {len(self.models)} 个模型，请指明是哪一个。",
                f"The server has {len(self.models)} models. Name one.",
                field="model",
                suggestions=tuple(self.models)[:5],
            )
        return next(iter(self.models.values()))

    @functools.cached_property
    def fingerprint(self) -> str:
        """A short name of this set of models; it changes when any of them does."""
        digests = [f"{key} {served.digests}\n" for key, served in self.models.items()]
        return hashlib.sha256("".join(digests).encode()).hexdigest()[:16]


class Serving:
    """The snapshot in force; replaced as a whole by one assignment, which wakes everybody who waits for a change.

    ``archive`` has the releases of the past; it is None where a folder is served. ``notes`` are told of every
    answer, ``shadows`` of those of active releases that have one; of one call in columns they are told of
    ``noted_rows`` rows at most.
    """

    def __init__(self, current: Snapshot | None = None) -> None:
        self._current = Snapshot()
        self.archive: Archive | None = None
        self.notes: tuple[Note, ...] = ()
        self.noted_rows = 0
        self.shadows: Shadows | None = None
        self._since: Mapping[str, datetime.datetime] = {}
        self._changed = threading.Condition()
        if current is not None:
            self.current = current

    @property
    def current(self) -> Snapshot:
        """The snapshot that answers now."""
        return self._current

    @current.setter
    def current(self, snapshot: Snapshot) -> None:
        with self._changed:
            self._since = self._times(snapshot)
            self._current = snapshot
            self._changed.notify_all()

    def notes_about(self, key: str) -> tuple[Note, ...]:
        """Who is told of the answers that a model gives now."""
        if self.shadows is None or key not in self.shadows.ready:
            return self.notes
        return (self.shadows, *self.notes)

    def since(self, key: str) -> datetime.datetime | None:
        """When the model began to answer as it does now; None where there is no such model."""
        return self._since.get(key)

    def _times(self, snapshot: Snapshot) -> dict[str, datetime.datetime]:
        now = datetime.datetime.now(datetime.UTC)
        before = self._current.models
        return {
            key: self._since[key] if key in before and before[key].answers_as(served) else now
            for key, served in snapshot.models.items()
        }

    def other_than(self, seen: Snapshot, seconds: float) -> Snapshot:
        """The snapshot in force as soon as it is not ``seen``; ``seen`` itself if that takes longer."""
        with self._changed:
            self._changed.wait_for(lambda: self._current is not seen, seconds)
            return self._current
