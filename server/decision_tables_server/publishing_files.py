"""Files as they travel: what is wanted first, then bytes; and back again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from decision_tables.evaluator.refusal import Reason
from decision_tables_server.errors import RequestFault, ServerReason, fault

CHUNK: Final = 64 * 1024
"""How many bytes of a file go into one message."""


def received(requests: Iterator[Any], first: str, most: int) -> tuple[Any, bytes]:
    """The message that says what is wanted, and the file after it. Refuses another order, and too many bytes."""
    head = next(requests, None)
    if head is None or head.WhichOneof("part") != first:
        raise _out_of_order(first)
    content = bytearray()
    for request in requests:
        if request.WhichOneof("part") != "chunk":
            raise _out_of_order(first)
        content += request.chunk
        if len(content) > most:
            raise _too_large(most)
    return getattr(head, first), bytes(content)


def chunks(content: bytes) -> Iterator[bytes]:
    """A file in parts."""
    return (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))


def _out_of_order(first: str) -> RequestFault:
    return fault(
        Reason.INVALID_REQUEST,
        f"流里的第一条消息要有 {first}，其余的都要有 chunk。",
        f"The first message of the stream has to be “{first}”, and every other one a “chunk”.",
        field=first,
    )


def _too_large(most: int) -> RequestFault:
    return fault(
        ServerReason.FILE_TOO_LARGE,
        f"文件超过 {most} 字节。请减小文件，或请管理员用 --max-file-bytes 放宽。",
        f"The file has more than {most} bytes. Send a smaller one; the server's operator sets --max-file-bytes.",
        field="chunk",
    )
