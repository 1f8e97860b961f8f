"""Which release answers for each model: as it is, and every change of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from decisiontables.v1.catalog_service_pb2 import WatchReleasesResponse

from decision_tables_server.convert.values import moment_message
from decision_tables_server.snapshot import ServedModel, Serving, Snapshot
from decision_tables_server.streams import LOOK_SECONDS, Stream


def changes(
    serving: Serving, wanted: frozenset[str], visible: Callable[[str], bool], stream: Stream
) -> Iterator[WatchReleasesResponse]:
    """The models as they are, and then each change; ``wanted`` names the models, none of them means all visible ones.

    Whoever reads slowly misses what was replaced meanwhile, and always learns of what holds at last.
    """
    seen = Snapshot()
    while stream.call.is_active():
        current = serving.other_than(seen, LOOK_SECONDS)
        stream.look()
        keys = sorted(current.models.keys() | seen.models.keys())
        for key in (key for key in keys if (not wanted or key in wanted) and visible(key)):
            before, now = seen.models.get(key), current.models.get(key)
            if before is None or now is None or not now.answers_as(before):
                yield _change(serving, key, now)
        seen = current


def _change(serving: Serving, key: str, now: ServedModel | None) -> WatchReleasesResponse:
    since = serving.since(key)
    return WatchReleasesResponse(
        model=key,
        release=now.reference if now is not None else None,
        model_digest=now.model.definition.digest if now is not None else "",
        change_time=moment_message(since) if since is not None else None,
    )
