"""Pieces of the page of results."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from benchmarks.timing import Measured, written

Lines: TypeAlias = list[str]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Lines:
    """A table with a line before it."""
    return [
        "",
        "| " + " | ".join(heads) + " |",
        "|" + "---|" * len(heads),
        *("| " + " | ".join(r) + " |" for r in rows),
    ]


def shown(measured: Measured) -> str:
    """A time with its spread."""
    return f"{written(measured.median)} (±{measured.spread * 50:.0f} %)"


def megabytes(size: float) -> str:
    """Bytes as a person reads them."""
    return f"{size / 1e6:.1f} MB"


def say(what: str) -> None:
    """Tell who waits how far it is."""
    print(what, file=sys.stderr, flush=True)


def refuse_differences(answers: Mapping[str, Sequence[Any]]) -> None:
    """Nobody is timed who answers otherwise than the first one."""
    first, *others = answers.values()
    for name, other in zip(list(answers)[1:], others, strict=True):
        if other != first:
            raise AssertionError(f"{name} answers otherwise")
