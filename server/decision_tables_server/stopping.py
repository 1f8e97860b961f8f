"""Waiting for the signal that ends a process.

The handler of a signal runs between two steps of the main thread, whatever that is doing: so it may touch nothing that
the main thread could hold at that moment, such as the lock of an event. A ``SimpleQueue`` is made for this.
"""

from __future__ import annotations

import queue
import signal
import types
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """The wish to end, by a signal or by :meth:`ask`."""

    def __init__(self) -> None:
        self._asked: queue.SimpleQueue[None] = queue.SimpleQueue()

    def listen(self) -> None:
        """Take the signals from now on; for the main thread."""
        for number in SIGNALS:
            signal.signal(number, self._on_signal)

    def ask(self) -> None:
        """Wish the process to end."""
        self._asked.put(None)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the wish; False if the time was over first. After the wish a second signal ends at once."""
        try:
            self._asked.get(timeout=seconds)
        except queue.Empty:
            return False
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        return True

    def _on_signal(self, number: int, frame: types.FrameType | None) -> None:
        self._asked.put(None)
