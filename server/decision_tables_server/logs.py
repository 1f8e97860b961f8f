"""The log: lines for people or JSON lines for machines, with nothing in them of what callers sent."""

from __future__ import annotations

import datetime
import json
import logging
import sys
import time
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final, Literal, TextIO, TypeAlias

ACCESS: Final = "decision_tables_server.access"
"""The logger of one line for each call."""

FIELDS: Final = ("request_id", "method", "code", "milliseconds", "trace_id")
"""What a line may say beside its message: given as ``extra`` where it is logged."""

_ExcInfo: TypeAlias = "tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | None"


def configure(
    level: str, form: Literal["text", "json"] = "text", *, access: bool = True, stream: TextIO | None = None
) -> None:
    """Send the log to standard error, from a level up; ``access`` says whether each call has a line."""
    handler = logging.StreamHandler(stream or sys.stderr)
    debugging = level.upper() == "DEBUG"
    handler.setFormatter(JsonLines(debugging) if form == "json" else Lines(debugging))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger(ACCESS).setLevel(logging.NOTSET if access else logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.NOTSET if debugging else logging.WARNING)  # notes of no use here


class Lines(logging.Formatter):
    """Lines for people.

    Where something failed, the places in the code are told and what kind of error it was. Its words are left out
    unless one is looking for a fault (``debug``): they may quote what a caller sent.
    """

    def __init__(self, words_of_errors: bool = False) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")
        self._words_of_errors = words_of_errors
        self._second = (0, "")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging calls it so
        """The local time with milliseconds; the second is put into words once for all its lines."""
        second = int(record.created)
        known = self._second
        if known[0] != second:
            known = self._second = (second, time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(second)))
        return f"{known[1]},{int(record.msecs):03}"

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - logging calls it so
        """What failed, and where."""
        if self._words_of_errors:
            return super().formatException(ei)  # type: ignore[arg-type]
        error = ei[1] if ei else None
        return "\n".join(_without_words(error)) if error is not None else ""


_encoded = json.JSONEncoder(ensure_ascii=False).encode


class JsonLines(Lines):
    """One JSON object a line, with the moment in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {field: found for field in FIELDS if (found := getattr(record, field, None)) is not None}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return _encoded(line)


def _without_words(error: BaseException) -> Iterator[str]:
    """The places where an error came about and its kind; those of its cause first."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from _without_words(earlier)
        yield "which led to:"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
    yield type(error).__qualname__


_access = logging.getLogger(ACCESS)


def log_call(path: str, code: str, seconds: float, request_id: str) -> None:
    """The line of one call; nothing of its inputs."""
    if _access.isEnabledFor(logging.INFO):
        _access.handle(_CallRecord(path, code, seconds * 1000, request_id))


class _CallRecord(logging.LogRecord):
    """A call as a record of the log. Made by hand, since logging would look for the line of code that it comes from."""

    def __init__(self, path: str, code: str, milliseconds: float, request_id: str) -> None:
        said = (path, code, milliseconds, request_id)
        super().__init__(ACCESS, logging.INFO, "", 0, "%s %s %.1f ms id=%s", said, None)
        self.request_id = request_id
        self.method = path
        self.code = code
        self.milliseconds = round(milliseconds, 3)
