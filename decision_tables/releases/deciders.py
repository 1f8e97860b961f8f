"""Compiled models ready to decide: loaded from the store once, the ones used last kept within a bound of memory."""

from __future__ import annotations

import collections
import dataclasses
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Generic, TypeAlias, TypeVar

from decision_tables.compiler import CompiledRefused
from decision_tables.releases.errors import ReleaseReason, ReleaseRefused, StoreFailure
from decision_tables.releases.preparing import Decider
from decision_tables.releases.release import Release

DEFAULT_BYTES: Final = 256 * 1024 * 1024
"""What the models that are kept ready may take, by estimate."""
LOADED_PER_STORED: Final = 10
"""How many bytes a loaded model takes for each byte of it that is stored; measured between 1 and 8."""
LOADS_AT_ONCE: Final = 2
"""How many models are loaded side by side, so that many questions about the past do not fill the memory."""

AnyDecider = TypeVar("AnyDecider", bound=Decider)
Fetch: TypeAlias = Callable[[str], bytes]
"""Gives the content of a digest, compared with it; see ``View.content``."""


@dataclasses.dataclass
class Uses:
    """How the models that were asked for were come by, and how many had to make room."""

    found: int = 0
    loaded: int = 0
    evicted: int = 0


@dataclasses.dataclass
class _Turn:
    """Those who want one model: who is loading it, and how many there are in all."""

    lock: threading.Lock = dataclasses.field(default_factory=threading.Lock)
    users: int = 0


class Deciders(Generic[AnyDecider]):
    """Models by the digests of their compiled bytes. Of callers who want the same one, one loads it, others wait.

    ``most_bytes`` bounds what is kept. A model that is larger alone answers whoever asked, and is not kept.
    """

    def __init__(self, load: Callable[[bytes], AnyDecider], most_bytes: int = DEFAULT_BYTES) -> None:
        self._load = load
        self._most_bytes = most_bytes
        self._kept: collections.OrderedDict[str, tuple[AnyDecider, int]] = collections.OrderedDict()
        self._bytes = 0
        self._uses = Uses()
        self._lock = threading.Lock()
        self._turns: dict[str, _Turn] = {}
        self._room = threading.Semaphore(LOADS_AT_ONCE)

    def of(self, release: Release, fetch: Fetch) -> AnyDecider:
        """The compiled model of a release. Raises ``ReleaseRefused`` for a proposal, ``StoreFailure`` if damaged."""
        if not release.can_decide:
            raise ReleaseRefused(ReleaseReason.NOT_APPROVED, release=release.name)
        digest = release.manifest.compiled
        known = self._known(digest)
        if known is not None:
            return known
        with self._alone(digest):
            known = self._known(digest)
            return known if known is not None else self._loaded(release, fetch)

    def as_dict(self) -> dict[str, int]:
        """The counts so far, with what is kept now."""
        with self._lock:
            return {**dataclasses.asdict(self._uses), "kept": len(self._kept), "kept_bytes": self._bytes}

    def _known(self, digest: str) -> AnyDecider | None:
        with self._lock:
            kept = self._kept.get(digest)
            if kept is None:
                return None
            self._kept.move_to_end(digest)
            self._uses.found += 1
            return kept[0]

    @contextmanager
    def _alone(self, digest: str) -> Iterator[None]:
        """One caller at a time for each digest, and a bounded number of callers in all."""
        with self._lock:
            turn = self._turns.setdefault(digest, _Turn())
            turn.users += 1
        try:
            with turn.lock:
                yield
        finally:
            with self._lock:
                turn.users -= 1
                if not turn.users:
                    del self._turns[digest]

    def _loaded(self, release: Release, fetch: Fetch) -> AnyDecider:
        with self._room:
            content = fetch(release.manifest.compiled)
            decider = load_decider(self._load, content, release)
        self._keep(release.manifest.compiled, decider, len(content) * LOADED_PER_STORED)
        return decider

    def _keep(self, digest: str, decider: AnyDecider, size: int) -> None:
        with self._lock:
            self._uses.loaded += 1
            if size > self._most_bytes:
                return
            self._kept[digest] = decider, size
            self._bytes += size
            while self._bytes > self._most_bytes:
                _, (_, freed) = self._kept.popitem(last=False)
                self._bytes -= freed
                self._uses.evicted += 1


def load_decider(load: Callable[[bytes], AnyDecider], content: bytes, release: Release) -> AnyDecider:
    """A compiled model from its bytes. Raises ``StoreFailure`` if this program cannot load it."""
    try:
        return load(content)
    except CompiledRefused as refused:
        raise StoreFailure(ReleaseReason.NOT_LOADABLE, release=release.name, why=refused.message) from refused
