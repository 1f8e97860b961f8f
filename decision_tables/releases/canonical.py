"""Canonical JSON, digests and moments: what every hash of the store is taken of.

Canonical JSON is RFC 8785 for what we store: objects with ASCII keys in order, no spaces, UTF-8, and no numbers but
whole ones. A moment is written in UTC with microseconds and always as long, so that texts sort as moments do.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import zoneinfo
from collections.abc import Mapping
from typing import Any

MAX_NUMBER = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly."""


def canonical(document: Mapping[str, Any]) -> str:
    """The one text of a document. Raises ``ValueError`` for what has none: fractions, half characters."""
    _look_at(document)
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    text.encode("utf-8")
    return text


def _look_at(value: object) -> None:
    match value:
        case Mapping():
            for key, inner in value.items():
                if not isinstance(key, str) or not key.isascii():
                    raise ValueError(f"{key!r} is no key")
                _look_at(inner)
        case list() | tuple():
            for inner in value:
                _look_at(inner)
        case None | bool() | str():
            pass
        case int() if abs(value) <= MAX_NUMBER:
            pass
        case _:
            raise ValueError(f"{value!r} has no canonical form")


def digest_of(content: bytes) -> str:
    """The name of exactly these bytes."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def digest_of_document(document: Mapping[str, Any]) -> str:
    """The name of a document: the digest of its canonical text."""
    return digest_of(canonical(document).encode("utf-8"))


def moment_text(moment: datetime.datetime) -> str:
    """A moment as ``2026-11-28T02:42:51.000000Z``. Raises ``ValueError`` for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def local_text(moment: datetime.datetime, zone: str) -> str:
    """A moment for people, by the clocks of a zone: ``2026-11-28 10:42:51 +08:00``, or of UTC where it is unknown."""
    try:
        local = moment.astimezone(zoneinfo.ZoneInfo(zone))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        local = moment.astimezone(datetime.UTC)
    return f"{local:%Y-%m-%d %H:%M:%S} {local.isoformat()[-6:]}"


def read_moment(text: str) -> datetime.datetime:
    """The moment that ``moment_text`` wrote. Raises ``ValueError`` for any other text."""
    moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.UTC)
    if moment_text(moment) != text:
        raise ValueError(text)
    return moment
