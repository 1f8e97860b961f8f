"""Following a store: a thread that looks whenever something may have changed, and a second one that listens."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from sqlalchemy import text

from decision_tables.releases.database import CHANNEL, Database

RECONNECT_SECONDS: Final = 1.0
"""How long to wait before listening again after a connection was lost."""
HEARING_SECONDS: Final = 0.5
"""How long one wait for a notification lasts; a listener that is to end does so within this time."""

_log = logging.getLogger(__name__)


class Follower:
    """Calls ``look`` again and again: when the database tells of an entry, else after the seconds that it gave last.

    ``look`` answers for its own failures; whatever it raises is logged, and it is called again after ``at_most``.
    """

    def __init__(self, database: Database, look: Callable[[], float], at_most: float) -> None:
        self._look = look
        self._at_most = at_most
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._follow, name="store", daemon=True)]
        if not database.is_file:
            listen = Listener(database, self._wake.set, self._stopped).run
            self._threads.append(threading.Thread(target=listen, name="store-listener", daemon=True))

    def start(self) -> None:
        """Begin to follow."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End; what is being loaded is left behind after a while."""
        self._stopped.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(timeout=5)

    def _follow(self) -> None:
        wait = self._at_most
        while True:
            self._wake.wait(wait)
            if self._stopped.is_set():
                return
            self._wake.clear()
            try:
                wait = min(self._at_most, max(0.0, self._look()))
            except Exception:
                _log.exception("looking for changes failed; it is tried again")
                wait = self._at_most


class Listener:
    """Waits for what PostgreSQL tells of new entries. A lost connection is made anew, and counts as news.

    The log says once that nothing is heard, with the reason, and once that it is heard again.
    """

    def __init__(self, database: Database, heard: Callable[[], None], stopped: threading.Event) -> None:
        self._database = database
        self._heard = heard
        self._stopped = stopped
        self._deaf_since: float | None = None

    def run(self) -> None:
        """Listen until it is stopped."""
        while not self._stopped.is_set():
            try:
                self._listen()
            except Exception as error:  # the database's, SQLAlchemy's, or psycopg's own while it waits
                self._note_deaf(error)
            self._stopped.wait(RECONNECT_SECONDS)

    def _note_deaf(self, error: Exception) -> None:
        if self._deaf_since is None and not self._stopped.is_set():
            self._deaf_since = time.monotonic()
            why = str(error).strip().partition("\n")[0]
            _log.warning("the store tells of changes no more, they are only looked for every so often: %s", why)

    def _note_hearing(self) -> None:
        if self._deaf_since is not None:
            _log.warning("the store tells of changes again after %.1f s", time.monotonic() - self._deaf_since)
            self._deaf_since = None

    def _listen(self) -> None:
        with self._database.engine.connect() as opened:
            connection = opened.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text(f"LISTEN {CHANNEL}"))
            self._note_hearing()
            self._heard()
            driver = connection.connection.driver_connection
            try:
                while driver is not None and not self._stopped.is_set():
                    for _ in driver.notifies(timeout=HEARING_SECONDS, stop_after=1):
                        self._heard()
            finally:
                connection.invalidate()  # it still listens, and must not go back to the pool
