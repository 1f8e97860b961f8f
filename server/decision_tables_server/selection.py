"""Which model answers a request: the active one, a release that is named, or the one active at a past moment."""

from __future__ import annotations

import dataclasses

from decisiontables.v1.release_pb2 import ReleaseReference
from google.protobuf.timestamp_pb2 import Timestamp

from decision_tables.engine import Model
from decision_tables.releases.preparing import SEMANTICS
from decision_tables_server.errors import ServerReason, fault
from decision_tables_server.snapshot import Serving


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Selected:
    """The model that answers, and what every answer says of where it comes from."""

    model: Model
    release: ReleaseReference | None = None
    known_at: Timestamp | None = None
    semantics: str = SEMANTICS


def select(serving: Serving, model: str, release: str = "", known_at: Timestamp | None = None) -> Selected:
    """The model that a request asks for, by its key, a release or a moment.

    A call selects once, and is answered by nothing else.
    """
    if release or known_at is not None:
        raise fault(
            ServerReason.NO_RELEASE_STORE,
            "服务器直接使用文件夹里的工作簿，没有版本库，不能指定版本或过去的时刻。",
            "The server answers from a folder of workbooks and has no store of releases to look into.",
            field="release" if release else "known_at",
        )
    return Selected(serving.current.model(model).model)
