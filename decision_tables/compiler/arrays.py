"""Arrays of numbers in the second part of a compiled file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from decision_tables.compiler.compiled_model_pb2 import Array
from decision_tables.compiler.envelope import malformed

_TYPES: dict[int, Any] = {1: np.dtype("<u1"), 2: np.dtype("<u2"), 4: np.dtype("<u4")}


class ArrayWriter:
    """Collects arrays one after the other, each at a multiple of 8 bytes."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, numbers: Sequence[int] | npt.NDArray[Any], width: int | None = None) -> Array:
        """Take an array up, in the smallest width that holds its numbers unless one is given."""
        array = np.asarray(numbers)
        largest = int(array.max(initial=0))
        width = width or (1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 4)
        raw = np.ascontiguousarray(array, dtype=_TYPES[width]).tobytes()
        offset = self._size
        self._parts.append(raw + bytes(-len(raw) % 8))
        self._size += len(self._parts[-1])
        return Array(offset=offset, count=array.size, width=width)

    def content(self) -> bytes:
        """All arrays."""
        return b"".join(self._parts)


class ArrayReader:
    """Gives arrays straight from the file, read-only; nothing is copied and nothing read outside."""

    def __init__(self, content: memoryview) -> None:
        self._content = content

    def take(self, array: Array, *, below: int | None = None, count: int | None = None) -> npt.NDArray[Any]:
        """The numbers of an array, each ``below`` a limit, ``count`` of them. Raises ``CompiledRefused``."""
        kind = _TYPES.get(array.width)
        if kind is None or array.offset % 8 or array.offset + array.count * array.width > len(self._content):
            raise malformed("array")
        if count is not None and array.count != count:
            raise malformed("array length")
        raw: npt.NDArray[Any] = np.frombuffer(self._content, kind, array.count, array.offset)
        found = raw.astype(kind.newbyteorder("="), copy=False)
        if below is not None and array.count and int(found.max()) >= below:
            raise malformed("array content")
        return found

    def rows(self, array: Array, width: int, count: int) -> npt.NDArray[np.uint8]:
        """Rows of bits of ``count`` rules, each ``width`` bytes long."""
        if array.width != 1 or not width or array.count % width:
            raise malformed("rows")
        rows = self.take(array).reshape(-1, width)
        spare = width * 8 - count
        if len(rows) and spare:
            last = np.unpackbits(rows[:, count // 8 :], axis=1, bitorder="little")
            if last[:, last.shape[1] - spare :].any():
                raise malformed("rows")
        return rows

    def starts(self, array: Array, end: int) -> npt.NDArray[Any]:
        """Where lists of numbers begin, in ascending order from 0 to ``end``."""
        found = self.take(array)
        if not len(found) or found[0] != 0 or found[-1] != end or (np.diff(found.astype(np.int64)) < 0).any():
            raise malformed("starts")
        return found
