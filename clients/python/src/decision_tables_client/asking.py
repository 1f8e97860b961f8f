"""What every question may say besides its inputs, and the requests that come of it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final, Literal, TypedDict

from decisiontables.v1 import evaluation_service_pb2 as messages
from google.protobuf.timestamp_pb2 import Timestamp

from decision_tables_client.decision import Row
from decision_tables_client.values import date_to_message, fill_inputs


class Ask(TypedDict, total=False):
    """What is asked, by which rules, and how long the answer may take.

    ``model`` may be left out if the server has exactly one. Without ``table`` every table of the model that is in force
    is asked. ``as_of`` is the date whose rules apply, by default today in the model's time zone. ``release`` pins the
    release that decides, by digest or as ``"MODEL#NUMBER"``; ``known_at`` is a moment, with a time zone, whose active
    release decides; only one of the two may be given. ``timeout`` in seconds takes the place of the client's own.
    """

    model: str | None
    table: str | None
    as_of: datetime.date | None
    release: str | None
    known_at: datetime.datetime | None
    timeout: float | None


def asked(ask: Ask) -> dict[str, Any]:
    """The fields that the requests of all questions share."""
    fields: dict[str, Any] = {key: ask[key] for key in _TEXTS if ask.get(key)}
    if ask.get("as_of") is not None:
        fields["as_of"] = date_to_message(ask["as_of"])
    if ask.get("known_at") is not None:
        fields["known_at"] = moment_to_message(ask["known_at"])
    return fields


_TEXTS: Final[tuple[Literal["model", "table", "release"], ...]] = ("model", "table", "release")


def moment_to_message(moment: datetime.datetime | None, name: str = "known_at") -> Timestamp | None:
    """A moment as a message. One without a time zone is refused, since it could be any of two dozen."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError(f"{name} has no time zone")
    message = Timestamp()
    message.FromDatetime(moment)
    return message


def row_to_message(row: Mapping[str, object] | Row) -> messages.EvaluationRow:
    """One case of many: a mapping of inputs, or a ``Row``."""
    given = row if isinstance(row, Row) else Row(row)
    message = messages.EvaluationRow(table=given.table or "", as_of=date_to_message(given.as_of))
    fill_inputs(message.inputs, given.inputs)
    return message
