"""The source that the settings name: a folder of workbooks, or a store of releases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from decision_tables.engine import load_compiled
from decision_tables.releases.deciders import Deciders
from decision_tables.releases.errors import StoreFailure
from decision_tables.releases.reading import StoreReader
from decision_tables.releases.signing import KeyFolder
from decision_tables.text import Bilingual
from decision_tables_server.archive import Archive, StoreClock
from decision_tables_server.publishing_desk import bounds_of
from decision_tables_server.settings import Settings
from decision_tables_server.shadowing import Shadows
from decision_tables_server.snapshot import Serving, Snapshot
from decision_tables_server.sources.folder import FolderSource, WorkbookFolder
from decision_tables_server.sources.kept import Kept
from decision_tables_server.sources.store import StoreSource

OnChange: TypeAlias = Callable[[Snapshot, Snapshot], None]


class Source(Protocol):
    """Where models come from; it keeps the snapshot in force up to date."""

    def load(self) -> None:
        """Take up what is there. Raises ``OSError`` or ``StoreFailure`` if it is not there at all."""

    def look(self) -> object:
        """Take up what has changed since the last look. Never raises: what cannot be read stays as it is."""

    def start(self) -> None:
        """Begin to follow what changes."""

    def stop(self) -> None:
        """Follow it no more."""


class CannotServe(Exception):
    """There is nothing that could be served; ``reason`` says why and what to do."""

    def __init__(self, reason: Bilingual) -> None:
        super().__init__(reason.en)
        self.reason = reason


def source_of(
    settings: Settings, serving: Serving, on_change: OnChange, shadows: Shadows, kept: Kept | None = None
) -> Source:
    """The source; workers give what they keep for each other. Raises ``CannotServe`` for a store that is not there."""
    if settings.store is None:
        bounds = bounds_of(settings.check_seconds, settings.check_megabytes)
        folder = WorkbookFolder(settings.workbooks, serving, on_change, bounds, kept)
        return FolderSource(folder, settings.poll_seconds)
    try:
        reader = StoreReader(settings.store)
        keys = KeyFolder(settings.trusted_keys) if settings.trusted_keys is not None else None
        if keys is not None:
            keys.trust()
    except StoreFailure as failure:
        raise _not_there(failure) from failure
    deciders = Deciders(load_compiled, settings.past_releases_megabytes * 1024 * 1024)
    archive = Archive(reader, deciders, StoreClock())
    serving.archive = archive
    return StoreSource(
        archive,
        serving,
        shadows=shadows,
        keys=keys,
        poll_seconds=settings.store_poll_seconds,
        on_change=on_change,
    )


def load(source: Source) -> None:
    """Take up what is there. Raises ``CannotServe``."""
    try:
        source.load()
    except OSError as error:
        why = Bilingual(f"无法读取工作簿文件夹：{error}", f"the folder of workbooks cannot be read: {error}")
        raise CannotServe(why) from error
    except StoreFailure as failure:
        raise _not_there(failure) from failure


def _not_there(failure: StoreFailure) -> CannotServe:
    return CannotServe(Bilingual(f"{failure.message.zh} {failure.hint.zh}", f"{failure.message.en} {failure.hint.en}"))
