"""The names of what is done apart, and how several contents travel as the bytes of one task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

PREPARE, CHECK, DIFF, IMPACT, LOAD = "prepare", "check", "diff", "impact", "load"
FILE_UNUSABLE = "FILE_UNUSABLE"
"""Why a task refuses a file of rows; other reasons are the engine's."""


def joined(*parts: bytes) -> tuple[list[int], bytes]:
    """Several contents as one, with the length of each."""
    return [len(part) for part in parts], b"".join(parts)


def parted(lengths: Sequence[int], body: bytes) -> Iterator[bytes]:
    """The contents that ``joined`` put together."""
    start = 0
    for length in lengths:
        yield body[start : start + length]
        start += length
