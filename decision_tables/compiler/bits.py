"""Sets of rules as the bits of integers.

A table's rules are numbered from 0 in the order in which they are asked (``CompiledTable.rules``). Rule ``n`` of
``count`` is bit ``count - 1 - n``, so that the highest bit is the first rule, which ``int.bit_length`` finds at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

MANY = 64
"""From so many rules on, they are told apart all at once."""


def bits_of(numbers: Iterable[int], count: int) -> int:
    """The set of the rules with these numbers."""
    mask = bytearray(width_of(count))
    for number in numbers:
        place = count - 1 - number
        mask[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(mask, "little")


def numbers_of(bits: int, count: int) -> tuple[int, ...]:
    """The numbers of the rules in a set, in order."""
    if bits and bits.bit_count() >= MANY:
        raw = np.frombuffer(bits.to_bytes(width_of(count), "little"), np.uint8)
        places = np.flatnonzero(np.unpackbits(raw, bitorder="little"))
        return tuple((count - 1 - places[::-1]).tolist())
    found: list[int] = []
    while bits:
        length = bits.bit_length()
        found.append(count - length)
        bits ^= 1 << (length - 1)
    return tuple(found)


def width_of(count: int) -> int:
    """The bytes that a set of ``count`` rules takes: a multiple of eight, for machines that read words."""
    return (count + 63) // 64 * 8


def rows_of(sets: Sequence[int], count: int) -> npt.NDArray[np.uint8]:
    """Sets as the rows of a matrix of bytes, the lowest bit first."""
    width = width_of(count)
    raw = b"".join(bits.to_bytes(width, "little") for bits in sets)
    return np.frombuffer(raw, np.uint8).reshape(len(sets), width)


def set_of(row: npt.NDArray[np.uint8]) -> int:
    """One row of such a matrix as a set."""
    return int.from_bytes(row.tobytes(), "little")
