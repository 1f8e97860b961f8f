"""Arrow IPC streams from strangers: looked at before Arrow unpacks anything.

A message of a few bytes can say that it unpacks to gigabytes. So compressed batches are refused, columns may only have
types whose size is that of their bytes, and every array is validated in full before a value of it is read.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from decision_tables.evaluator.refusal import Reason
from decision_tables_server.errors import RequestFault, fault

if TYPE_CHECKING:
    import pyarrow

_DICTIONARY_BATCH, _RECORD_BATCH = 2, 3
_HEADER_TYPE, _HEADER, _BODY_LENGTH, _DICTIONARY_DATA, _COMPRESSION = 1, 2, 3, 1, 3
"""Numbers of flatbuffer fields in Arrow's Message, DictionaryBatch and RecordBatch."""


def read_stream(content: bytes, max_rows: int, too_many: Any) -> pyarrow.Table:
    """The table of a stream. Refuses what is none, is compressed, or has columns of other types than values have.

    ``too_many`` makes the fault for more rows than ``max_rows``.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - Arrow is an extra
    except ImportError:
        raise unusable(
            "这个服务器没有安装 Arrow（extra: bulk）", "this server is installed without Arrow (the extra “bulk”)"
        ) from None
    try:
        _refuse_compressed(content)
        return _read(pa, content, max_rows, too_many)
    except (pa.ArrowException, struct.error, IndexError, ValueError, OSError, MemoryError) as error:
        raise unusable("内容读不出", f"it cannot be read ({type(error).__name__})") from None


def unusable(zh: str, en: str) -> RequestFault:
    """The stream cannot be used."""
    return fault(Reason.INVALID_REQUEST, f"arrow 不能使用：{zh}。", f"arrow cannot be used: {en}.", field="arrow")


def _read(pa: Any, content: bytes, max_rows: int, too_many: Any) -> pyarrow.Table:
    with pa.ipc.open_stream(content) as reader:
        names = reader.schema.names  # which fails where they are not UTF-8
        for name, kind in zip(names, reader.schema.types, strict=True):
            if not _is_plain(pa.types, kind):
                raise unusable(f"列“{name[:80]}”的类型不支持", f"the type of the column “{name[:80]}” is not supported")
        batches, rows = [], 0
        for batch in reader:
            rows += batch.num_rows
            if rows > max_rows:
                raise too_many(rows, max_rows)
            batch.validate(full=True)
            batches.append(batch)
        table: pyarrow.Table = pa.Table.from_batches(batches, reader.schema)
        return table


def _is_plain(types: Any, kind: Any) -> bool:
    """Whether each value of the type has bytes of its own."""
    if types.is_dictionary(kind):
        return _is_plain(types, kind.value_type) and not types.is_dictionary(kind.value_type)
    if types.is_list(kind) or types.is_large_list(kind):
        return _is_text(types, kind.value_type)
    return (
        _is_text(types, kind)
        or types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_decimal(kind)
        or types.is_boolean(kind)
        or types.is_date(kind)
        or types.is_timestamp(kind)
        or types.is_null(kind)
    )


def _is_text(types: Any, kind: Any) -> bool:
    return bool(types.is_string(kind) or types.is_large_string(kind))


def _refuse_compressed(content: bytes) -> None:
    """Walk over the messages of the stream and look at the headers of their batches."""
    at = 0
    while at + 8 <= len(content):
        marker, size = struct.unpack_from("<Ii", content, at)
        if marker != 0xFFFFFFFF:  # streams of old writers have no marker
            size, start = struct.unpack_from("<i", content, at)[0], at + 4
        else:
            start = at + 8
        if size == 0:
            return
        if size < 0 or start + size > len(content):
            raise ValueError("the message is cut off")
        metadata = content[start : start + size]
        if _is_compressed(metadata):
            raise unusable("不接受压缩的内容", "compressed content is not taken")
        at = start + size + _body_length(metadata)


def _is_compressed(metadata: bytes) -> bool:
    message = _table(metadata, 0)
    kind = _field(metadata, message, _HEADER_TYPE)
    header = _field(metadata, message, _HEADER)
    if kind is None or header is None:
        return False
    batch: int | None = _table(metadata, header)
    if metadata[kind] == _DICTIONARY_BATCH:
        data = _field(metadata, _table(metadata, header), _DICTIONARY_DATA)
        batch = _table(metadata, data) if data is not None else None
    elif metadata[kind] != _RECORD_BATCH:
        return False
    return batch is not None and _field(metadata, batch, _COMPRESSION) is not None


def _body_length(metadata: bytes) -> int:
    at = _field(metadata, _table(metadata, 0), _BODY_LENGTH)
    length: int = struct.unpack_from("<q", metadata, at)[0] if at is not None else 0
    if length < 0:
        raise ValueError("the body has a negative length")
    return length


def _table(metadata: bytes, at: int) -> int:
    """Where the table lies to which a flatbuffer offset at some place points."""
    return at + int(struct.unpack_from("<I", metadata, at)[0])


def _field(metadata: bytes, table: int, number: int) -> int | None:
    """Where a field of a flatbuffer table lies; None if the table does not have it."""
    types = table - struct.unpack_from("<i", metadata, table)[0]
    if types < 0:
        raise ValueError("the table has no types")
    (size,) = struct.unpack_from("<H", metadata, types)
    if 4 + 2 * number >= size:
        return None
    (offset,) = struct.unpack_from("<H", metadata, types + 4 + 2 * number)
    return table + offset if offset else None
