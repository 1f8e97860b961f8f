"""The structure of the database: made, brought up to date, and recognised."""

from __future__ import annotations

import pathlib
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from decision_tables.releases.address import Address
from decision_tables.releases.errors import ReleaseReason, StoreFailure

_MIGRATIONS: Final = pathlib.Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def wanted_revision() -> str:
    """The structure that this program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # noqa: S101 - the folder is part of the program
    return head


def found_revision(connection: Connection) -> str | None:
    """The structure that a database has; None if it is no store."""
    return MigrationContext.configure(connection).get_current_revision()


def is_known(revision: str) -> bool:
    """Whether this program knows a structure, be it an older one."""
    return any(script.revision == revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def check_structure(connection: Connection, address: Address) -> None:
    """Raises ``StoreFailure`` if the database is no store, or one of another structure than this program's."""
    found = found_revision(connection)
    if found is None:
        raise StoreFailure(ReleaseReason.STORE_MISSING, address=address)
    if found != (wanted := wanted_revision()):
        reason = ReleaseReason.STORE_OUTDATED if is_known(found) else ReleaseReason.STORE_NEWER
        raise StoreFailure(reason, address=address, found=found, wanted=wanted)


def migrate(connection: Connection) -> None:
    """Bring the structure up to date, within the transaction of the connection."""
    command.upgrade(_config(connection), "head")
