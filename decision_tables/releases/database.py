"""The database under the store: connections with the right settings, one writer at a time, one view per reader."""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from decision_tables.releases.address import Address, address_of
from decision_tables.releases.errors import ReleaseReason, StoreFailure

Clock: TypeAlias = Callable[[], datetime.datetime]

BUSY_SECONDS: Final = 10
"""How long a writer waits for another one."""
_WRITER_LOCK: Final = 0x6465636973696F6E
"""The number of the lock that PostgreSQL's writers hold; it spells “decision”."""
_LOCK_NOT_AVAILABLE: Final = "55P03"
_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
)
CHANNEL: Final = "decision_tables"
"""What PostgreSQL tells its listeners on, with the number of the newest entry."""


class Database:
    """A database by its address. The clock is the database server's where there is one, so that machines agree."""

    def __init__(self, address: Address, clock: Clock | None = None, *, read_only: bool = False) -> None:
        self.address = address
        self.is_file = address.file is not None
        self._clock = clock
        self.engine = _sqlite(address, read_only) if self.is_file else _postgresql(address)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database from start to end."""
        with self._failing(), self.engine.connect() as connection, _view(connection, self.is_file), connection.begin():
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection that writes alone; what it wrote is there as a whole once the block has ended, or not at all."""
        with self._failing(), self.engine.connect() as opened:
            connection = opened.execution_options(writes=True)
            with connection.begin():
                if not self.is_file:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITER_LOCK})
                yield connection

    @contextlib.contextmanager
    def adding(self) -> Iterator[Connection]:
        """A connection that adds rows which the ledger knows nothing of; on PostgreSQL it keeps no writer waiting."""
        with self._failing(), self.engine.connect() as opened:
            connection = opened.execution_options(writes=True)
            with connection.begin():
                yield connection

    def now(self, connection: Connection) -> datetime.datetime:
        """The moment, in UTC."""
        if self._clock is not None:
            return self._clock()
        if self.is_file:
            return datetime.datetime.now(datetime.UTC)
        moment: datetime.datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment.astimezone(datetime.UTC)

    def tell(self, connection: Connection, seq: int) -> None:
        """Let listeners know of a new entry when the transaction has been committed."""
        if not self.is_file:
            connection.execute(text("SELECT pg_notify(:channel, :seq)"), {"channel": CHANNEL, "seq": str(seq)})

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise self.failure(error) from error

    def failure(self, error: DBAPIError) -> StoreFailure:
        """What an error of the database means to the operator."""
        if _is_busy(error):
            return StoreFailure(ReleaseReason.STORE_BUSY, address=self.address)
        why = str(error.orig).strip().partition("\n")[0]
        return StoreFailure(ReleaseReason.STORE_UNAVAILABLE, address=self.address, why=why)


def database_at(address: str, clock: Clock | None = None, *, read_only: bool = False) -> Database:
    """The database of a store that is there. Raises ``StoreFailure`` if its file is not."""
    place = address_of(address)
    if place.file is not None and not place.file.is_file():
        raise StoreFailure(ReleaseReason.STORE_MISSING, address=place)
    return Database(place, clock, read_only=read_only)


@contextlib.contextmanager
def _view(connection: Connection, is_file: bool) -> Iterator[None]:
    """PostgreSQL needs to be asked for one view of everything; SQLite gives it."""
    if not is_file:
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    yield


def _is_busy(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE


def _sqlite(address: Address, read_only: bool) -> Engine:
    engine = create_engine(address.url, connect_args={"isolation_level": None, "timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, record: object) -> None:
        for pragma in (*_PRAGMAS, "PRAGMA query_only = ON") if read_only else _PRAGMAS:
            connection.execute(pragma).fetchall()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Deferred transactions that read first and write later fail when another writer came between.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(address: Address) -> Engine:
    settings = f"-c lock_timeout={BUSY_SECONDS * 1000} -c synchronous_commit=on -c statement_timeout=60000"
    return create_engine(
        address.url,
        pool_pre_ping=True,
        pool_size=2,
        connect_args={
            "connect_timeout": 5,
            "application_name": "decision-tables",
            "options": settings,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
        },
    )
