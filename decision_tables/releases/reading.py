"""A store as servers have it: read, never written, and without a signing key."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from decision_tables.releases.address import Address
from decision_tables.releases.database import Clock, Database, database_at
from decision_tables.releases.migrating import check_structure
from decision_tables.releases.view import View


class StoreReader:
    """A store that is only read. Whether it is one that this program knows is seen at the first look.

    Raises ``StoreFailure`` if its file is not there; a database server may be away.
    """

    def __init__(self, address: str, clock: Clock | None = None) -> None:
        self.database: Database = database_at(address, clock, read_only=True)
        self._is_checked = False

    @property
    def address(self) -> Address:
        """Where it is."""
        return self.database.address

    @contextlib.contextmanager
    def view(self) -> Iterator[View]:
        """One view of everything. Raises ``StoreFailure`` if it cannot be read, or is of another structure."""
        with self.database.reading() as connection:
            if not self._is_checked:
                check_structure(connection, self.address)
                self._is_checked = True
            yield View(connection, self.database.now(connection))

    def content(self, digest: str) -> bytes:
        """The bytes of a digest, in a view of their own: they never change."""
        with self.view() as view:
            return view.content(digest)

    def close(self) -> None:
        """Let go of the connections."""
        self.database.close()
