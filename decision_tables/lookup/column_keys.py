"""Rows of class codes numbered: rows with the same codes get the same number, however many columns there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Codes: TypeAlias = npt.NDArray[np.int32]

MAX_CELLS = 1 << 22
"""Up to so many combinations of codes, the numbers stand in one array."""

LARGEST_KEY = 1 << 62
UNKNOWN = -1


class Combinations:
    """Numbers combinations of codes for as long as it lives. Codes count from 0; new ones may come with each batch."""

    def __init__(self, width: int) -> None:
        self._sizes = [1] * width
        self._cells: npt.NDArray[np.int32] | None = np.full((1,) * width, UNKNOWN, np.int32)
        self._known: dict[int, int] = {}
        self._folds: list[dict[int, int]] = []

    @property
    def size(self) -> int:
        """How much memory it takes, in cells."""
        return (0 if self._cells is None else self._cells.size) + 8 * len(self._known)

    def find(self, columns: Sequence[Codes], counts: Sequence[int], rows: int) -> tuple[Codes, Finder]:
        """For each row its number, UNKNOWN where there is none yet; ``counts`` bound the codes of each column."""
        self._grow(counts)
        keys = self._keys(columns, rows)
        if self._cells is not None:
            flat = self._cells.reshape(-1)
            return flat.take(keys), Finder(flat, self._known, keys)
        unique, inverse = np.unique(keys, return_inverse=True)
        known = self._known
        numbers = np.fromiter((known.get(key, UNKNOWN) for key in unique.tolist()), np.int32, len(unique))
        return numbers.take(inverse), Finder(None, known, keys)

    def _grow(self, counts: Sequence[int]) -> None:
        if all(count <= size for count, size in zip(counts, self._sizes, strict=True)):
            return
        sizes = [size if count <= size else _roomy(count) for count, size in zip(counts, self._sizes, strict=True)]
        if self._cells is not None and math.prod(sizes) <= MAX_CELLS:
            cells = np.full(sizes, UNKNOWN, np.int32)
            cells[tuple(map(slice, self._sizes))] = self._cells
            self._cells = cells
        else:
            self._move_to_dictionary(sizes)
        self._sizes = sizes

    def _move_to_dictionary(self, sizes: Sequence[int]) -> None:
        """Known combinations under their keys for the new sizes; forgotten where they are beyond one key."""
        if math.prod(sizes) > LARGEST_KEY:
            self._cells, self._known, self._folds = None, {}, []
            return
        if self._cells is None:
            old = list(self._known)
            places = np.unravel_index(np.array(old, np.int64), self._sizes) if old else None
            values = list(self._known.values())
        else:
            places = np.nonzero(self._cells != UNKNOWN)
            values = self._cells[places].tolist()
            self._cells = None
        found = np.ravel_multi_index(places, tuple(sizes)).tolist() if places is not None else []
        self._known = dict(zip(found, values, strict=True))

    def _keys(self, columns: Sequence[Codes], rows: int) -> npt.NDArray[np.int64]:
        """One number for the codes of each row; what does not fit is numbered anew on the way."""
        keys = np.zeros(rows, np.int64)
        bound, fold = 1, 0
        for codes, size in zip(columns, self._sizes, strict=True):
            if bound > LARGEST_KEY // size:
                keys = self._folded(keys, fold)
                bound, fold = 1 << 31, fold + 1
            if bound > 1 and size > 1:
                keys *= size
            if size > 1:
                keys += codes
            bound *= size
        return keys

    def _folded(self, keys: npt.NDArray[np.int64], fold: int) -> npt.NDArray[np.int64]:
        if fold == len(self._folds):
            self._folds.append({})
        known = self._folds[fold]
        unique, inverse = np.unique(keys, return_inverse=True)
        numbers = [known.setdefault(key, len(known)) for key in unique.tolist()]
        return np.array(numbers, np.int64).take(inverse)


class Finder:
    """The keys of one batch, through which new numbers are noted."""

    def __init__(self, flat: npt.NDArray[np.int32] | None, known: dict[int, int], keys: npt.NDArray[np.int64]) -> None:
        self._flat, self._known, self._keys = flat, known, keys

    def first_rows(self, rows: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Of these rows, the first one for each combination; and for each row which of them is its own."""
        _, first, inverse = np.unique(self._keys[rows], return_index=True, return_inverse=True)
        return rows[first], inverse

    def note(self, rows: npt.NDArray[np.int64], numbers: Codes) -> None:
        """From now on the combinations of these rows have these numbers."""
        keys = self._keys[rows]
        if self._flat is not None:
            self._flat[keys] = numbers
        else:
            self._known.update(zip(keys.tolist(), numbers.tolist(), strict=True))


def _roomy(count: int) -> int:
    """Room for more codes than are known yet; small columns, which are usually complete, get none."""
    return count if count <= 16 else 1 << (count - 1).bit_length()
