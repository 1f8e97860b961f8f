"""Where a store is: the path of an SQLite file, or the URL of a PostgreSQL database."""

from __future__ import annotations

import dataclasses
import pathlib

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from decision_tables.releases.errors import ReleaseReason, StoreFailure

_POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")


@dataclasses.dataclass(frozen=True, slots=True)
class Address:
    """A place for a store. ``file`` is None where it is no file."""

    url: URL
    file: pathlib.Path | None

    def __str__(self) -> str:
        """The address as it may be shown: without a password."""
        return (
            str(self.file) if self.file else self.url.set(drivername="postgresql").render_as_string(hide_password=True)
        )


def address_of(text: str) -> Address:
    """The address that an operator wrote. Raises ``StoreFailure`` for what is none."""
    if "://" not in text:
        return _file(text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise StoreFailure(ReleaseReason.BAD_ADDRESS, address=text.partition("@")[2] or "…") from error
    if url.drivername == "sqlite":
        return _file(url.database or "")
    if url.drivername not in _POSTGRESQL:
        raise StoreFailure(ReleaseReason.BAD_ADDRESS, address=url.render_as_string(hide_password=True))
    return Address(url.set(drivername="postgresql+psycopg"), None)


def _file(text: str) -> Address:
    if not text or "\0" in text or text == ":memory:":
        raise StoreFailure(ReleaseReason.BAD_ADDRESS, address=text)
    path = pathlib.Path(text)
    return Address(URL.create("sqlite+pysqlite", database=str(path)), path)
