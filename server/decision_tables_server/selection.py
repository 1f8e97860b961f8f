"""Which model answers a request: the active one, a release that is named, or the one active at a past moment."""

from __future__ import annotations

import dataclasses
import datetime

from decisiontables.v1.release_pb2 import ReleaseReference
from google.protobuf.timestamp_pb2 import Timestamp

from decision_tables.engine import Model
from decision_tables.evaluator.refusal import Reason
from decision_tables.releases.errors import ReleaseError, ReleaseReason, ReleaseRefused
from decision_tables.releases.preparing import SEMANTICS
from decision_tables.releases.release import Release
from decision_tables_server.archive import Archive
from decision_tables_server.convert.references import reference_message
from decision_tables_server.errors import RequestFault, ServerReason, fault
from decision_tables_server.noting import Note
from decision_tables_server.release_faults import release_fault
from decision_tables_server.snapshot import ServedModel, Serving


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Selected:
    """The model that answers, and what every answer says of where it comes from."""

    model: Model
    release: ReleaseReference | None = None
    known_at: Timestamp | None = None
    semantics: str = SEMANTICS
    record: Release | None = None
    notes: tuple[Note, ...] = ()
    noted_rows: int = 0
    """Of how many rows of columns ``notes`` are told at most."""


def select(serving: Serving, model: str, release: str = "", known_at: Timestamp | None = None) -> Selected:
    """The model that a request asks for, by its key, a release or a moment.

    A call selects once, and is answered by nothing else.
    """
    if not release and known_at is None:
        return _active(serving.current.model(model), serving)
    if release and known_at is not None:
        raise _refused("known_at", "release 和 known_at 只能给一个。", "Only one of release and known_at may be given.")
    if serving.archive is None:
        raise fault(
            ServerReason.NO_RELEASE_STORE,
            "服务器直接使用文件夹里的工作簿，没有版本库，不能指定版本或过去的时刻。",
            "The server answers from a folder of workbooks and has no store of releases to look into.",
            field="release" if release else "known_at",
        )
    return _past(serving.archive, serving, model, release, known_at)


def _active(served: ServedModel, serving: Serving) -> Selected:
    record = served.release
    semantics = record.manifest.semantics if record is not None else SEMANTICS
    return Selected(
        served.model,
        served.reference,
        semantics=semantics,
        record=record,
        notes=serving.notes_about(served.model.key),
        noted_rows=serving.noted_rows,
    )


def _past(archive: Archive, serving: Serving, model: str, release: str, known_at: Timestamp | None) -> Selected:
    try:
        if known_at is None:
            found = _of_model(archive.find(release), model)
        else:
            found = archive.answering(model or serving.current.model("").model.key, _moment(known_at))
        loaded = archive.model_of(found)
    except ReleaseError as error:
        field = "release" if release else "known_at"
        raise RequestFault(dataclasses.replace(release_fault(error), field=field, model=model)) from error
    reference = reference_message(found)
    return Selected(loaded, reference, known_at, found.manifest.semantics, found, serving.notes, serving.noted_rows)


def _of_model(release: Release, model: str) -> Release:
    if model and release.manifest.model != model:
        raise ReleaseRefused(ReleaseReason.UNKNOWN_RELEASE, reference=f"{model}: {release.name}")
    return release


def _moment(known_at: Timestamp) -> datetime.datetime:
    try:
        return known_at.ToDatetime(datetime.UTC)
    except (ValueError, OverflowError) as error:
        raise _refused("known_at", "known_at 不是可用的时刻。", "known_at is no moment that can be used.") from error


def _refused(field: str, zh: str, en: str) -> RequestFault:
    return fault(Reason.INVALID_REQUEST, zh, en, field=field)
