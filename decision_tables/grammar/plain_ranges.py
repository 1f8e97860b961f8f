"""The plainest ranges of numbers, read at once: ``18-59``, ``[0.5,1.5)``, ``(18..60]``.

Large tables are made of these. Whatever could be read in another way, has a unit, or is at fault is left to the grammar
(``ordered``), which reads these too and comes to the same.
"""

from __future__ import annotations

import re
from decimal import Decimal

from decision_tables.grammar.subject import Subject
from decision_tables.grammar.tree import Ranges
from decision_tables.regions import Interval
from decision_tables.values import FieldType

_NUMBER = r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,4})?"
_DASHED = re.compile(f"({_NUMBER})-({_NUMBER})")
_BRACKETED = re.compile(rf"([\[(])({_NUMBER})(?:\.\.|;|,(?![0-9]{{3}}[\])]))({_NUMBER})([\])])")
"""After a comma no three digits alone, which might have been thousands."""

_PLACES = {FieldType.INTEGER: 0, FieldType.MONEY: 2, FieldType.DECIMAL: 4}


def plain_range(text: str, subject: Subject) -> Ranges | None:
    """The values of a plain range; None for everything else."""
    places = _PLACES.get(subject.type)
    if places is None:
        return None
    if found := _DASHED.fullmatch(text):
        return _between(found.group(1), found.group(2), places)
    if found := _BRACKETED.fullmatch(text):
        opening, low, high, closing = found.groups()
        return _between(low, high, places, low_closed=opening == "[", high_closed=closing == "]")
    return None


def _between(low: str, high: str, places: int, *, low_closed: bool = True, high_closed: bool = True) -> Ranges | None:
    if any(len(written.partition(".")[2]) > places for written in (low, high)):
        return None
    first, last = (int(low), int(high)) if places == 0 else (Decimal(low), Decimal(high))
    return Ranges((Interval(first, last, low_closed, high_closed),)) if first < last else None
