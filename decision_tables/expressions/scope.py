"""What an expression is checked against: the names around it, and the field that takes its result."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Protocol

from decision_tables.values import FieldType


@dataclasses.dataclass(frozen=True, slots=True)
class FieldInfo:
    """A field as expressions see it."""

    key: str
    label: str
    type: FieldType
    value_list: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class TableInfo:
    """A table as LOOKUP sees it: its key, the keys of the fields it yields and asks for, whether it yields lists."""

    key: str
    results: tuple[str, ...]
    conditions: tuple[str, ...]
    gives_list: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """The type of the field that an expression's result is assigned to."""

    type: FieldType
    value_list: str | None = None


class Scope(Protocol):
    """How names resolve. Every name handed over is normalised; it may be a label or a key, of a value also an alias."""

    def field(self, name: str) -> FieldInfo | None:
        """The field of that label or key."""

    def field_names(self) -> Iterable[str]:
        """Labels and keys of all fields, for hints."""

    def value(self, list_key: str, name: str) -> str | None:
        """The key of the list's value of that label, key or alias."""

    def value_names(self, list_key: str) -> Iterable[str]:
        """Labels, keys and aliases of a list's values; the label of a value comes before its other names."""

    def below(self, list_key: str, key: str) -> frozenset[str]:
        """The keys at and below a value of a list."""

    def table(self, name: str) -> TableInfo | None:
        """The table of that key or title."""

    def table_names(self) -> Iterable[str]:
        """Keys and titles of all tables, for hints."""
