"""Kinds: the types of expressions. All numeric field types are one kind, since arithmetic mixes them."""

from __future__ import annotations

import dataclasses
import enum

from decision_tables.text import Bilingual
from decision_tables.values import FieldType


class Sort(enum.Enum):
    """What a value is, whatever value list it comes from."""

    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    TEXT = "text"
    ENUM = "enum"
    SET = "set"
    NAME = "name"
    """A word that is no field; it may yet turn out to be a value of a list. Never in a checked expression."""

    @property
    def label(self) -> Bilingual:
        """The sort as messages name it."""
        return _LABELS[self]


_LABELS = {
    Sort.NUMBER: Bilingual("数字", "a number"),
    Sort.DATE: Bilingual("日期", "a date"),
    Sort.BOOLEAN: Bilingual("是否", "yes or no"),
    Sort.TEXT: Bilingual("文本", "text"),
    Sort.ENUM: Bilingual("枚举", "an enumeration value"),
    Sort.SET: Bilingual("多选", "a set of values"),
    Sort.NAME: Bilingual("名称", "a name"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """A sort, and for enumerations and sets the key of their value list."""

    sort: Sort
    value_list: str | None = None


NUMBER = Kind(Sort.NUMBER)
DATE = Kind(Sort.DATE)
BOOLEAN = Kind(Sort.BOOLEAN)
TEXT = Kind(Sort.TEXT)
NAME = Kind(Sort.NAME)

_SORTS = {
    FieldType.TEXT: Sort.TEXT,
    FieldType.DATE: Sort.DATE,
    FieldType.BOOLEAN: Sort.BOOLEAN,
    FieldType.ENUM: Sort.ENUM,
    FieldType.SET: Sort.SET,
}


def kind_of(type_: FieldType, value_list: str | None) -> Kind:
    """The kind of a field's values."""
    return Kind(_SORTS.get(type_, Sort.NUMBER), value_list if type_.has_list else None)
