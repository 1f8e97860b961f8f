"""Text into the rows of a workbook; ``example.py`` says how the text is written."""

from __future__ import annotations

import dataclasses
import datetime
import re
from decimal import Decimal
from typing import TypeAlias

Written: TypeAlias = None | str | int | Decimal | datetime.date

_NUMBER = re.compile(r"0|[1-9][0-9]*")
_PERCENT = re.compile(r"([0-9]+)%")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclasses.dataclass(frozen=True, slots=True)
class WrittenSheet:
    """A sheet's name and its rows; blank rows at the end are kept, they are to be filled in."""

    name: str
    rows: tuple[tuple[Written, ...], ...]


def sheets_of(text: str) -> list[WrittenSheet]:
    """The sheets that a text describes."""
    parts = [part.partition("\n") for part in text.lstrip().removeprefix("=== ").split("\n=== ")]
    return [WrittenSheet(name.strip(), tuple(map(_row, body.split("\n")))) for name, _, body in parts]


def _row(line: str) -> tuple[Written, ...]:
    return tuple(_value(cell.strip()) for cell in line.split("|"))


def _value(written: str) -> Written:
    if percent := _PERCENT.fullmatch(written):
        return Decimal(percent[1]) / 100
    if _NUMBER.fullmatch(written):
        return int(written)
    if _DATE.fullmatch(written):
        return datetime.date.fromisoformat(written)
    return written.removeprefix("'") or None
