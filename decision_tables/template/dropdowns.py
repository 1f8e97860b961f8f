"""The choices that cells of the template offer. Another text may still be typed: conditions are more than one word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from decision_tables.model import words
from decision_tables.model.model import Field
from decision_tables.values import FieldType

YES_NO = ("是", "否")


def chinese_words(table: Mapping[str, str]) -> tuple[str, ...]:
    """The first Chinese word for each meaning of a table of words."""
    found: dict[str, str] = {}
    for word, meaning in table.items():
        if not word.isascii():
            found.setdefault(meaning, word)
    return tuple(found.values())


TYPES = tuple(type_.label for type_ in FieldType)
SETTING_CHOICES: Mapping[str, tuple[str, ...]] = {
    "hit policy": chinese_words(words.HIT_POLICIES),
    "blank": chinese_words(words.BLANKS),
    "completeness": chinese_words(words.COMPLETENESS),
}
BAND_CHOICES: Mapping[str, tuple[str, ...]] = {"status": chinese_words(words.STATUSES)}
ENTRY_CHOICES: Mapping[str, tuple[str, ...]] = {
    "type": TYPES,
    "required": YES_NO,
    "personal": YES_NO,
    "group only": YES_NO,
}


def listed(choices: Sequence[str]) -> str:
    """Choices as a formula."""
    return f'"{",".join(choices)}"'


def cells(sheet: str, column: str, first: int, last: int) -> str:
    """The cells that hold the choices, as a formula."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!${column}${first}:${column}${last}"


def offer(sheet: Worksheet, area: str, formula: str) -> None:
    """Offer the choices of a formula in an area."""
    validation = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)
    validation.add(area)
    sheet.add_data_validation(validation)


def choices_of(field: Field, lists: Mapping[str, str]) -> str | None:
    """The choices for a cell of a field; ``lists`` has the labels of each value list as a formula."""
    if field.type is FieldType.BOOLEAN:
        return listed(YES_NO)
    return lists[field.value_list] if field.value_list else None
