"""Refusals: why a decision was not taken, as one exception with a documented reason."""

from __future__ import annotations

import enum
from collections.abc import Sequence

from decision_tables.cells import Place
from decision_tables.text import Bilingual


class Reason(enum.Enum):
    """Every reason for which an evaluation is refused; the same word on every surface."""

    UNKNOWN_TABLE = "UNKNOWN_TABLE"
    """The model has no table of that key. Example: ``table="fees"`` where the key is ``fee``."""
    TABLE_NOT_IN_FORCE = "TABLE_NOT_IN_FORCE"
    """The table exists but not on the as-of date."""
    UNKNOWN_INPUT = "UNKNOWN_INPUT"
    """The model has no field of that key or label."""
    DUPLICATE_INPUT = "DUPLICATE_INPUT"
    """One field was given twice, by key and by label."""
    INVALID_INPUT = "INVALID_INPUT"
    """The value is not of the field's type, or finer than the type allows."""
    UNKNOWN_VALUE = "UNKNOWN_VALUE"
    """The value list has no such value, or only as a group, or not on the as-of date."""
    OUT_OF_DOMAIN = "OUT_OF_DOMAIN"
    """The value lies outside the field's domain."""
    REQUIRED_INPUT_MISSING = "REQUIRED_INPUT_MISSING"
    """A required field is needed and was not given."""
    CONFLICTING_RULES = "CONFLICTING_RULES"
    """Several rules match and the hit policy does not allow it."""
    CALCULATION_FAILED = "CALCULATION_FAILED"
    """A formula divides by zero, leaves the range of its type, or grows beyond its bounds."""
    INVALID_REQUEST = "INVALID_REQUEST"
    """The request itself is malformed, such as an as-of date that is no date."""
    UNKNOWN_RULE = "UNKNOWN_RULE"
    """The model has no such rule. Example: ``rule="fee:R99"`` in a request for an explanation."""


class Refusal(Exception):
    """An evaluation that was refused: reason, message in two languages, and what it is about.

    ``field`` is the key (or the unknown name) at fault, ``suggestions`` the nearest known names, ``places`` the cells
    involved, ``table`` the table that refused.
    """

    def __init__(
        self,
        reason: Reason,
        message: Bilingual,
        *,
        field: str | None = None,
        table: str | None = None,
        suggestions: Sequence[str] = (),
        places: Sequence[Place] = (),
    ) -> None:
        super().__init__(message.en)
        self.reason = reason
        self.message = message
        self.field = field
        self.table = table
        self.suggestions = tuple(suggestions)
        self.places = tuple(places)
