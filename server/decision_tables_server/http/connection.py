"""A connection over HTTP within bounds: nobody holds one who sends no request, or does not read the answer."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from decision_tables_server.http.messages import JSON
from decision_tables_server.http.refusing import not_http


@dataclasses.dataclass(frozen=True, slots=True)
class ConnectionBounds:
    """How many connections there may be, and how long one may be of no use."""

    max_connections: int
    request_seconds: float
    """How long the head of a request may take to come, from the moment when the connection is ready for it."""
    answer_seconds: float
    """How long an answer may lie unread."""


class Connection(H11Protocol):
    """uvicorn's connection, which waits for ever in some states, with an end to each of them."""

    def __init__(self, bounds: ConnectionBounds, **of_uvicorn: Any) -> None:
        super().__init__(**of_uvicorn)
        self._bounds = bounds
        self._for_request: asyncio.TimerHandle | None = None
        self._for_reader: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Wait for a request; one connection too many is closed."""
        super().connection_made(transport)
        if len(self.connections) > self._bounds.max_connections:
            transport.abort()
        else:
            self._wait_for_request()

    def data_received(self, data: bytes) -> None:
        """Take up what came. A request that comes in small parts has no longer for it than any other."""
        super().data_received(data)
        if self._is_answering():
            _cancel(self._for_request)
            self._for_request = None
        elif self._for_request is None:
            self._wait_for_request()

    def on_response_complete(self) -> None:
        """See to it that the answer is read."""
        super().on_response_complete()
        if self.transport.get_write_buffer_size():
            self._wait_for_reader()

    def pause_writing(self) -> None:
        """More lies unread than is sent ahead; it has to be read in time."""
        super().pause_writing()
        self._wait_for_reader()

    def resume_writing(self) -> None:
        """The caller reads."""
        super().resume_writing()
        _cancel(self._for_reader)
        self._for_reader = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        _cancel(self._for_request)
        _cancel(self._for_reader)
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP: told in the form of all other errors."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = not_http().body
            headers = [("content-type", JSON), ("content-length", str(len(body))), ("connection", "close")]
            parts = (h11.Response(status_code=400, headers=headers), h11.Data(data=body), h11.EndOfMessage())
            self.transport.writelines([self.conn.send(part) or b"" for part in parts])
        self.transport.close()

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing: who asks for another protocol is answered in this one, and the log is not theirs to fill."""

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # none before the first request
        return cycle is not None and not cycle.response_complete

    def _wait_for_request(self) -> None:
        self._for_request = self.loop.call_later(self._bounds.request_seconds, self.transport.close)

    def _wait_for_reader(self) -> None:
        if self._for_reader is None:
            self._for_reader = self.loop.call_later(self._bounds.answer_seconds, self._give_up_reader)

    def _give_up_reader(self) -> None:
        self._for_reader = None
        if self.transport.get_write_buffer_size():
            self.transport.abort()


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
